// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/random.hpp"

#include <algorithm>
#include <cstdint>

namespace waferscope::sim {

/// What one thread saw arrive. Every field is a sum or a maximum, so the total does not depend on how routers
/// were shared out. One cache line: threads do not disturb each other.
struct alignas(64) Tally {
    std::uint64_t flits = 0;         ///< arrived since cycle 0
    std::uint64_t window_flits = 0;  ///< arrived in the window
    std::uint64_t measured = 0;      ///< packets of the window that arrived
    std::uint64_t latency = 0;       ///< cycles, summed over them, creation to arrival of the tail
    std::uint64_t tasks = 0;         ///< core tasks that came to their end
    std::uint64_t last_cycle = 0;    ///< when the last of them did
    std::uint64_t visits = 0;        ///< router-cycles with a wavelet or a task at work (wafer mode)
    std::uint64_t checksum = 0;      ///< sum of a hash of every arrival: node, cycle and flit

    void add_arrival(std::uint64_t node, std::uint64_t cycle, std::uint64_t flit) {
        ++flits;
        checksum += mix_bits(flit ^ (cycle << 32U | node) * 0x9E3779B97F4A7C15ULL);
    }
    Tally& operator+=(const Tally& other) {
        flits += other.flits;
        window_flits += other.window_flits;
        measured += other.measured;
        latency += other.latency;
        tasks += other.tasks;
        last_cycle = std::max(last_cycle, other.last_cycle);
        visits += other.visits;
        checksum += other.checksum;
        return *this;
    }
};

}  // namespace waferscope::sim
