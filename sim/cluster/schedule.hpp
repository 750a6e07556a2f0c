// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/timeline.hpp"

#include <vector>

namespace waferscope::sim {

/// Durations of one micro-batch on one chunk of layers of a pipeline stage, seconds.
struct StageTimes {
    double forward = 0, backward = 0;                      ///< arithmetic
    double forward_collective = 0, backward_collective = 0;  ///< sums over the group, not hidden
    double weights = 0;  ///< of `backward`: the gradients of the weights, which no other stage waits for
};

/// When each micro-batch passes each stage.
struct StageEvent {
    double start_s = 0, end_s = 0;  ///< the transfer that ends it is the last `send_s` of it
    int micro_batch = 0;
    core::Pass pass = core::Pass::forward;
    int chunk = 0;
    double send_s = 0;
    bool weights = false;  ///< the second part of a split backward
};

/// One-forward-one-backward schedule over `stages[stage][chunk]`, simulated event by event. One chunk: a stage runs
/// min(p - s - 1, m) forwards, then alternates, then drains; ideal bubble (p - 1)/m. v chunks (every stage holds v
/// separate groups of layers): 2(p - s - 1) + (v - 1)p forwards first, micro-batches in rounds of p; ideal bubble
/// (p - 1)/(m v). Precondition then: m is a multiple of p. A transfer takes `send_s`; it holds its sender
/// with one chunk and overlaps the next chunk with several.
/// Returns the events of each stage in order of time.
std::vector<std::vector<StageEvent>> interleaved_schedule(const std::vector<std::vector<StageTimes>>& stages, int micro_batches, double send_s);

/// The same with one chunk per stage.
std::vector<std::vector<StageEvent>> one_f_one_b(const std::vector<StageTimes>& stages, int micro_batches, double send_s);

/// Zero-bubble schedule (Qi et al. 2023, ZB-H1): the backward pass is split; gradients of the inputs go first,
/// those of the weights fill what would be bubbles. No stage holds more than p micro-batches, as the first of 1F1B.
std::vector<std::vector<StageEvent>> zero_bubble_schedule(const std::vector<StageTimes>& stages, int micro_batches, double send_s);

}  // namespace waferscope::sim
