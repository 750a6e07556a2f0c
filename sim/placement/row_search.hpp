// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/slicing_tree.hpp"

#include <optional>
#include <vector>

namespace waferscope::sim {

/// Plain row packing: rows across the grid that follow `order` like a snake, kernels side by side, of least
/// summed height. Nothing when that exceeds the grid. Fast: about n * row length curve additions.
std::optional<SlicingTree> plain_rows(const PlacementProblem& problem, const ShapeTable& table,
                                      const std::vector<int>& order);

struct RowConfig {
    int longest_block = 4;    ///< kernels cut as one block, >= 1; more packs denser and estimates wire worse
    bool transposed = false;  ///< columns instead of rows
};

/// A floorplan of rows across the grid that follow `order` like a snake: rows hold blocks of
/// neighbours of the order, cut as is best for the row's height. Among the floorplans that fit, one of least
/// estimated wire: every row costs its length, a block of several kernels the way inside it. Nothing when no
/// such floorplan fits. For chains the estimate is close.
std::optional<SlicingTree> snake_rows(const PlacementProblem& problem, const ShapeTable& table,
                                      const std::vector<int>& order, const RowConfig& config);

/// Mirrors subtrees and swaps children as long as that shortens the wires; shapes and sizes stay.
/// Deterministic.
void untangle(SlicingLayout& layout);

}  // namespace waferscope::sim
