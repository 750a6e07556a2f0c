// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/placer.hpp"

#include <QObject>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace waferscope::app {

/// A better placement the search came upon.
struct Find {
    double seconds = 0;  ///< since the search began
    sim::PlacementResult placement;
};

/// The search for a placement on a thread of its own. Deleting the job stops and joins it.
class SolveJob : public QObject {
    Q_OBJECT
public:
    SolveJob(sim::PlacementProblem problem, sim::PlacerConfig config, QObject* parent = nullptr);
    ~SolveJob() override;
    /// The searching threads halt within milliseconds; their time limit waits with them.
    void pause(bool paused);
    void stop();  ///< ends it; the best found is delivered
    [[nodiscard]] double progress() const { return done_.load(std::memory_order_relaxed); }

Q_SIGNALS:
    void found(std::shared_ptr<const waferscope::app::Find> find);
    /// `best` is null when nothing was found; then `text` says why.
    void finished(std::shared_ptr<const waferscope::app::Find> best, double lower_bound, const QString& text);

private:
    using Clock = std::chrono::steady_clock;
    double wait_while_paused(const std::stop_token& stop);
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool paused_ = false;
    Clock::time_point since_;  ///< when the pause began
    double paused_s_ = 0;      ///< of pauses that are over
    std::atomic<double> done_{0};
    std::jthread worker_;  // last: it uses the members above
};

}  // namespace waferscope::app
