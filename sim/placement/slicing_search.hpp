// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/slicing_tree.hpp"

#include <optional>
#include <vector>

namespace waferscope::sim {

/// The slicing floorplan of least height (grid width given) whose every subtree holds neighbours of `order`,
/// by dynamic programming over the runs of the order: the shape curve of a run is the best of all its cuts in
/// two, stacked or side by side. Runs longer than `longest` (at most 128; 32 for more kernels than that) are
/// only cut into rows. Nothing when it does not fit the grid. `order` names each kernel once. About n
/// longest^2 / 6 curve additions.
std::optional<SlicingTree> best_slicing(const PlacementProblem& problem, const ShapeTable& table,
                                        const std::vector<int>& order, int longest);

}  // namespace waferscope::sim
