// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/run_job.hpp"

#include "sim/levers.hpp"

#include <QMetaObject>

namespace waferscope::app {

RunJob::RunJob(std::vector<sim::Request> requests, QObject* parent) : QObject(parent) {
    worker_ = std::jthread([this, requests = std::move(requests)](const std::stop_token& stop) {
        for (std::size_t i = 0; i < requests.size() && !stop.stop_requested(); ++i) {
            auto run = sim::simulate(requests[i], sim::Detail::full, stop, {});
            done_.store(static_cast<double>(i + 1) / static_cast<double>(requests.size()), std::memory_order_relaxed);
            deliver(static_cast<int>(i), std::move(run));
        }
        QMetaObject::invokeMethod(this, [this] { Q_EMIT allShown(); }, Qt::QueuedConnection);
        for (std::size_t i = 0; i < requests.size() && !stop.stop_requested(); ++i)
            if (const auto run = sim::simulate(requests[i], sim::Detail::summary, stop, {}))
                QMetaObject::invokeMethod(this, [this, index = static_cast<int>(i), levers = sim::find_levers(requests[i], *run, stop)] { Q_EMIT leversReady(index, levers); }, Qt::QueuedConnection);
        QMetaObject::invokeMethod(this, [this] { Q_EMIT finished(); }, Qt::QueuedConnection);
    });
}

RunJob::RunJob(int pane, Work work, QObject* parent) : QObject(parent) {
    worker_ = std::jthread([this, pane, work = std::move(work)](const std::stop_token& stop) {
        deliver(pane, work(stop));
        QMetaObject::invokeMethod(this, [this] { Q_EMIT allShown(); }, Qt::QueuedConnection);
        QMetaObject::invokeMethod(this, [this] { Q_EMIT finished(); }, Qt::QueuedConnection);
    });
}

/// Queued calls are dropped when the job is gone, so they never touch a dead object.
void RunJob::deliver(int index, core::Result<core::Run> run) {
    if (run)
        QMetaObject::invokeMethod(this, [this, index, shared = std::make_shared<const core::Run>(std::move(*run))] { Q_EMIT runReady(index, shared); }, Qt::QueuedConnection);
    else
        QMetaObject::invokeMethod(this, [this, index, text = QString::fromStdString(core::to_text(run.error()))] { Q_EMIT refused(index, text); }, Qt::QueuedConnection);
}

}  // namespace waferscope::app
