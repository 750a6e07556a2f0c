// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/simulate.hpp"

#include <QObject>
#include <atomic>
#include <functional>
#include <thread>

namespace waferscope::app {

/// Simulates several requests on a thread of its own. Deleting the job stops and joins it.
class RunJob : public QObject {
    Q_OBJECT
public:
    explicit RunJob(std::vector<sim::Request> requests, QObject* parent = nullptr);
    /// Any other work that ends in a run for one pane.
    using Work = std::function<core::Result<core::Run>(const std::stop_token& stop)>;
    RunJob(int pane, Work work, QObject* parent = nullptr);
    [[nodiscard]] double progress() const { return done_.load(std::memory_order_relaxed); }
    void cancel() { worker_.request_stop(); }

Q_SIGNALS:
    void runReady(int index, std::shared_ptr<const waferscope::core::Run> run);
    /// What would help, found after the run was shown.
    void leversReady(int index, const std::vector<waferscope::core::Lever>& levers);
    void refused(int index, const QString& text);
    void allShown();  ///< every run is ready or refused; levers follow
    void finished();

private:
    void deliver(int index, core::Result<core::Run> run);
    std::atomic<double> done_{0};
    std::jthread worker_;  // last: it uses the members above
};

}  // namespace waferscope::app
