// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "sim/placement/problem.hpp"

#include <cstdint>
#include <functional>
#include <stop_token>

namespace waferscope::sim {

struct PlacerConfig {
    std::uint64_t seed = 1;
    double time_limit_s = 5;  ///< > 0: the clock's guard
    double work_limit_s = 0;  ///< how much work to plan, as seconds of a nominal machine; 0 = time_limit_s
    int threads = 2;          ///< >= 1; the result does not depend on it
    /// Asked now and then by the searching threads: blocks while the search is to pause and returns how many
    /// seconds it has paused in all, which the clock's guard does not count. Empty = never.
    std::function<double()> paused_s;
};

struct PlacerOutcome {
    PlacementResult placement;
    double lower_bound = 0;  ///< on the slowest kernel's time: summed least areas fit; 0 when not reached
    bool cut_short = false;  ///< the clock or the stop token ended the search: a rerun may differ
    /// Where the search started and ended, the best included: for users that judge by more than the cost.
    std::vector<PlacementResult> candidates;
};

/// A better placement was found. `done` = 0 .. 1 of the iterations. Called from the searching threads, one
/// call at a time; blocking in it pauses the search, the stop token ends it.
using PlacerReport = std::function<void(double done, const PlacementResult& best)>;

/// Places all kernels of `problem` at least cost. The result is always legal.
///
/// A first legal placement comes from a slicing floorplan by dynamic programming, then rows that follow the
/// data path at many time limits are tried, and simulated annealing improves the best of them in three
/// rounds. When wires are cheap (crossing the grid once costs less than a tenth of the least time) no
/// placement is returned that is slower than plain row packing: there the interval is what counts.
///
/// Determinism: the search is a fixed list of tasks, each with its own generator seeded from `seed` and its
/// number, and a number of iterations that follows from the problem's size and work_limit_s by a fixed rate;
/// results are merged by task number. So equal arguments give equal results, on any number of threads, as
/// long as the work ends within time_limit_s (it is planned to use about half of it on two cores). The clock
/// is only a guard; when it strikes, cut_short is set.
///
/// Errors: E-fit when no placement was found at any time, E-cancelled when stopped before the first one.
core::Result<PlacerOutcome> solve_placement(const PlacementProblem& problem, const PlacerConfig& config,
                                            const std::stop_token& stop, const PlacerReport& report);

/// The kernels along the data path: an order in which every kernel comes after those it gets data from (as
/// far as the edges have no circle), and soon after one of them.
std::vector<int> data_path_order(const PlacementProblem& problem);

}  // namespace waferscope::sim
