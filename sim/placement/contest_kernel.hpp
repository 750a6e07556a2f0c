// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/contest_graph.hpp"
#include "sim/placement/shape_options.hpp"

#include <span>
#include <vector>

namespace waferscope::sim {

/// The convolutions a contest kernel consists of, left to right (design/placement.md "Rules"): a conv is one
/// part, a dblock three, a cblock four. `given` as in core::ContestNode. Halves and quarters are whole, >= 1.
std::vector<Kernel> contest_parts(core::ContestKind kind, std::span<const std::int64_t> given);

/// The contest's rules: three copies (forward, backward, weight update), time in MACs, no reduce tiles.
ShapeLimits contest_limits(const core::ContestGraph& graph);

}  // namespace waferscope::sim
