// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/solve_job.hpp"

#include <QMetaObject>
#include <chrono>

namespace waferscope::app {

SolveJob::SolveJob(sim::PlacementProblem problem, sim::PlacerConfig config, QObject* parent) : QObject(parent) {
    worker_ = std::jthread([this, problem = std::move(problem), config](const std::stop_token& stop) {
        const auto start = std::chrono::steady_clock::now();
        const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
        const auto outcome = sim::solve_placement(problem, config, stop, [&](double done, const sim::PlacementResult& best) {
            done_.store(done, std::memory_order_relaxed);
            QMetaObject::invokeMethod(this, [this, find = std::make_shared<const Find>(Find{seconds(), best})] { Q_EMIT found(find); }, Qt::QueuedConnection);
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [this] { return !paused_; });
        });
        std::shared_ptr<const Find> best;
        QString text;
        if (outcome)
            best = std::make_shared<const Find>(Find{seconds(), outcome->placement});
        else
            text = QString::fromStdString(core::to_text(outcome.error()));
        QMetaObject::invokeMethod(this, [this, best, bound = outcome ? outcome->lower_bound : 0.0, text] { Q_EMIT finished(best, bound, text); }, Qt::QueuedConnection);
    });
}

SolveJob::~SolveJob() {
    stop();
}

void SolveJob::pause(bool paused) {
    {
        const std::scoped_lock lock(mutex_);
        paused_ = paused;
    }
    changed_.notify_all();
}

void SolveJob::stop() {
    worker_.request_stop();
    pause(false);
}

}  // namespace waferscope::app
