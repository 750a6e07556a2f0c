// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/timeline.hpp"

#include <vector>

namespace waferscope::sim {

/// Durations of one micro-batch on one pipeline stage, seconds.
struct StageTimes {
    double forward = 0, backward = 0;                      ///< arithmetic
    double forward_collective = 0, backward_collective = 0;  ///< tensor-parallel sums, not hidden
};

/// When each micro-batch passes each stage.
struct StageEvent {
    double start_s = 0, end_s = 0;
    int micro_batch = 0;
    core::Pass pass = core::Pass::forward;
};

/// One-forward-one-backward schedule, simulated event by event: a stage runs min(p - s - 1, m) forwards, then
/// alternates, then drains. A transfer to the neighbour takes `send_s`. Ideal bubble: (p - 1)/m.
/// Returns the events of each stage in order of time.
std::vector<std::vector<StageEvent>> one_f_one_b(const std::vector<StageTimes>& stages, int micro_batches, double send_s);

}  // namespace waferscope::sim
