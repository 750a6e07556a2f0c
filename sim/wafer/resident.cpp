// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/collectives.hpp"
#include "sim/steps.hpp"
#include "sim/wafer/modes.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

using core::LlmConfig;
using core::SliceKind;

constexpr std::size_t kSteps = 128;
constexpr double kReserveBytes = 2048;  ///< code and buffers of a core (estimate)
constexpr double kBytesPerValue = 2;

/// One GEMV (or norm) of a layer on a P x P region: MACs per core, then an all-reduce of `sums` FP16 values.
struct Step {
    const char* name;
    SliceKind kind;
    double macs = 0, sums = 0;
    bool along_rows = true;
};

/// What one layer costs every core, from the operators' padded dimensions.
struct LayerCost {
    std::vector<Step> steps;
    double weight_macs = 0;  ///< MACs per core that read a stored weight
    double kv_bytes = 0;     ///< per core and sequence
};

double padded(std::int64_t n, int p) { return static_cast<double>((n + p - 1) / p); }

LayerCost layer_cost(const LlmConfig& m, std::int64_t context, int p) {
    const double d = padded(m.hidden, p), q = padded(m.heads * m.head_dim, p), kv = padded(m.kv_heads * m.head_dim, p);
    const double s = padded(context, p);
    const bool moe = m.experts > 0;
    const double f = padded(moe && m.expert_ffn > 0 ? m.expert_ffn : m.ffn, p);
    const double up = m.gated_ffn ? 2 : 1;
    const double active = moe ? static_cast<double>(m.experts_per_token + m.shared_experts) : 1;
    const double stored = moe ? static_cast<double>(m.experts + m.shared_experts) : 1;
    LayerCost cost;
    cost.steps = {{"norm", SliceKind::norm, 0, 1, true},
                  {"q, k, v", SliceKind::gemm, d * (q + 2 * kv), q + 2 * kv, false},
                  {"scores", SliceKind::attention, q * s, s, true},
                  {"softmax max", SliceKind::norm, 0, 1, true},
                  {"softmax sum", SliceKind::norm, 0, 1, true},
                  {"values", SliceKind::attention, q * s, q, false},
                  {"output", SliceKind::gemm, q * d, d, true},
                  {"norm", SliceKind::norm, 0, 1, true},
                  {"FFN up", SliceKind::gemm, active * up * d * f + (moe ? d * padded(m.experts, p) : 0), active * up * f, false},
                  {"FFN down", SliceKind::gemm, active * d * f, d, true}};
    cost.weight_macs = d * (q + 2 * kv) + q * d + stored * (up + 1) * d * f;
    cost.kv_bytes = 2 * kBytesPerValue * kv * s;
    return cost;
}

struct Constants {
    double fixed_per_layer, cycles_per_mac;
};

double cycles_of(const LayerCost& cost, const Constants& c, double batch, int p, int groups, double ramp) {
    double cycles = c.fixed_per_layer;
    for (const auto& step : cost.steps)
        cycles += c.cycles_per_mac * batch * step.macs + two_tree_all_reduce(p, groups, std::ceil(batch * step.sums / 2), ramp);
    return cycles;
}

/// Regions of P x P cores on wafers, layers dealt out in order.
struct Packing {
    int side = 0, groups = 1, per_wafer = 1, regions = 1, wafers = 1;
    double bytes_per_layer = 0, usable = 0;
    std::int64_t layers_per_region = 1;
    bool fits = true;
    double token_cycles = 0;
};

Packing pack(const LlmConfig& m, const LayerCost& cost, const WaferSpec& spec, const core::Scenario& scenario, int p) {
    Packing packing{.side = p};
    const auto batch = static_cast<double>(scenario.global_batch);
    packing.groups = scenario.wafer.groups > 0 ? std::min(scenario.wafer.groups, p) : default_groups(p);
    packing.usable = spec.sram_bytes - kReserveBytes;
    packing.bytes_per_layer = kBytesPerValue * cost.weight_macs + batch * cost.kv_bytes;
    packing.per_wafer = (spec.grid.columns / p) * (spec.grid.rows / p);
    packing.layers_per_region = static_cast<std::int64_t>(packing.usable / packing.bytes_per_layer);
    packing.fits = packing.layers_per_region >= 1 && packing.per_wafer >= 1;
    packing.layers_per_region = std::clamp<std::int64_t>(packing.layers_per_region, 1, m.layers);
    packing.regions = static_cast<int>((m.layers + packing.layers_per_region - 1) / packing.layers_per_region);
    packing.wafers = (packing.regions + std::max(1, packing.per_wafer) - 1) / std::max(1, packing.per_wafer);
    packing.fits = packing.fits && packing.wafers <= scenario.chips;
    return packing;
}

core::Result<Packing> choose(const LlmConfig& m, const WaferSpec& spec, const core::Scenario& scenario, const Constants& constants) {
    const auto batch = static_cast<double>(scenario.global_batch);
    if (scenario.wafer.region) {
        const int p = std::min((*scenario.wafer.region)[0], (*scenario.wafer.region)[1]);
        if (p > std::min(spec.grid.columns, spec.grid.rows))
            return core::fail(core::ErrorCode::range, fmt::format("A region of {} x {} is larger than the {} x {} grid.", p, p, spec.grid.columns, spec.grid.rows),
                              "/wafer/region", "choose a smaller one");
        const auto cost = layer_cost(m, scenario.seq, p);
        auto packing = pack(m, cost, spec, scenario, p);
        packing.token_cycles = static_cast<double>(m.layers) * cycles_of(cost, constants, batch, p, packing.groups, spec.ramp_cycles);
        return packing;
    }
    std::optional<Packing> best;
    int fewest = 1 << 20;
    for (int p = 60; p <= std::min(spec.grid.columns, spec.grid.rows); p += 30) {
        const auto cost = layer_cost(m, scenario.seq, p);
        auto packing = pack(m, cost, spec, scenario, p);
        if (packing.layers_per_region >= 1 && packing.usable >= packing.bytes_per_layer) fewest = std::min(fewest, packing.wafers);
        if (!packing.fits) continue;
        packing.token_cycles = static_cast<double>(m.layers) * cycles_of(cost, constants, batch, p, packing.groups, spec.ramp_cycles);
        if (!best || packing.token_cycles < best->token_cycles) best = packing;
    }
    if (!best)
        return core::fail(core::ErrorCode::fit, fmt::format("The model does not fit in the SRAM of {} wafer{}.", scenario.chips, scenario.chips == 1 ? "" : "s"),
                          "/chips", fewest < (1 << 20) ? fmt::format("it fits from {} wafers", fewest) : "a smaller batch or context");
    return *best;
}

struct Stretch {
    double start, end;
    int region;
    bool arithmetic, along_rows;
    double wavelets;
};

/// Appends one token's schedule, layer by layer, to the timeline; returns the stretches for the maps.
std::vector<Stretch> schedule_token(core::Run& run, const LlmConfig& m, const LayerCost& cost, const Packing& packing,
                                    const Constants& constants, const WaferSpec& spec) {
    auto& timeline = run.timeline;
    const auto batch = static_cast<double>(run.scenario.global_batch);
    std::vector<core::Lane> compute(static_cast<std::size_t>(packing.wafers));
    for (std::size_t w = 0; w < compute.size(); ++w) compute[w] = {.name = fmt::format("Wafer {}", w + 1), .detail = "cores"};
    core::Lane sums{.name = "Fabric", .detail = "sums", .kind = core::LaneKind::link};
    core::Lane moves{.name = "Between regions", .detail = "hand-over", .kind = core::LaneKind::io};
    std::vector<Stretch> stretches;
    double now = 0;
    const double clock = spec.clock_hz;
    const auto fixed_name = timeline.intern("fixed cost per call");
    const auto emit = [&](core::Lane& lane, const char* name, SliceKind kind, double cycles, int layer, double bytes) {
        if (cycles <= 0) return;
        const double start = now;
        now += cycles / clock;
        lane.slices.push_back({.start_s = start, .end_s = now, .name = timeline.intern(name), .bytes = static_cast<float>(bytes), .kind = kind,
                               .index = static_cast<std::uint16_t>(layer)});
    };
    const auto one_step = [&](const Step& step, int layer, int region) {
        auto& lane = compute[static_cast<std::size_t>(region / packing.per_wafer)];
        double start = now;
        emit(lane, step.name, step.kind, constants.cycles_per_mac * batch * step.macs, layer, 0);
        stretches.push_back({start, now, region, true, step.along_rows, 0});
        const double wavelets = std::ceil(batch * step.sums / 2);
        start = now;
        emit(sums, "all-reduce", SliceKind::collective, two_tree_all_reduce(packing.side, packing.groups, wavelets, spec.ramp_cycles), layer, wavelets * 4);
        stretches.push_back({start, now, region, false, step.along_rows, wavelets});
    };
    int before = 0;
    for (std::int64_t layer = 0; layer < m.layers; ++layer) {
        const int region = static_cast<int>(layer / packing.layers_per_region);
        if (region != before) {
            const bool other_wafer = region / packing.per_wafer != before / packing.per_wafer;
            const double hop = other_wafer ? (static_cast<double>(m.hidden) * batch * kBytesPerValue / spec.io_out_bytes_per_s + spec.link_latency_s) * clock
                                           : packing.side * spec.hop_cycles + 2 * spec.ramp_cycles;
            emit(moves, other_wafer ? "to the next wafer" : "to the next region", SliceKind::send_recv, hop, static_cast<int>(layer), static_cast<double>(m.hidden) * batch * kBytesPerValue);
            before = region;
        }
        auto& lane = compute[static_cast<std::size_t>(region / packing.per_wafer)];
        emit(lane, timeline.names[fixed_name].c_str(), SliceKind::wait, constants.fixed_per_layer, static_cast<int>(layer), 0);
        for (const auto& step : cost.steps) one_step(step, static_cast<int>(layer), region);
    }
    const double v = padded(m.vocab, packing.side);
    one_step({"LM head", SliceKind::embedding, padded(m.hidden, packing.side) * v, v, true}, static_cast<int>(m.layers), packing.regions - 1);
    one_step({"sampling", SliceKind::embedding, 0, 1, true}, static_cast<int>(m.layers), packing.regions - 1);
    for (auto& lane : compute) timeline.lanes.push_back(std::move(lane));
    timeline.lanes.push_back(std::move(sums));
    if (!moves.slices.empty()) timeline.lanes.push_back(std::move(moves));
    return stretches;
}

core::CoreClasses region_classes(const Packing& packing, const WaferSpec& spec, core::Placement& placement) {
    core::CoreClasses classes{.grid = spec.grid, .wafers = packing.wafers, .classes_per_wafer = static_cast<std::uint32_t>(packing.per_wafer) + 1};
    classes.class_of_core.assign(spec.grid.cells(), 0);
    const int across = spec.grid.columns / packing.side;
    for (int r = 0; r < packing.per_wafer; ++r) {
        const core::Rect rect{r % across * packing.side, r / across * packing.side, packing.side, packing.side};
        for (int y = rect.y; y < rect.y + rect.height; ++y)
            for (int x = rect.x; x < rect.x + rect.width; ++x)
                classes.class_of_core[static_cast<std::size_t>(y) * static_cast<std::size_t>(spec.grid.columns) + static_cast<std::size_t>(x)] = static_cast<std::uint32_t>(r) + 1;
        if (r < packing.regions) placement.kernels.push_back({.name = fmt::format("Region {}", r + 1), .slot = {.x = rect.x, .y = rect.y}, .rect = rect});
    }
    for (int w = 0; w < packing.wafers; ++w) {
        classes.classes.push_back({.name = "idle", .group = "idle"});
        for (int r = 0; r < packing.per_wafer; ++r)
            classes.classes.push_back({.name = fmt::format("wafer {}, region {}", w + 1, r + 1), .group = fmt::format("region {}", w * packing.per_wafer + r + 1)});
    }
    return classes;
}

void fill_series(core::Run& run, const Packing& packing, const WaferSpec& spec, const std::vector<Stretch>& stretches, std::int64_t model_layers) {
    core::WaferSeries wafer;
    wafer.classes = region_classes(packing, spec, wafer.placement);
    const auto n = wafer.classes.classes.size();
    const auto steps = run.steps();
    for (const char* id : {"utilisation", "stall", "sram", "power"}) wafer.series.push_back({id, std::vector<float>(steps * n, 0.0F)});
    const auto class_of = [&](int region) {
        return static_cast<std::size_t>(region / packing.per_wafer) * wafer.classes.classes_per_wafer + static_cast<std::size_t>(region % packing.per_wafer) + 1;
    };
    const int across = spec.grid.columns / packing.side;
    for (int region = 0; region < packing.regions; ++region) {
        const int slot = region % packing.per_wafer;
        const core::Rect rect{slot % across * packing.side, slot / across * packing.side, packing.side, packing.side};
        for (int d = 0; d < core::kDirections; ++d)
            wafer.links.plane.push_back({.box = rect, .wafer = region / packing.per_wafer, .direction = static_cast<core::Direction>(d), .wavelets = {1.0F}});
    }
    wafer.links.weight.assign(steps * wafer.links.plane.size(), 0.0F);
    const double width = run.step_edges_s[1];
    for (const auto& s : stretches) {
        const double length = s.end - s.start;
        if (length <= 0) continue;
        for (std::size_t t = run.step_at(s.start); t < steps && run.step_edges_s[t] < s.end; ++t) {
            const double share = overlap_share(run.step_edges_s[t], run.step_edges_s[t + 1], s.start, s.end);
            wafer.series[s.arithmetic ? 0 : 1].value[t * n + class_of(s.region)] += static_cast<float>(share);
            if (s.arithmetic) continue;
            // Reduce to the middle and broadcast back: every link of the axis carries the sum once each way.
            const double rho = s.wavelets * spec.wavelet_interval * (share * width / length) / (width * spec.clock_hz);
            const auto first = static_cast<std::size_t>(s.region) * core::kDirections;
            for (const auto d : s.along_rows ? std::array{1U, 3U} : std::array{0U, 2U})
                wafer.links.weight[t * wafer.links.plane.size() + first + d] += static_cast<float>(rho);
        }
    }
    for (std::size_t t = 0; t < steps; ++t)
        for (int region = 0; region < packing.regions; ++region) {
            const auto at = t * n + class_of(region);
            const auto layers = std::min(packing.layers_per_region, model_layers - region * packing.layers_per_region);
            wafer.series[2].value[at] = static_cast<float>(kReserveBytes + static_cast<double>(layers) * packing.bytes_per_layer);
        }
    for (std::size_t t = 0; t < steps; ++t)
        for (std::size_t c = 0; c < n; ++c)
            wafer.series[3].value[t * n + c] = static_cast<float>(core_power_w(spec, wafer.series[0].value[t * n + c]));
    run.wafer = std::move(wafer);
}

tl::unexpected<core::Error> no_calibration(const Request& request) {
    return core::fail(core::ErrorCode::machine, fmt::format("{} has no fitted constants for resident inference.", request.machine->name), "/machine",
                      "add them to resources/calibration");
}

}  // namespace

core::Result<core::Run> simulate_decode(const Request& request, const WaferSpec& spec, Detail detail) {
    const LlmConfig* model = llm_of(request);
    if (model == nullptr) return core::fail(core::ErrorCode::machine, "Resident decode needs an LLM.", "/workload", "give llm or hf_config");
    if (spec.decode_cycles_per_mac <= 0) return no_calibration(request);
    const Constants constants{spec.decode_fixed_cycles, spec.decode_cycles_per_mac};
    core::Run run;
    run.scenario = request.scenario;
    const auto chosen = choose(*model, spec, run.scenario, constants);
    if (!chosen) return tl::unexpected(chosen.error());
    const Packing& packing = *chosen;
    const auto cost = layer_cost(*model, run.scenario.seq, packing.side);
    const auto stretches = schedule_token(run, *model, cost, packing, constants, spec);

    auto& s = run.summary;
    const auto batch = static_cast<double>(run.scenario.global_batch);
    s.step_time_s = run.timeline.end_s();
    s.tpot_s = s.step_time_s;
    s.tokens_per_s = batch / s.step_time_s;
    s.tokens_per_s_per_user = 1 / s.step_time_s;
    s.fits = packing.fits;
    s.wafers = packing.wafers;
    double arithmetic = 0, sums = 0;
    for (const auto& stretch : stretches) (stretch.arithmetic ? arithmetic : sums) += stretch.end - stretch.start;
    s.compute_s = arithmetic;
    s.communication_s = sums;
    s.exposed_communication_s = sums;
    const double flops = 2 * core::macs_per_token(*model, static_cast<double>(run.scenario.seq)) * batch;
    s.tflops_per_chip = flops / s.step_time_s / 1e12 / packing.wafers;
    s.mfu = flops / s.step_time_s / spec.peak_flops_per_s() / packing.wafers;
    const double busy_regions = arithmetic / s.step_time_s;
    s.utilisation = busy_regions * packing.side * packing.side / (static_cast<double>(spec.grid.cells()) * packing.wafers);
    core::MemoryUse memory;
    const double cores = static_cast<double>(packing.side) * packing.side;
    memory.weights = kBytesPerValue * cost.weight_macs * cores * static_cast<double>(model->layers) / packing.wafers;
    memory.kv_cache = batch * cost.kv_bytes * cores * static_cast<double>(model->layers) / packing.wafers;
    memory.total = *memory.weights + *memory.kv_cache;
    s.memory = memory;
    if (!packing.fits)
        run.warnings.push_back(fmt::format("Needs {} regions of {} x {}, {} fit on {} wafer{}; per-layer times are scaled as published.",
                                           packing.regions, packing.side, packing.side, packing.per_wafer * run.scenario.chips, run.scenario.chips, run.scenario.chips == 1 ? "" : "s"));
    run.bottlenecks.push_back({.id = "all_reduce",
                               .text = fmt::format("{:.0f} % of each token is waiting for sums. {} reductions per layer cross {} cores; arithmetic takes {:.0f} %, fixed cost per call {:.0f} %. More cores make the sums longer.",
                                                   100 * sums / s.step_time_s, cost.steps.size(), packing.side, 100 * arithmetic / s.step_time_s,
                                                   100 * constants.fixed_per_layer * static_cast<double>(model->layers) / spec.clock_hz / s.step_time_s),
                               .share = sums / s.step_time_s, .place = core::Rect{0, 0, packing.side, packing.side}});
    run.assumptions.push_back(fmt::format("Region {} x {}, {} groups; {} layers per region; one request in flight.", packing.side, packing.side, packing.groups, packing.layers_per_region));
    run.assumptions.emplace_back("Fixed cost per layer and cycles per MAC are fitted on three published WSE-2 rows.");
    if (detail == Detail::summary) return run;
    run.step_edges_s = even_steps(s.step_time_s, kSteps);
    fill_series(run, packing, spec, stretches, model->layers);
    double hottest = 0;
    for (const float w : run.wafer->links.weight) hottest = std::max(hottest, static_cast<double>(w));
    run.summary.hottest_link = core::HottestLink{"row links of the lit region", hottest};
    return run;
}

core::Result<core::Run> simulate_prefill(const Request& request, const WaferSpec& spec, Detail detail) {
    const LlmConfig* model = llm_of(request);
    if (model == nullptr) return core::fail(core::ErrorCode::machine, "Resident prefill needs an LLM.", "/workload", "give llm or hf_config");
    if (spec.prefill_cycles_per_mac <= 0) return no_calibration(request);
    const double per_mac = spec.prefill_cycles_per_mac, per_step = spec.prefill_fixed_cycles;
    core::Run run;
    run.scenario = request.scenario;
    const int side = std::min(spec.grid.columns, spec.grid.rows);
    const int p = run.scenario.wafer.region ? std::min((*run.scenario.wafer.region)[0], side) : side / 30 * 30;
    const double s = padded(run.scenario.seq * run.scenario.global_batch, p), d = padded(model->hidden, p), q = padded(model->heads * model->head_dim, p);
    const double kv = padded(model->kv_heads * model->head_dim, p);
    const double f = padded(model->experts > 0 && model->expert_ffn > 0 ? model->expert_ffn : model->ffn, p) * (model->experts > 0 ? static_cast<double>(model->experts_per_token + model->shared_experts) : 1.0);
    struct Product {
        const char* name;
        SliceKind kind;
        double m, n, k;
    };
    std::vector<Product> products{{"q", SliceKind::gemm, s, q, d}, {"k", SliceKind::gemm, s, kv, d}, {"v", SliceKind::gemm, s, kv, d},
                                  {"scores", SliceKind::attention, s, s, q}, {"values", SliceKind::attention, s, q, s}, {"output", SliceKind::gemm, s, d, q},
                                  {"FFN up", SliceKind::gemm, s, f, d}, {"FFN down", SliceKind::gemm, s, d, f}};
    if (model->gated_ffn) products.insert(products.end() - 1, {"FFN gate", SliceKind::gemm, s, f, d});
    core::Lane compute{.name = "Wafer 1", .detail = "cores"};
    core::Lane fabric{.name = "Fabric", .detail = "tiles", .kind = core::LaneKind::link};
    double now = 0, arithmetic = 0, wavelets = 0;
    for (std::int64_t layer = 0; layer < model->layers; ++layer)
        for (const auto& g : products) {
            const double macs = per_mac * g.m * g.n * g.k, moved = std::max(g.m * g.k, g.k * g.n) / 2;
            const double start = now;
            now += p * (std::max(macs, moved) + per_step) / spec.clock_hz;
            arithmetic += p * macs / spec.clock_hz;
            wavelets += p * moved;
            compute.slices.push_back({.start_s = start, .end_s = now, .name = run.timeline.intern(g.name), .kind = g.kind, .index = static_cast<std::uint16_t>(layer)});
            fabric.slices.push_back({.start_s = start, .end_s = start + p * moved / spec.clock_hz, .name = run.timeline.intern("operand tiles"),
                                     .bytes = static_cast<float>(p * moved * 4), .kind = SliceKind::collective, .index = static_cast<std::uint16_t>(layer)});
        }
    run.timeline.lanes = {std::move(compute), std::move(fabric)};
    auto& r = run.summary;
    r.step_time_s = run.timeline.end_s();
    r.ttft_s = r.step_time_s;
    const double tokens = static_cast<double>(run.scenario.seq * run.scenario.global_batch);
    r.tokens_per_s = tokens / r.step_time_s;
    r.compute_s = arithmetic;
    r.communication_s = wavelets / spec.clock_hz;
    r.exposed_communication_s = r.step_time_s - arithmetic;
    r.wafers = 1;
    const double flops = 2 * tokens * core::macs_per_token(*model, static_cast<double>(run.scenario.seq) / 2);
    r.tflops_per_chip = flops / r.step_time_s / 1e12;
    r.mfu = flops / r.step_time_s / spec.peak_flops_per_s();
    r.utilisation = arithmetic / r.step_time_s * p * p / static_cast<double>(spec.grid.cells());
    core::MemoryUse memory;
    memory.weights = core::total_parameters(*model) * kBytesPerValue;
    memory.kv_cache = tokens * core::kv_bytes_per_token(*model, kBytesPerValue);
    memory.total = *memory.weights + *memory.kv_cache;
    const double sram = static_cast<double>(spec.grid.cells()) * spec.sram_bytes;
    r.fits = memory.total <= sram * run.scenario.chips;
    r.memory = memory;
    if (!r.fits)
        run.warnings.push_back(fmt::format("Weights and KV need {:.1f} GB, {:.1f} GB of SRAM there is; times are as if memory sufficed.", memory.total / 1e9, sram * run.scenario.chips / 1e9));
    const double fixed = 1 - arithmetic / r.step_time_s;
    run.bottlenecks.push_back({.id = "steps", .text = fmt::format("{:.0f} % of the prompt is arithmetic, {:.0f} % starting the {} steps of each matrix product.", 100 * (1 - fixed), 100 * fixed, p), .share = fixed,
                               .place = core::Rect{0, 0, p, p}});
    run.assumptions.push_back(fmt::format("MeshGEMM on {} x {} cores; weights are resident.", p, p));
    if (detail == Detail::summary) return run;
    run.step_edges_s = even_steps(r.step_time_s, kSteps);
    core::WaferSeries wafer;
    Packing packing{.side = p, .per_wafer = 1};
    wafer.classes = region_classes(packing, spec, wafer.placement);
    for (const char* id : {"utilisation", "power"}) wafer.series.push_back({id, std::vector<float>(kSteps * 2, 0.0F)});
    wafer.links.plane = {{.box = {0, 0, p, p}, .direction = core::Direction::east, .wavelets = {1.0F}}, {.box = {0, 0, p, p}, .direction = core::Direction::south, .wavelets = {1.0F}}};
    for (std::size_t t = 0; t < kSteps; ++t) {
        const double from = run.step_edges_s[t], to = run.step_edges_s[t + 1];
        double busy = 0, carried = 0;
        for (std::size_t i = 0; i < run.timeline.lanes[0].slices.size(); ++i) {
            const auto& slice = run.timeline.lanes[0].slices[i];
            const auto& g = products[i % products.size()];
            const double share = overlap_share(from, to, slice.start_s, slice.end_s) / (slice.end_s - slice.start_s) * (to - from);
            busy += share * p * per_mac * g.m * g.n * g.k;
            carried += share * p * std::max(g.m * g.k, g.k * g.n) / 2;
        }
        const double cycles = (to - from) * spec.clock_hz;
        wafer.series[0].value[t * 2 + 1] = static_cast<float>(std::min(1.0, busy / cycles));
        for (std::size_t c = 0; c < 2; ++c) wafer.series[1].value[t * 2 + c] = static_cast<float>(core_power_w(spec, wafer.series[0].value[t * 2 + c]));
        for (std::size_t plane = 0; plane < 2; ++plane) wafer.links.weight.push_back(static_cast<float>(carried / cycles));
    }
    run.summary.hottest_link = core::HottestLink{"operand tiles, row and column links", *std::ranges::max_element(wafer.links.weight)};
    run.wafer = std::move(wafer);
    return run;
}

}  // namespace waferscope::sim
