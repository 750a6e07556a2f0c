// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/solve_job.hpp"

#include <QMetaObject>

namespace waferscope::app {

SolveJob::SolveJob(sim::PlacementProblem problem, sim::PlacerConfig config, QObject* parent)
    : QObject(parent) {
    worker_ = std::jthread([this, problem = std::move(problem), config](const std::stop_token& stop) mutable {
        const auto start = Clock::now();
        const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
        config.paused_s = [this, &stop] { return wait_while_paused(stop); };
        const auto outcome =
            sim::solve_placement(problem, config, stop, [&](double done, const sim::PlacementResult& best) {
                done_.store(done, std::memory_order_relaxed);
                QMetaObject::invokeMethod(
                    this,
                    [this, find = std::make_shared<const Find>(Find{seconds(), best})] {
                        Q_EMIT found(find);
                    },
                    Qt::QueuedConnection);
            });
        std::shared_ptr<const Find> best;
        QString text;
        if (outcome)
            best = std::make_shared<const Find>(Find{seconds(), outcome->placement});
        else
            text = QString::fromStdString(core::to_text(outcome.error()));
        QMetaObject::invokeMethod(
            this,
            [this, best, bound = outcome ? outcome->lower_bound : 0.0, text] {
                Q_EMIT finished(best, bound, text);
            },
            Qt::QueuedConnection);
    });
}

SolveJob::~SolveJob() {
    stop();
}

double SolveJob::wait_while_paused(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [this] { return !paused_; });
    return paused_s_;
}

void SolveJob::pause(bool paused) {
    {
        const std::scoped_lock lock(mutex_);
        if (paused && !paused_) since_ = Clock::now();
        if (!paused && paused_) paused_s_ += std::chrono::duration<double>(Clock::now() - since_).count();
        paused_ = paused;
    }
    changed_.notify_all();
}

void SolveJob::stop() {
    worker_.request_stop();
    pause(false);
}

}  // namespace waferscope::app
