// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/floor_problem.hpp"

#include <vector>

namespace waferscope::sim {

/// Where a rectangle of `size` lies free of `taken` and inside `grid` with the least L1 distance from `at`.
std::optional<core::Rect> nearest_free(const std::vector<core::Rect>& taken, core::GridSize grid,
                                       core::Rect at);

/// Kernels that overlap or reach outside move as little as possible; of an overlap the smaller one moves,
/// never a `fixed` one. One that fits nowhere is turned, then cut up anew (slower). Unplaced kernels stay
/// unplaced. E-layout naming the kernel for which no place was found.
core::Result<FloorSlots> legalise(const FloorProblem& problem, FloorSlots slots,
                                  const std::vector<bool>& fixed);

/// Places what is not placed, each near its neighbours; the others stay where they are. No faster than the
/// slowest placed kernel, slower only when there is no room. Needs legal slots to give legal ones. E-layout
/// naming the kernel for which no place was found.
core::Result<FloorSlots> place_rest(const FloorProblem& problem, FloorSlots slots);

}  // namespace waferscope::sim
