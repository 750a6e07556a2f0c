// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/reduce_timetable.hpp"

#include "sim/wafer/collectives.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace waferscope::sim {
namespace {

int rounds_of(int length) {
    return static_cast<int>(std::bit_width(static_cast<unsigned>(length - 1)));
}

/// Cycles from a core's first read of a round to its parent's of the next, nothing held.
std::int64_t step_cycles(std::int64_t hops, int ramp_cycles) {
    return 2 * ramp_cycles + 1 + hops;
}

std::int64_t formula(Reduce algorithm, int length, std::uint32_t wavelets, int ramp_cycles) {
    return std::llround(reduce_cycles(algorithm, length, wavelets, ramp_cycles));
}

}  // namespace

std::int64_t least_tree_cycles(int length, std::uint32_t wavelets, int ramp_cycles) {
    std::int64_t cycles = step_cycles(1, ramp_cycles) + wavelets;
    for (int k = 1; k < rounds_of(length); ++k)
        cycles += std::max<std::int64_t>(wavelets, step_cycles(1 << k, ramp_cycles));
    return cycles;
}

std::vector<std::uint32_t> tree_holds(int length, std::uint32_t wavelets, int ramp_cycles) {
    std::vector<std::uint32_t> holds(static_cast<std::size_t>(rounds_of(length)));
    for (std::size_t k = 1; k < holds.size(); ++k)
        holds[k] = static_cast<std::uint32_t>(
            std::max<std::int64_t>(0, wavelets - step_cycles(1 << k, ramp_cycles)));
    std::int64_t slack = formula(Reduce::tree, length, wavelets, ramp_cycles) -
                         least_tree_cycles(length, wavelets, ramp_cycles);
    // Shared out evenly, one wavelet each in turn; nobody holds more than all but the last.
    for (bool some = true; some && slack > 0;) {
        some = false;
        for (std::size_t k = 1; k < holds.size() && slack > 0; ++k) {
            if (holds[k] + 1 >= wavelets) continue;
            ++holds[k], --slack;
            some = true;
        }
    }
    return holds;
}

std::uint32_t two_phase_hold(int length, int members, std::uint32_t wavelets, int ramp_cycles) {
    const int groups = length / members;
    const std::int64_t busy = std::max<std::int64_t>(0, wavelets - step_cycles(members, ramp_cycles));
    const std::int64_t fill =
        (members - 1) * step_cycles(1, ramp_cycles) + (groups - 1) * step_cycles(members, ramp_cycles);
    const std::int64_t slack = formula(Reduce::two_phase, length, wavelets, ramp_cycles) - fill - wavelets;
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(slack, busy, wavelets - 1));
}

}  // namespace waferscope::sim
