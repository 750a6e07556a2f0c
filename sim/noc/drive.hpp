// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/tally.hpp"
#include "sim/noc/workers.hpp"

#include <chrono>
#include <ctime>
#include <vector>

namespace waferscope::sim {

struct DriveConfig {
    int rows = 1;
    int threads = 1;              ///< 1..rows
    std::uint32_t lookahead = 1;  ///< cycles between two meetings of the threads; divides kCheckEvery
};
inline constexpr std::uint32_t kCheckEvery = 64;

struct Driven {
    Tally total;
    std::uint32_t cycles = 0;
    double seconds = 0;      ///< wall time
    double cpu_seconds = 0;  ///< of all threads of the process
};

/// Advances a mesh from cycle 0, strips of rows shared out to threads, until over(total, cycles) says so; it
/// is asked every kCheckEvery cycles whatever the threads, so the result is the same for any number of them.
template <class Mesh, class Over>
Driven drive(Mesh& mesh, const DriveConfig& config, Over over) {
    std::vector<Tally> tallies(static_cast<std::size_t>(config.threads));
    SpinBarrier barrier(config.threads);
    Driven driven;
    const auto start = std::chrono::steady_clock::now();
    const auto cpu_start = std::clock();
    bool finished = false;  // written by thread 0 between two meetings
    run_workers(config.threads, [&](int thread) {
        auto scratch = mesh.scratch();
        Tally& tally = tallies[static_cast<std::size_t>(thread)];
        const int first = config.rows * thread / config.threads,
                  end = config.rows * (thread + 1) / config.threads;
        for (std::uint32_t from = 0; !finished; from += kCheckEvery) {
            for (std::uint32_t ahead = 0; ahead < kCheckEvery; ++ahead) {
                mesh.advance(first, end, from + ahead, scratch, tally);
                if ((ahead + 1) % config.lookahead == 0) barrier.meet();
            }
            if (thread == 0) {
                driven.total = {};
                for (const auto& one : tallies) driven.total += one;
                driven.cycles = from + kCheckEvery;
                finished = over(driven.total, driven.cycles);
            }
            barrier.meet();
        }
    });
    driven.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    driven.cpu_seconds = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
    return driven;
}

}  // namespace waferscope::sim
