// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace waferscope::sim {

/// Cycles of a two-tree (K = 2) all-reduce along a line of `cores` cores in groups, root in the middle, for
/// `wavelets` 32-bit wavelets and ramp time T_R (design/wafer_models.md 5).
/// Worked: 420 cores, 20 groups, 35 wavelets, T_R 2: 639 cycles.
double two_tree_all_reduce(int cores, int groups, double wavelets, double ramp_cycles);

/// Largest divisor of `cores` not above its square root: the planner's number of groups.
int default_groups(int cores);

}  // namespace waferscope::sim
