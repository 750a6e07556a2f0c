// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/slicing_search.hpp"

#include "sim/placement/run_curves.hpp"

#include <algorithm>

namespace waferscope::sim {
namespace {

constexpr int kLongestFullRun = 128;  ///< longer orders are cut into rows first
constexpr int kLongestRow = 32;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

}  // namespace

std::optional<SlicingTree> best_slicing(const PlacementProblem& problem, const ShapeTable& table,
                                        const std::vector<int>& order, int longest) {
    const int n = static_cast<int>(order.size());
    if (!table.complete || table.least_area > static_cast<std::int64_t>(problem.grid.cells()))
        return std::nullopt;
    longest = std::min(longest, n <= kLongestFullRun ? n : kLongestRow);
    RunCurves runs(problem, table, order, longest);
    const int columns = problem.grid.columns, rows = problem.grid.rows;

    // Rows across the whole grid: least height of the first `to` kernels. One row when runs reach over all.
    std::vector<int> height(at(n) + 1, kNoSide), row_start(at(n) + 1, -1);
    height[0] = 0;
    for (int to = 1; to <= n; ++to)
        for (int from = std::max(0, to - longest); from < to; ++from) {
            const int sum = height[at(from)] + runs.heights(from, to)[at(columns)];
            if (sum < height[at(to)]) height[at(to)] = sum, row_start[at(to)] = from;
        }
    if (height[at(n)] > rows) return std::nullopt;

    auto tree = runs.start_tree();
    int root = -1;
    for (int to = n; to > 0; to = row_start[at(to)]) {
        const int row = runs.build(tree, row_start[at(to)], to, true, columns);
        root = root < 0 ? row : runs.join(tree, row, root, true);
    }
    tree.root = root;
    const bool by_width = tree.is_leaf(root) || tree.nodes[at(root)].stacked;
    tree.root_limit = by_width ? columns : rows;
    return tree;
}

}  // namespace waferscope::sim
