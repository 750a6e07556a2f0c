// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_wafer.hpp"

#include "app/cli/accuracy_file.hpp"
#include "app/document/request.hpp"
#include "app/document/resources.hpp"
#include "sim/evidence.hpp"
#include "sim/network/link_loads.hpp"
#include "sim/network/queueing.hpp"
#include "sim/wafer/decode_layer.hpp"
#include "sim/wafer/mesh_gemm.hpp"
#include "sim/wafer/wafer_spec.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <random>

namespace waferscope::app {
namespace {

using core::LlmConfig;
using Json = nlohmann::ordered_json;

/// One line; `published` 0 leaves the comparison out, `goal` may be empty.
void print(const std::string& name, double value, const char* unit, double published = 0,
           const std::string& goal = {}) {
    std::string line =
        fmt::format("{{\"name\":\"wafer.{}\",\"value\":{:.6g},\"unit\":\"{}\"", name, value, unit);
    if (published != 0)
        line += fmt::format(",\"published\":{:.6g},\"error\":{:.4f}", published, value / published - 1);
    if (!goal.empty()) line += fmt::format(",\"goal\":\"{}\"", goal);
    fmt::print("{}}}\n", line);
}

// Published rates on a WSE-2 at 1.1 GHz (WaferLLM, OSDI'25, as quoted in the design notes): per-layer times x
// layers.
struct DecodeRow {
    const char* name;
    int side, groups;
    std::int64_t layers, hidden, ffn, vocab, context;
    double published;
};
constexpr std::array kDecodeRows{
    DecodeRow{"decode_llama3_8b_420", 420, 20, 32, 4200, 14700, 128256, 4200, 2699.9},
    DecodeRow{"decode_llama3_8b_660", 660, 22, 32, 4620, 14520, 128256, 4620, 2243.3},
    DecodeRow{"decode_qwen2_72b_540", 540, 20, 80, 8640, 29700, 152064, 4320, 824.3}};
struct PrefillRow {
    int side;
    double published;
};
constexpr std::array kPrefillRows{PrefillRow{480, 20320.6}, PrefillRow{600, 25037.2},
                                  PrefillRow{720, 27686.5}};
struct GemvRow {
    std::int64_t n;
    double cycles;
};
constexpr std::array kGemvRows{GemvRow{16384, 1320}, GemvRow{32768, 2233}};
constexpr double kOneUserRate = 1837;  ///< Llama 3.1 8B on a CS-3, artificialanalysis.ai, 2024-09
constexpr double kA100Power = 400, kWse2Power = 15000;
struct EnergyRow {
    int gpus;
    double gpu_tokens_per_s, gemv_ms, decode_ratio, gemv_ratio;  ///< published: A100 rates, and energy ratios
};
constexpr std::array kEnergyRows{EnergyRow{1, 78.9, 0.336, 0.92, 7.47},
                                 EnergyRow{8, 260.4, 0.253, 2.22, 44.97},
                                 EnergyRow{16, 164.6, 0.340, 7.02, 120.88}};

core::Scenario decode_scenario(const DecodeRow& row) {
    core::Scenario s{.name = row.name,
                     .workload = LlmConfig{.layers = row.layers,
                                           .hidden = row.hidden,
                                           .heads = 1,
                                           .kv_heads = 1,
                                           .head_dim = row.hidden,
                                           .ffn = row.ffn,
                                           .vocab = row.vocab,
                                           .gated_ffn = true},
                     .phase = core::Phase::decode,
                     .global_batch = 1,
                     .seq = row.context,
                     .output_tokens = 1,
                     .precision = core::Precision::fp16,
                     .machine = "cerebras_cs2",
                     .chips = 1};
    s.wafer = {
        .mode = core::WaferMode::resident, .region = std::array{row.side, row.side}, .groups = row.groups};
    return s;
}

core::Scenario llama(core::Phase phase, const char* machine) {
    return {.name = "LLaMA3-8B",
            .workload = LlmConfig{.layers = 32,
                                  .hidden = 4096,
                                  .heads = 32,
                                  .kv_heads = 8,
                                  .head_dim = 128,
                                  .ffn = 14336,
                                  .vocab = 128256,
                                  .gated_ffn = true},
            .phase = phase,
            .global_batch = 1,
            .seq = 4096,
            .output_tokens = 1,
            .precision = core::Precision::fp16,
            .machine = machine,
            .chips = 1};
}

double rate_of(const core::Scenario& scenario, const core::MachineLibrary& machines) {
    const auto request = make_request(scenario, machines);
    const auto run = request ? sim::simulate(*request, sim::Detail::summary, {}, {})
                             : core::Result<core::Run>(tl::unexpected(request.error()));
    if (!run) {
        std::fprintf(stderr, "%s\n", core::to_text(run.error()).c_str());
        return 0;
    }
    return run->summary.tokens_per_s.value_or(0);
}

/// A published rate and the scenario that predicts it.
struct PublishedRate {
    std::string name;
    core::Scenario scenario;
    double tokens_per_s = 0;
};

std::vector<PublishedRate> decode_rates() {
    std::vector<PublishedRate> rates;
    for (const auto& row : kDecodeRows) rates.push_back({row.name, decode_scenario(row), row.published});
    return rates;
}

std::vector<PublishedRate> prefill_rates() {
    std::vector<PublishedRate> rates;
    for (const auto& row : kPrefillRows) {
        auto scenario = llama(core::Phase::prefill, "cerebras_cs2");
        scenario.wafer = {.mode = core::WaferMode::resident, .region = std::array{row.side, row.side}};
        rates.push_back({fmt::format("prefill_llama3_8b_{}", row.side), std::move(scenario), row.published});
    }
    return rates;
}

double rate_with(const core::Scenario& scenario, const core::MachineLibrary& machines, const std::string& constant, double factor) {
    auto request = make_request(scenario, machines);
    if (!request) return 0;
    core::Machine changed = *request->machine;
    changed.calibration[constant].value *= factor;
    request->machine = std::make_shared<const core::Machine>(std::move(changed));
    const auto run = sim::simulate(*request, sim::Detail::summary, {}, {});
    return run ? run->summary.tokens_per_s.value_or(0) : 0;
}

/// Two constants fitted on two of three rates exactly, the third predicted; seconds per token are affine in both
/// (slopes by a step of 1 %). Returns the mean absolute error.
double leave_one_out(const std::vector<PublishedRate>& rates, const core::MachineLibrary& machines, const std::array<std::string, 2>& constants) {
    constexpr double kStep = 0.01;
    struct Line {
        double base, slope[2], published;  // seconds; slopes per relative change of a constant
    };
    std::vector<Line> lines;
    for (const auto& rate : rates) {
        const double base = 1 / rate_of(rate.scenario, machines);
        Line line{base, {}, 1 / rate.tokens_per_s};
        for (std::size_t c = 0; c < 2; ++c) line.slope[c] = (1 / rate_with(rate.scenario, machines, constants[c], 1 + kStep) - base) / kStep;
        lines.push_back(line);
    }
    double sum = 0;
    for (std::size_t out = 0; out < lines.size(); ++out) {
        const auto &a = lines[(out + 1) % 3], &b = lines[(out + 2) % 3], &c = lines[out];
        const double ra = a.published - a.base, rb = b.published - b.base, det = a.slope[0] * b.slope[1] - b.slope[0] * a.slope[1];
        const double first = (ra * b.slope[1] - rb * a.slope[1]) / det, second = (a.slope[0] * rb - b.slope[0] * ra) / det;
        const double predicted = 1 / (c.base + c.slope[0] * first + c.slope[1] * second);
        print("leave_one_out_" + rates[out].name, predicted, "tok/s", rates[out].tokens_per_s);
        sum += std::abs(predicted / rates[out].tokens_per_s - 1);
    }
    return sum / static_cast<double>(lines.size());
}

core::Result<sim::WaferSpec> spec_of(const char* machine, const core::MachineLibrary& machines) {
    auto request = make_request(llama(core::Phase::decode, machine), machines);
    if (!request) return tl::unexpected(request.error());
    return sim::wafer_spec(*request);
}

/// Prints the models against published rates; returns what accuracy.json keeps of it.
Json bench_models(const core::MachineLibrary& machines) {
    double decode_420 = 0;
    Json sets = Json::array();
    const auto add_set = [&](const char* set, const char* group, const std::vector<core::Scenario>& scenarios, double mape, bool held_out) {
        sets.push_back({{"set", set}, {"machine", scenarios.front().machine}, {"group", group}, {"n", scenarios.size()}, {"mape", std::round(1e4 * mape) / 1e4}, {"held_out", held_out}, {"range", sim::range_of(scenarios)}});
    };
    const auto scenarios_of = [](const std::vector<PublishedRate>& rates) {
        std::vector<core::Scenario> scenarios;
        for (const auto& rate : rates) scenarios.push_back(rate.scenario);
        return scenarios;
    };
    const auto print_rates = [&](const std::vector<PublishedRate>& rates) {
        for (const auto& rate : rates) {
            const double value = rate_of(rate.scenario, machines);
            if (decode_420 == 0) decode_420 = value;
            print(rate.name, value, "tok/s", rate.tokens_per_s, "3 %");
        }
    };
    const auto decode = decode_rates(), prefill = prefill_rates();
    print_rates(decode);
    add_set("WaferLLM decode, each left out", "decode", scenarios_of(decode), leave_one_out(decode, machines, {"decode_fixed_cycles_per_layer", "decode_cycles_per_mac"}), true);
    print_rates(prefill);
    add_set("WaferLLM prefill, each left out", "prefill", scenarios_of(prefill), leave_one_out(prefill, machines, {"prefill_cycles_per_mac", "prefill_fixed_cycles_per_step"}), true);
    const double one_user = rate_of(llama(core::Phase::decode, "cerebras_cs3"), machines);
    print("decode_llama31_8b_cs3_one_user", one_user, "tok/s", kOneUserRate, "calibrated on this: one serving factor");
    add_set("one-user speed, Llama 3.1 8B", "decode", {llama(core::Phase::decode, "cerebras_cs3")}, std::abs(one_user / kOneUserRate - 1), false);
    const auto cs2 = machines.find("cerebras_cs2");
    const auto constants = cs2 ? (*cs2)->calibration.size() : 0;
    print("fitted_constants", static_cast<double>(constants), "constants", 0, "at most 6");
    const double per_mac = cs2 ? (*cs2)->constant("gemv_cycles_per_mac", 0) : 0;
    const sim::DecodeRegion region{.side = 660, .groups = 22};
    for (const auto& row : kGemvRows)
        print(fmt::format("gemv_{}k", row.n / 1024), sim::gemv_cycles(row.n, region, per_mac), "cycles",
              row.cycles, "10 %");
    const double gemv_ms = sim::gemv_cycles(16384, region, per_mac) / 1.1e9 * 1e3;
    for (const auto& row : kEnergyRows) {  // nameplate power x time
        const double gpu_j = row.gpus * kA100Power / row.gpu_tokens_per_s,
                     gpu_gemv = row.gpus * kA100Power * row.gemv_ms;
        print(fmt::format("energy_ratio_decode_{}_gpus", row.gpus), gpu_j / (kWse2Power / 2700), "x",
              row.decode_ratio, "0.03");
        print(fmt::format("energy_ratio_decode_{}_gpus_simulated", row.gpus),
              gpu_j / (kWse2Power / decode_420), "x", row.decode_ratio);
        print(fmt::format("energy_ratio_gemv_{}_gpus", row.gpus), gpu_gemv / (kWse2Power * 0.0012), "x",
              row.gemv_ratio, "0.03");
        print(fmt::format("energy_ratio_gemv_{}_gpus_simulated", row.gpus), gpu_gemv / (kWse2Power * gemv_ms),
              "x", row.gemv_ratio);
    }
    if (const auto spec = spec_of("cerebras_cs2", machines)) {
        const sim::GemmConstants c{spec->prefill_cycles_per_mac, spec->prefill_fixed_cycles,
                                   spec->ramp_cycles};
        for (const std::int64_t n : {2048, 4096, 8192, 16384}) {
            const double d = sim::padded_share(n, 720);
            for (const auto& [mapping, name] : {std::pair{sim::GemmMapping::mesh_gemm, "meshgemm"},
                                                {sim::GemmMapping::summa, "summa"},
                                                {sim::GemmMapping::cannon, "cannon"}})
                print(fmt::format("gemm_efficiency_{}_{}k_720", name, n / 1024),
                      100 * sim::gemm_efficiency(mapping, {d, d, d}, 720, c), "%");
        }
    }
    return sets;
}

double seconds(const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A million flows between rectangles of side 1 to 64 over a 1,000 x 1,000 grid, a tenth to 16 targets.
struct FlowSet {
    core::GridSize grid{1000, 1000};
    std::vector<sim::Offset> targets;
    std::vector<sim::RectFlow> flows;

    FlowSet() {
        std::mt19937 random(1);
        const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
        constexpr std::size_t kFlows = 1'000'000;
        targets.reserve(kFlows * 3);  // spans into it must stay
        for (std::size_t i = 0; i < kFlows; ++i) {
            const int width = pick(1, 64), height = pick(1, 64), x = pick(0, grid.columns - width),
                      y = pick(0, grid.rows - height);
            const auto count = pick(0, 9) == 0 ? 16U : 1U;
            for (unsigned t = 0; t < count; ++t)
                targets.push_back({pick(0, grid.columns - width) - x, pick(0, grid.rows - height) - y});
            flows.push_back({{x, y, width, height}, std::span(targets).last(count), pick(1, 1 << 20)});
        }
    }
};

/// Whether a flow's trees use the link, walked from its definition: the number of its source tiles whose tree
/// does.
std::int64_t tiles_through(const sim::RectFlow& flow, core::Direction direction, int x, int y) {
    const auto& s = flow.source;
    std::int64_t count = 0;
    if (direction == core::Direction::east || direction == core::Direction::west) {
        if (y < s.y || y >= s.y + s.height) return 0;
        int reach = 0;
        for (const auto& t : flow.targets)
            reach = std::max(reach, direction == core::Direction::east ? t.dx : -t.dx);
        for (int sx = s.x; sx < s.x + s.width; ++sx)
            count += direction == core::Direction::east ? (sx <= x && x < sx + reach)
                                                        : (x <= sx && sx - reach < x);
        return count;
    }
    for (std::size_t i = 0; i < flow.targets.size(); ++i) {
        const int sx = x - flow.targets[i].dx;
        if (sx < s.x || sx >= s.x + s.width) continue;
        int reach = 0;
        bool first = true;
        for (std::size_t j = 0; j < flow.targets.size(); ++j)
            if (flow.targets[j].dx == flow.targets[i].dx) {
                first = first && j >= i;
                reach = std::max(
                    reach, direction == core::Direction::south ? flow.targets[j].dy : -flow.targets[j].dy);
            }
        if (!first) continue;
        for (int sy = s.y; sy < s.y + s.height; ++sy)
            count += direction == core::Direction::south ? (sy <= y && y < sy + reach)
                                                         : (y <= sy && sy - reach < y);
    }
    return count;
}

Exit bench_flows() {
    const FlowSet set;
    sim::LinkLoads loads(set.grid);
    std::vector<double> times;
    for (int i = 0; i < 5; ++i) {
        loads.clear();
        times.push_back(seconds([&] { loads.add(set.flows), loads.finish(); }));
    }
    std::ranges::sort(times);
    print("flow_recompute_1e6_flows_1e6_cores", times[2], "s, median of 5", 0, "0.25 s");
    // 100 links x every flow, and the links' sum over all flows: 10^4 links would walk 10^10 pairs.
    constexpr int kSampled = 10'000, kBatch = 250;
    std::mt19937 random(2);
    std::int64_t wrong = 0;
    for (int i = 0; i < kSampled; i += kBatch) {
        std::array<std::array<int, 3>, kBatch> links{};
        std::array<sim::FixedWavelets, kBatch> truth{};
        for (auto& link : links)
            link = {static_cast<int>(random() % 4), static_cast<int>(random() % 1000),
                    static_cast<int>(random() % 1000)};
        for (const auto& flow : set.flows)
            for (std::size_t l = 0; l < kBatch; ++l)
                truth[l] += flow.wavelets * tiles_through(flow, static_cast<core::Direction>(links[l][0]),
                                                          links[l][1], links[l][2]);
        for (std::size_t l = 0; l < kBatch; ++l)
            wrong +=
                truth[l] != loads.at(static_cast<core::Direction>(links[l][0]), links[l][1], links[l][2]);
        if (std::getenv("WAFERSCOPE_BENCH_ALL_LINKS") == nullptr) {
            print("flow_links_checked_by_brute_force", kBatch, "links", 0,
                  "10,000 with WAFERSCOPE_BENCH_ALL_LINKS");
            break;
        }
        if (i + kBatch == kSampled) print("flow_links_checked_by_brute_force", kSampled, "links");
    }
    print("flow_links_that_differ", static_cast<double>(wrong), "links", 0, "0");
    // One kernel of 131 flows moves by a few tiles.
    times.clear();
    for (int i = 0; i < 201; ++i) {
        std::vector<sim::RectFlow> moved;
        for (std::size_t f = 0; f < 131; ++f) {
            auto flow = set.flows[(static_cast<std::size_t>(i) * 131 + f) % set.flows.size()];
            auto away = flow;
            away.wavelets = -flow.wavelets;
            moved.push_back(away);
            flow.source.x = std::max(0, flow.source.x - 1);
            const bool room = std::ranges::all_of(
                flow.targets, [&](const sim::Offset& t) { return flow.source.x + t.dx >= 0; });
            moved.push_back(room ? flow
                                 : set.flows[(static_cast<std::size_t>(i) * 131 + f) % set.flows.size()]);
        }
        times.push_back(seconds([&] {
            for (const auto& flow : moved) loads.add(flow);
            loads.finish();
        }));
    }
    std::ranges::sort(times);
    print("flow_one_kernel_moved_131_edges", 1e3 * times[times.size() / 2], "ms, median", 0, "20 ms");
    return wrong == 0 ? Exit::ok : Exit::internal;
}

/// F against C at shares of the bound below 0.6 of each configuration's ceiling.
void bench_queues() {
    struct Row {
        char name;
        sim::VcConfig vc;
        double most;  ///< share of the bound: 0.6 of its own saturation
    };
    std::array rows{Row{'A', {.vcs = 1, .buffer = 4}, 0.2},
                    Row{'B', {.vcs = 1, .buffer = 8}, 0.2},
                    Row{'C', {.vcs = 1, .buffer = 8, .speculative = true}, 0.45},
                    Row{'D', {.vcs = 2, .buffer = 8, .speculative = true}, 0.5},
                    Row{'E', {.vcs = 4, .buffer = 8}, 0.5},
                    Row{'F', {.vcs = 4, .buffer = 4}, 0.5},
                    Row{'G', {.packet_flits = 4, .vcs = 2, .buffer = 8}, 0.45},
                    Row{'H', {.packet_flits = 4, .vcs = 4, .buffer = 8, .speculative = true}, 0.47},
                    Row{'I', {.packet_flits = 4, .vcs = 1, .buffer = 8, .speculative = true}, 0.35}};
    for (auto& row : rows) {
        double worst = 0;
        for (double share = 0.1;; share = std::min(share + 0.1, row.most)) {
            sim::NocConfig config{.vc = row.vc};
            config.vc.source.mesh = {8, 8};
            config.rate = share * sim::rate_bound(sim::Traffic::uniform, config.vc.source.mesh);
            const auto cycles = sim::run_noc(config, {});
            if (cycles)
                worst = std::max(
                    worst, std::abs(sim::estimate_mesh(config).latency_cycles / cycles->latency_cycles - 1));
            if (share >= row.most) break;
        }
        print(fmt::format("flow_latency_against_cycles_{}_to_{:.2f}_of_bound", row.name, row.most),
              100 * worst, "% worst", 0, "2 %");
    }
}

}  // namespace

Exit bench_wafer(const CliContext& context, const std::string& accuracy) {
    const auto machines = load_machines(context.machine_folders);
    if (!machines) return report(machines.error());
    const auto sets = bench_models(*machines);
    if (!accuracy.empty())
        if (auto done = replace_accuracy(accuracy, "wafer", sets); !done) return report(done.error());
    bench_queues();
    return bench_flows();
}

}  // namespace waferscope::app
