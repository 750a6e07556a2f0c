// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "sim/noc/collective.hpp"
#include "sim/noc/vc_config.hpp"
#include "sim/noc/wafer_mesh.hpp"

#include <cstdint>
#include <optional>
#include <stop_token>

namespace waferscope::sim {

/// One question to the cycle engine. Ranges are those of VcConfig and FabricConfig; see check_noc.
struct NocConfig {
    VcConfig vc;        ///< vc.source.packet_rate and seed are set from `rate` and `seed`
    double rate = 0.1;  ///< flits per node and cycle, (0, 1]
    std::uint64_t seed = 1;
    int seeds = 3;  ///< runs with seed, seed + 1, ...; 1..100
    WindowRule window;
    bool wafer = false;  ///< wafer mode with `fabric` instead of `vc`'s routers
    FabricConfig fabric;
    std::optional<CollectiveTask> collective;  ///< instead of synthetic traffic; implies wafer mode
    int threads = 1;                           ///< 1..64, at most the rows
    bool find_saturation = false;
};

/// What a run measured; cycles and flits are summed over seeds.
struct NocResult {
    double latency_cycles = 0;           ///< creation to arrival of the tail, mean; of a collective: its time
    std::optional<double> ci95_latency;  ///< half width over seeds (Student t); needs two
    std::optional<double> zero_load_cycles;  ///< not for collectives
    std::optional<double> accepted;          ///< flits per node and cycle, mean over nodes
    std::optional<double> accepted_min;      ///< of the node that received least
    bool saturated = false;  ///< mean above 500 cycles (or 2 T0, if more), or not drained in 10 windows
    std::optional<double> saturation_rate;  ///< flits per node and cycle, if asked for
    std::uint64_t cycles = 0;
    std::uint64_t flits_delivered = 0;
    std::uint64_t checksum = 0;     ///< of the first seed: every arrival's node, cycle and flit
    double wall_seconds = 0;        ///< of the cycles, without setting up
    double cycles_cpu_seconds = 0;  ///< processor time of the same, all threads
    double cpu_seconds = 0;         ///< processor time with setting up, without the search for saturation
    double bytes_per_router = 0;
    double busy_share = 0;  ///< of router-cycles with a wavelet or a task at work; wafer mode

    [[nodiscard]] double router_cycles_per_second(std::size_t routers) const {
        return wall_seconds > 0 ? static_cast<double>(cycles) * static_cast<double>(routers) / wall_seconds
                                : 0;
    }
};

/// Error range: which setting, its range and what was given.
core::Result<void> check_noc(const NocConfig& config);

/// Mean latency without contention over the pattern: p R + 2 + (L - 1), p = 4 (3 speculative) + routing
/// delay; wafer mode 2 T_R + hop_cycles (R - 1). Cycles.
double zero_load_cycles(const NocConfig& config);

/// Runs the seeds and, if asked, the search for saturation: the highest rate on a grid of 0.01 of rate_bound
/// whose mean latency is below 3 T0. Errors: range (check_noc), cancelled.
core::Result<NocResult> run_noc(const NocConfig& given, const std::stop_token& stop);

}  // namespace waferscope::sim
