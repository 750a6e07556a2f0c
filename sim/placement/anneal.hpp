// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/slicing_tree.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace waferscope::sim {

/// Shape tables by rising time limit: the times a search may choose between.
using TimeLadder = std::vector<std::shared_ptr<const ShapeTable>>;

/// A slicing floorplan on one rung of the ladder.
struct SlicingState {
    SlicingTree tree;
    std::size_t rung = 0;
};

struct AnnealConfig {
    std::uint64_t seed = 0;
    std::int64_t iterations = 0;
    double first_temperature = 0.01;  ///< as a share of the start's cost
    double last_temperature = 1e-5;
    std::size_t rung_first = 0, rung_last = 0;  ///< rungs it may use at first, both included
    std::size_t rung_end = 0;  ///< the highest rung falls from rung_last to this one on the way; <= rung_last
    std::function<bool()> stop;  ///< asked now and then; true ends early
};

struct AnnealResult {
    SlicingState state;  ///< of the best legal placement seen
    PlacementResult placement;
};

/// Simulated annealing over slicing trees: leaves and subtrees change places, cuts turn, subtrees are
/// mirrored, the time limit moves along the ladder. Layouts that stick out of the grid are passed through at
/// a price. Depends on its arguments only (unless `stop` says true). Nothing when no legal layout was met.
std::optional<AnnealResult> anneal(const PlacementProblem& problem, const TimeLadder& ladder,
                                   const SlicingState& start, const AnnealConfig& config);

}  // namespace waferscope::sim
