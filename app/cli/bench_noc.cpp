// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_noc.hpp"

#include "app/cli/noc_oracle.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <thread>

namespace waferscope::app {
namespace {

using sim::Collective;
using sim::Traffic;

constexpr double kLeastVcSpeed = 10e6, kLeastWaferSpeed = 50e6;  ///< router-cycles/s on one thread
constexpr double kCollectiveGoal = 0.04;                         ///< of the formula
constexpr int kRepeats = 3;

constexpr std::array<std::pair<const char*, Traffic>, 5> kPatterns{{{"uniform", Traffic::uniform},
                                                                    {"transpose", Traffic::transpose},
                                                                    {"bitcomp", Traffic::bitcomp},
                                                                    {"neighbor", Traffic::neighbor},
                                                                    {"hotspot", Traffic::hotspot}}};

void line(const std::string& name, double value, const char* unit, const std::string& more = {}) {
    fmt::print("{{\"name\":\"noc.{}\",\"value\":{:.6g},\"unit\":\"{}\"{}}}\n", name, value, unit, more);
    std::fflush(stdout);
}

sim::NocResult run(const sim::NocConfig& config) {
    auto result = sim::run_noc(config, {});
    if (!result) report(result.error());
    return result ? *result : sim::NocResult{};
}

/// Router-cycles per second: of processor time on one thread, so that other programs on the machine count
/// less, of wall time on several.
double speed(const sim::NocConfig& config, const sim::NocResult& result) {
    const double work =
        static_cast<double>(result.cycles) * static_cast<double>(config.vc.source.mesh.cells());
    const double seconds = config.threads == 1 ? result.cycles_cpu_seconds : result.wall_seconds;
    return seconds > 0 ? work / seconds : 0;
}

/// The fastest of a few runs: others may be using the machine.
sim::NocResult fastest(const sim::NocConfig& config) {
    sim::NocResult best;
    for (int i = 0; i < kRepeats; ++i)
        if (const auto result = run(config); speed(config, result) > speed(config, best)) best = result;
    return best;
}

std::string delivered(const sim::NocResult& result) {
    return fmt::format(",\"flits_delivered\":{},\"checksum\":\"{:016x}\"", result.flits_delivered,
                       result.checksum);
}

/// What the speed benchmark refuses.
struct Verdict {
    double least_vc = 1e30, least_wafer = 1e30;  ///< slowest on one thread, router-cycles/s
    bool same = true;                            ///< results do not depend on the number of threads
};

/// Speeds and results with one and two threads; into the verdict and its `least`.
void both_speeds(const std::string& name, sim::NocConfig config, double& least, Verdict& verdict) {
    const auto single = fastest(config);
    const double one = speed(config, single);
    least = std::min(least, one);
    line(name + "_1_thread", one, "router-cycles/s", delivered(single));
    config.threads = 2;
    const auto result = fastest(config);
    line(name + "_2_threads", speed(config, result), "router-cycles/s",
         fmt::format(",\"speed_up\":{:.2f},\"processors\":{}{}{}", speed(config, result) / one,
                     std::thread::hardware_concurrency(),
                     config.wafer ? fmt::format(",\"busy_share\":{:.2f}", result.busy_share) : "",
                     delivered(result)));
    verdict.same = verdict.same && single.checksum == result.checksum &&
                   single.flits_delivered == result.flits_delivered;
}

sim::NocConfig half_load(int k, int vcs) {
    sim::NocConfig config{.seeds = 1, .window = {.warmup = 500, .least_cycles = 2000, .least_packets = 0}};
    config.vc.source.mesh = {k, k};
    config.vc.vcs = vcs;
    config.vc.speculative = vcs == 1;  // without speculation half the bound is a single channel's ceiling
    config.rate = 0.5 * sim::rate_bound(Traffic::uniform, config.vc.source.mesh);
    return config;
}

sim::NocConfig rows_of_chains(int side, int length, std::uint32_t wavelets) {
    sim::NocConfig config{.wafer = true,
                          .collective = sim::CollectiveTask{Collective::chain, length, wavelets}};
    config.vc.source.mesh = {side, side};
    return config;
}

/// Whether the engine is as fast as a vectorised inner loop and the same for any number of threads.
bool speeds() {
    Verdict verdict;
    for (const int k : {32, 64})
        for (const int vcs : {1, 4})
            both_speeds(fmt::format("speed_uniform_half_load_{}x{}_{}vc", k, k, vcs), half_load(k, vcs),
                        verdict.least_vc, verdict);
    both_speeds("speed_wafer_chain_rows_256x256", rows_of_chains(256, 256, 768), verdict.least_wafer,
                verdict);
    auto unicast = half_load(256, 1);
    unicast.wafer = true;
    unicast.window = {.warmup = 300, .least_cycles = 500, .least_packets = 0};
    double unicast_speed = 1e30;  // no limit of its own
    both_speeds("speed_wafer_unicast_half_load_256x256", unicast, unicast_speed, verdict);

    line("bytes_per_router_1vc_buffer8", run(half_load(32, 1)).bytes_per_router, "B");
    line("bytes_per_router_wafer_chain", run(rows_of_chains(64, 64, 4)).bytes_per_router, "B");
    auto tree = rows_of_chains(64, 64, 16);
    tree.collective->kind = Collective::tree;
    line("bytes_per_router_wafer_tree_64", run(tree).bytes_per_router, "B");
    auto million = rows_of_chains(1000, 50, 200);
    million.threads = 2;
    const auto whole = run(million);
    line("whole_wafer_1e6_routers_2_threads", static_cast<double>(whole.cycles) / whole.wall_seconds,
         "cycles/s",
         fmt::format(",\"busy_share\":{:.2f},\"bytes_per_router\":{:.0f}", whole.busy_share,
                     whole.bytes_per_router));
    if (!verdict.same) fmt::print(stderr, "bench noc: results differ between one and two threads.\n");
    const bool fast = verdict.least_vc >= kLeastVcSpeed && verdict.least_wafer >= kLeastWaferSpeed;
    if (!fast)
        fmt::print(stderr,
                   "bench noc: too slow on one thread: {:.1f} M router-cycles/s with virtual channels (at "
                   "least {:.0f}), {:.1f} M in wafer mode (at least {:.0f}).\n",
                   verdict.least_vc / 1e6, kLeastVcSpeed / 1e6, verdict.least_wafer / 1e6,
                   kLeastWaferSpeed / 1e6);
    return fast && verdict.same;
}

void zero_load() {
    for (const int flits : {1, 4}) {
        // Bitcomp has one path per node, so the mean path is the pattern's as soon as all nodes send alike.
        sim::NocConfig config{.rate = 0.001 * flits, .seeds = 10};
        config.vc.source.mesh = {8, 8};
        config.vc.packet_flits = flits;
        config.vc.vcs = 2;
        const auto result = run(config);
        line(fmt::format("zero_load_error_{}_flit", flits), result.latency_cycles - *result.zero_load_cycles,
             "cycles", fmt::format(",\"ci95\":{:.4f}", *result.ci95_latency));
    }
}

void collectives() {
    for (const auto* name : {"chain", "tree", "star", "broadcast", "two-phase", "two-tree", "ring",
                             "broadcast-2d", "reduce-2d"}) {
        const auto kind = *sim::collective_named(name);
        const bool line_only = !sim::over_whole_mesh(kind);
        double worst = 0, sum = 0;
        std::string where;
        int count = 0, far = 0;
        for (int length = 4; length <= 256; length *= 2)
            for (const std::uint32_t wavelets : {1U, 2U, 4U, 8U, 16U, 32U, 64U, 128U, 256U, 512U, 1024U}) {
                sim::NocConfig config{.wafer = true,
                                      .collective = sim::CollectiveTask{kind, length, wavelets}};
                config.vc.source.mesh = {length, line_only ? 1 : length};
                const double error = run(config).latency_cycles /
                                         sim::formula_cycles(*config.collective, config.vc.source.mesh,
                                                             config.fabric.ramp_cycles) -
                                     1;
                sum += std::abs(error);
                ++count;
                far += std::abs(error) > kCollectiveGoal;
                if (std::abs(error) < std::abs(worst)) continue;
                worst = error;
                where = fmt::format("P {} B {}", length, wavelets);
            }
        line(fmt::format("collective_{}_error_max", name), 100 * worst, "% of formula",
             fmt::format(",\"at\":\"{}\",\"mean_abs\":{:.3f},\"rows\":{},\"rows_over_4_percent\":{}", where,
                         100 * sum / count, count, far));
    }
}

/// The rate (as a fraction of the bound) where this engine's mean latency passes 3 T0.
double saturation_load(sim::NocConfig config) {
    config.seeds = 1;
    config.rate = 0.01 * sim::rate_bound(config.vc.source.traffic, config.vc.source.mesh);
    config.find_saturation = true;
    return *run(config).saturation_rate / sim::rate_bound(config.vc.source.traffic, config.vc.source.mesh);
}

struct Worst {
    double error = 0;
    std::string where = "-";
    int rows = 0;
    void add(double value, const std::string& at) {
        ++rows;
        if (std::abs(value) >= std::abs(error)) error = value, where = at;
    }
    void print(const std::string& name) const {
        line(name, 100 * error, "%", fmt::format(",\"at\":\"{}\",\"rows\":{}", where, rows));
    }
};

/// Standard deviation of this engine's mean latency over single runs as long as the reference's, as a share.
double scatter_of_reference(const OracleRow& row) {
    constexpr int kRuns = 30;
    constexpr double kStudent = 2.045;  ///< 97.5 % quantile, 29 degrees of freedom
    auto config = row.config;
    config.window.least_packets = 0;
    config.window.least_cycles =
        static_cast<std::uint32_t>(std::max(1.0, row.cycles - static_cast<double>(config.window.warmup)));
    config.seeds = kRuns;
    const auto result = run(config);
    return *result.ci95_latency * std::sqrt(static_cast<double>(kRuns)) / kStudent / result.latency_cycles;
}

/// Against the hop-corrected reference. A row over the goal is run with more seeds, and printed with the
/// scatter of the one short run it is compared with.
double latency_error(const OracleRow& row) {
    const double goal = row.load <= 0.5 ? 0.01 : 0.03;
    auto config = row.config;
    config.window.least_packets = 40000;
    auto result = run(config);
    if (std::abs(result.latency_cycles / row.corrected_latency() - 1) > goal) {
        config.seeds = 24;
        result = run(config);
    }
    const double error = result.latency_cycles / row.corrected_latency() - 1;
    if (std::abs(error) > goal)
        line("reference_latency_over_goal " + row.name, 100 * error, "%",
             fmt::format(",\"ci95\":{:.2f},\"one_reference_run_sd\":{:.2f}",
                         100 * *result.ci95_latency / row.corrected_latency(),
                         100 * scatter_of_reference(row)));
    return error;
}

/// Reference rows below 0.85 of the configuration's own ceiling by load, and by side of the blow-up: a row of
/// the reference above 3 T0 must lie above this engine's saturation load, one below it below.
void oracle(const std::vector<OracleRow>& rows) {
    std::map<std::string, double> ceilings;
    Worst half, seventy, bracket;
    for (const auto& row : rows) {
        if (row.overload) continue;
        const std::string key = row.name.substr(0, row.name.rfind(' '));
        if (!ceilings.contains(key)) {
            ceilings[key] = saturation_load(row.config);
            line("saturation_load " + key, ceilings[key], "of the bound");
        }
        const double ceiling = ceilings[key];
        const bool blown = row.unstable || row.latency >= 3 * sim::zero_load_cycles(row.config);
        const bool violated = blown ? row.load < ceiling : row.load > ceiling;
        bracket.add(violated ? row.load / ceiling - 1 : 0, row.name);
        if (!row.comparable() || row.load > 0.85 * ceiling || row.load > 0.7) continue;
        (row.load <= 0.5 ? half : seventy).add(latency_error(row), row.name);
    }
    half.print("reference_latency_error_max_load_to_0.5");
    seventy.print("reference_latency_error_max_load_to_0.7");
    bracket.print("reference_saturation_bracket_violation_max");
}

/// Mean latencies on sizes without a reference.
void tables() {
    struct Shape {
        const char* name;
        int packet, vcs, buffer;
        bool speculative;
    };
    for (const auto& shape : {Shape{"A", 1, 1, 4, false},
                              {"B", 1, 1, 8, false},
                              {"C", 1, 1, 8, true},
                              {"D", 1, 2, 8, true},
                              {"E", 1, 4, 8, false},
                              {"F", 1, 4, 4, false},
                              {"G", 4, 2, 8, false},
                              {"H", 4, 4, 8, true},
                              {"I", 4, 1, 8, true}})
        for (const int k : {5, 12})
            for (const auto& [pattern, traffic] : kPatterns)
                for (const double load : {0.1, 0.3, 0.5, 0.7}) {
                    sim::NocConfig config;
                    config.vc = {.source = {.mesh = {k, k}, .traffic = traffic},
                                 .packet_flits = shape.packet,
                                 .vcs = shape.vcs,
                                 .buffer = shape.buffer,
                                 .speculative = shape.speculative};
                    config.rate = load * sim::rate_bound(traffic, config.vc.source.mesh);
                    const auto result = run(config);
                    line(fmt::format("latency_{}_{}x{}_{}_{}", shape.name, k, k, pattern, load),
                         result.latency_cycles, "cycles",
                         fmt::format(",\"ci95\":{:.3f},\"saturated\":{}", *result.ci95_latency,
                                     result.saturated));
                }
}

}  // namespace

Exit bench_noc(const std::string& data_folder) {
    const bool accepted = speeds();
    zero_load();
    collectives();
    const auto rows =
        data_folder.empty() ? std::vector<OracleRow>{} : load_oracle(data_folder + "/noc/booksim2_k8.csv");
    if (rows.empty())
        fmt::print(stderr,
                   "bench noc: no reference results (noc/booksim2_k8.csv under --data DIR): those rows are "
                   "left out.\n");
    else
        oracle(rows);
    tables();
    return accepted ? Exit::ok : Exit::refused;
}

}  // namespace waferscope::app
