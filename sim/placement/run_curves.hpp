// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/slicing_tree.hpp"

#include <span>
#include <vector>

namespace waferscope::sim {

/// Shape curves of the runs of an order: a run is the kernels order[from .. to-1]; its curve is the best of
/// all its cuts in two, stacked or side by side, and so on down. About n * longest^2 / 2 curve additions.
class RunCurves {
public:
    /// Runs of at most `longest` kernels, 1 <= longest <= order.size().
    RunCurves(const PlacementProblem& problem, const ShapeTable& table, const std::vector<int>& order,
              int longest);

    /// Least height per width and least width per height, 1 <= to - from <= longest.
    [[nodiscard]] std::span<const Side> heights(int from, int to) const { return curve(heights_, from, to); }
    [[nodiscard]] std::span<const Side> widths(int from, int to) const { return curve(widths_, from, to); }

    /// Adds the nodes of a run whose box is at most `limit` wide (by_width) or high to `tree`; returns its
    /// root. Precondition: the run has a shape for that limit.
    int build(SlicingTree& tree, int from, int to, bool by_width, int limit);
    /// Adds a node over two subtrees; returns it.
    int join(SlicingTree& tree, int first, int second, bool stacked);
    /// A tree without inner nodes; later build() and join() fill it.
    SlicingTree start_tree();

private:
    std::span<const Side> curve(const Curve& all, int from, int to) const;

    std::vector<int> order_;
    int longest_;
    std::size_t domain_;
    Curve heights_, widths_;
    int next_node_ = 0;
};

}  // namespace waferscope::sim
