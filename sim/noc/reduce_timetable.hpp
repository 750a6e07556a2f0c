// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace waferscope::sim {

// When a core of a reduction passes its sum on. A core may start as soon as the first value of its last
// vector is in, or hold some back. Two reasons to hold: the parent is still reading its last vector, and a
// stream that comes early only takes the link from the one that is due; and the formula's timetable, which
// ends each step before the next begins (design/wafer_models.md 5). Hops and dispatch of one cycle.

/// Wavelets held back before the core of round k = 1, 2, ... sends ([0] is 0: leaves hold nothing). Round k
/// then begins max(B, 2 T_R + 1 + 2^k + hold) cycles after round k - 1. The sum meets the row of the tree
/// where that lies between no hold (the least time on these routes) and whole vectors.
std::vector<std::uint32_t> tree_holds(int length, std::uint32_t wavelets, int ramp_cycles);

/// The least time of the tree on its routes, in cycles: 2 T_R + 2 + B + sum over k of max(B, 2 T_R + 1 +
/// 2^k). No schedule is faster: the core of round k reads k vectors, one wavelet per cycle from 2 T_R + 1 on,
/// and its last sum passes cores k, k + 1, ... at 2^k hops each.
std::int64_t least_tree_cycles(int length, std::uint32_t wavelets, int ramp_cycles);

/// Wavelets held back by the last group's leader of a two-phase reduction with groups of `members`.
std::uint32_t two_phase_hold(int length, int members, std::uint32_t wavelets, int ramp_cycles);

}  // namespace waferscope::sim
