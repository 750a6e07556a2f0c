// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "core/model/trace.hpp"

namespace waferscope::core {

/// A recorded run on a timeline: devices first, one lane per stream or thread and nesting level. Shows the
/// median of the recorded steps, first and last set aside, or the whole trace when no steps are marked; the
/// assumptions say which. Ranks are laid over each other at the ends of the collectives they share.
Run measured_run(std::vector<RankTrace> ranks);

/// Index of the step of median length, the first and the last left out when there are more than three: they hold
/// warm-up, compilation and the profiler's own end. Precondition: there are steps.
std::size_t median_step(const std::vector<TraceStep>& steps);

/// Time to add to each rank so that the ends of its collectives meet those of the first; nothing for a rank
/// that shares fewer than three.
std::vector<std::optional<std::int64_t>> rank_offsets_ns(const std::vector<RankTrace>& ranks);

/// What a recorded event's time is spent on, judged by its name.
SliceKind slice_kind_of(const TraceEvent& event, std::string_view name);

}  // namespace waferscope::core
