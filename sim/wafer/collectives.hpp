// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace waferscope::sim {

/// What an algorithm does along a line of cores (design/wafer_models.md 5): `contention` C, most wavelets in
/// or out of one core; `energy` E, hops in all; `links` N used; `distance` L, the longest; `depth` D of
/// dependence.
struct CollectiveShape {
    double contention = 0, energy = 0, links = 1, distance = 0, depth = 0;
};
/// T = max(C, E/N + L) + (2 T_R + 1) D, in cycles.
double collective_cycles(const CollectiveShape& shape, double ramp_cycles);

enum class Reduce : std::uint8_t { star, chain, tree, two_phase };
std::string_view reduce_name(Reduce algorithm);
std::span<const Reduce> all_reduces();

/// A reduction of `wavelets` >= 1 per core to the end of a line of `cores` >= 2.
CollectiveShape reduce_shape(Reduce algorithm, int cores, double wavelets);
double reduce_cycles(Reduce algorithm, int cores, double wavelets, double ramp_cycles);
CollectiveShape broadcast_shape(int cores, double wavelets);
double broadcast_cycles(int cores, double wavelets, double ramp_cycles);
CollectiveShape ring_all_reduce_shape(int cores, double wavelets);
double ring_all_reduce_cycles(int cores, double wavelets, double ramp_cycles);

/// The fastest reduction, with the runner-up that explains the choice.
struct ReduceChoice {
    Reduce best = Reduce::star, second = Reduce::chain;
    double cycles = 0, second_cycles = 0;
};
ReduceChoice choose_reduce(int cores, double wavelets, double ramp_cycles);

/// On a grid of columns x rows: along X, then along Y, each with its best algorithm.
double reduce_2d_cycles(int columns, int rows, double wavelets, double ramp_cycles);
/// No reduction on the grid is faster.
double reduce_2d_bound(int columns, int rows, double wavelets, double ramp_cycles);
double broadcast_2d_cycles(int columns, int rows, double wavelets, double ramp_cycles);

/// Cycles of a two-tree (K = 2) all-reduce along a line of `cores` cores in groups, root in the middle, for
/// `wavelets` 32-bit wavelets and ramp time T_R.
/// Worked: 420 cores, 20 groups, 35 wavelets, T_R 2: 639 cycles.
double two_tree_all_reduce(int cores, int groups, double wavelets, double ramp_cycles);

/// Largest divisor of `cores` not above its square root: the planner's number of groups.
int default_groups(int cores);

}  // namespace waferscope::sim
