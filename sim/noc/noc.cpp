// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/noc.hpp"

#include "sim/noc/drive.hpp"
#include "sim/noc/vc_mesh.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

namespace waferscope::sim {
namespace {

constexpr double kUnstableLatency = 500;  ///< cycles, design/wafer_models.md 4
constexpr std::uint32_t kDrainWindows = 10;
constexpr double kSaturationFactor = 3;  ///< of the zero-load latency
constexpr int kSaturationSteps = 100;    ///< of the bound

/// One seed.
struct Sample {
    double latency = 0, accepted = 0, accepted_min = 0;
    bool unstable = false;
    std::uint64_t bytes = 0;
    Driven driven;
};

SourceConfig source_of(const NocConfig& config, int run) {
    SourceConfig source = config.vc.source;
    source.packet_rate = config.rate / config.vc.packet_flits;
    source.seed = config.seed + static_cast<std::uint64_t>(run);
    return source;
}

DriveConfig drive_config(const NocConfig& config) {
    const int rows = config.vc.source.mesh.rows, threads = std::min(config.threads, rows);
    // One thread goes cycle by cycle and needs the smaller mailboxes.
    return {.rows = rows, .threads = threads, .lookahead = config.wafer || threads == 1 ? 1U : 2U};
}

template <class Mesh>
Sample measure(Mesh mesh, const NocConfig& config, const MeasuredWindow& measured, double limit,
               const std::stop_token& stop) {
    const Window window = measured.window;
    const std::uint32_t length = window.end - window.begin;
    Sample sample;
    sample.driven = drive(mesh, drive_config(config), [&](const Tally& total, std::uint32_t cycles) {
        if (stop.stop_requested()) return true;
        if (cycles < window.end) return false;
        // Latencies only add up: once their sum is too high for the whole window, the mean will be.
        const bool slow = static_cast<double>(total.latency) > limit * static_cast<double>(measured.packets);
        sample.unstable = slow || cycles > window.end + kDrainWindows * length;
        return total.measured == measured.packets || sample.unstable;
    });
    const auto& total = sample.driven.total;
    const auto cells = static_cast<double>(mesh.accepted().size());
    sample.latency =
        total.measured == 0 ? 0 : static_cast<double>(total.latency) / static_cast<double>(total.measured);
    sample.accepted = static_cast<double>(total.window_flits) / cells / length;
    sample.accepted_min = static_cast<double>(std::ranges::min(mesh.accepted())) / length;
    sample.bytes = mesh.bytes();
    return sample;
}

template <int V = 1>
Sample measure_vcs(const NocConfig& config, VcConfig vc, const MeasuredWindow& measured, double limit,
                   const std::stop_token& stop) {
    if constexpr (V < kMostVcs)
        if (vc.vcs > V) return measure_vcs<V + 1>(config, vc, measured, limit, stop);
    return measure(VcMesh<V>(vc, measured.window, drive_config(config).lookahead), config, measured, limit,
                   stop);
}

Sample run_seed(const NocConfig& config, int run, double limit, const std::stop_token& stop) {
    const SourceConfig source = source_of(config, run);
    const MeasuredWindow measured = measured_window(source, config.window);
    if (config.wafer)
        return measure(WaferMesh(config.fabric, source, measured.window), config, measured, limit, stop);
    VcConfig vc = config.vc;
    vc.source = source;
    return measure_vcs(config, vc, measured, limit, stop);
}

/// 97.5 % quantile of Student's t.
double student_t(int degrees) {
    static constexpr std::array kQuantile{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                          2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                          2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                          2.060,  2.056, 2.052, 2.048, 2.045, 2.042};
    return degrees <= static_cast<int>(kQuantile.size()) ? kQuantile[static_cast<std::size_t>(degrees - 1)]
                                                         : 1.96;
}

void summarise(const std::vector<Sample>& samples, NocResult& result) {
    const auto count = static_cast<double>(samples.size());
    double sum = 0, accepted = 0, least = 0, squares = 0;
    for (const auto& sample : samples) {
        sum += sample.latency;
        accepted += sample.accepted;
        least += sample.accepted_min;
        result.saturated |= sample.unstable;
        result.cycles += sample.driven.cycles;
        result.wall_seconds += sample.driven.seconds;
        result.cycles_cpu_seconds += sample.driven.cpu_seconds;
        result.flits_delivered += sample.driven.total.flits;
        result.busy_share += static_cast<double>(sample.driven.total.visits);
    }
    result.latency_cycles = sum / count;
    result.accepted = accepted / count;
    result.accepted_min = least / count;
    result.checksum = samples.front().driven.total.checksum;
    for (const auto& sample : samples)
        squares += (sample.latency - sum / count) * (sample.latency - sum / count);
    if (samples.size() > 1)
        result.ci95_latency =
            student_t(static_cast<int>(samples.size()) - 1) * std::sqrt(squares / (count - 1) / count);
}

/// Is the mean latency at this rate below the limit?
bool keeps_up(NocConfig config, double rate, double limit, const std::stop_token& stop) {
    config.rate = rate;
    double sum = 0;
    for (int run = 0; run < config.seeds; ++run) {
        const Sample sample = run_seed(config, run, limit * config.seeds - sum, stop);
        sum += sample.latency;
        if (sample.unstable || sum >= limit * config.seeds || stop.stop_requested()) return false;
    }
    return true;
}

double saturation_rate(const NocConfig& config, const std::stop_token& stop) {
    const double bound = rate_bound(config.vc.source.traffic, config.vc.source.mesh);
    const double limit = kSaturationFactor * zero_load_cycles(config);
    int good = 0, bad = kSaturationSteps + 1;
    while (bad - good > 1) {
        const int middle = (good + bad) / 2;
        (keeps_up(config, bound * middle / kSaturationSteps, limit, stop) ? good : bad) = middle;
    }
    return bound * good / kSaturationSteps;
}

NocResult run_collective(const NocConfig& config, const CollectiveTask& task, const std::stop_token& stop) {
    WaferMesh mesh(config.fabric, collective_program(task, config.vc.source.mesh, config.fabric));
    const auto driven = drive(mesh, drive_config(config), [&](const Tally& total, std::uint32_t) {
        return total.tasks == mesh.tasks() || stop.stop_requested();
    });
    NocResult result;
    // First and last cycle both count.
    result.cycles = driven.total.last_cycle + 1 +
                    (counts_last_dispatch(task, config.vc.source.mesh, config.fabric.ramp_cycles)
                         ? static_cast<std::uint64_t>(config.fabric.dispatch_cycles)
                         : 0);
    result.latency_cycles = static_cast<double>(result.cycles);
    result.wall_seconds = driven.seconds;
    result.cycles_cpu_seconds = driven.cpu_seconds;
    result.flits_delivered = driven.total.flits;
    result.checksum = driven.total.checksum;
    result.busy_share = static_cast<double>(driven.total.visits);
    result.bytes_per_router =
        static_cast<double>(mesh.bytes()) / static_cast<double>(config.vc.source.mesh.cells());
    return result;
}

NocResult run_traffic(const NocConfig& config, const std::stop_token& stop) {
    const double zero_load = zero_load_cycles(config);
    NocResult result;
    std::vector<Sample> samples;
    for (int run = 0; run < config.seeds && !stop.stop_requested(); ++run)
        samples.push_back(run_seed(config, run, std::max(kUnstableLatency, 2 * zero_load), stop));
    if (samples.empty()) return result;
    summarise(samples, result);
    result.zero_load_cycles = zero_load;
    result.bytes_per_router =
        static_cast<double>(samples.front().bytes) / static_cast<double>(config.vc.source.mesh.cells());
    return result;
}

}  // namespace

double zero_load_cycles(const NocConfig& config) {
    const double routers = mean_routers(config.vc.source.traffic, config.vc.source.mesh);
    if (config.wafer) return 2.0 * config.fabric.ramp_cycles + config.fabric.hop_cycles * (routers - 1);
    const int per_hop = (config.vc.speculative ? 3 : 4) + config.vc.routing_delay;
    return per_hop * routers + 2 + (config.vc.packet_flits - 1);
}

core::Result<NocResult> run_noc(const NocConfig& given, const std::stop_token& stop) {
    if (const auto checked = check_noc(given); !checked) return tl::unexpected(checked.error());
    NocConfig config = given;
    config.wafer |= config.collective.has_value();
    const auto cpu_start = std::clock();
    NocResult result =
        config.collective ? run_collective(config, *config.collective, stop) : run_traffic(config, stop);
    result.cpu_seconds = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
    if (result.cycles > 0)
        result.busy_share /=
            static_cast<double>(result.cycles) * static_cast<double>(config.vc.source.mesh.cells());
    if (config.find_saturation) result.saturation_rate = saturation_rate(config, stop);
    if (stop.stop_requested()) return core::fail(core::ErrorCode::cancelled, "stopped");
    return result;
}

}  // namespace waferscope::sim
