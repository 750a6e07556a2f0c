// SPDX-License-Identifier: GPL-3.0-or-later
// Prompt processing by MeshGEMM on one square region (design/wafer_models.md 6).
#include "sim/steps.hpp"
#include "sim/wafer/collectives.hpp"
#include "sim/wafer/decode_layer.hpp"
#include "sim/wafer/mesh_gemm.hpp"
#include "sim/wafer/modes.hpp"
#include "sim/wafer/region_planner.hpp"
#include "sim/wafer/regions.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace waferscope::sim {
namespace {

using core::LlmConfig;
using core::SliceKind;

constexpr std::size_t kSteps = 128;
constexpr int kSideStep = 30;             ///< sides the planner tries
constexpr double kSoftmaxOperations = 5;  ///< per score
constexpr double kNormOperations = 4;     ///< per value

/// One operator of a layer on every core of the region, `tokens` in one pass.
struct Work {
    const char* name;
    SliceKind kind;
    GemmTile tile;        ///< of a matrix product; empty otherwise
    double elements = 0;  ///< cycles of element-wise arithmetic
    double sums = 0;      ///< FP16 values of an all-reduce
};

struct Plan {
    int side = 0;
    core::Region region;        ///< where it lies
    core::RegionPlan placed;    ///< with everything else the scenario places
    double bytes = 0;           ///< per core, of tiles and weights
    std::int64_t passes = 1;  ///< over the prompt, when its tiles do not fit at once
    double cycles_per_layer = 0;
    std::vector<Work> works;  ///< of one pass
};

std::vector<Work> layer_works(const LlmConfig& model, double s, double context, int side) {
    const double d = padded_share(model.hidden, side), q = padded_share(model.heads * model.head_dim, side),
                 kv = padded_share(model.kv_heads * model.head_dim, side);
    const bool moe = model.experts > 0;
    const double f = padded_share(moe && model.expert_ffn > 0 ? model.expert_ffn : model.ffn, side);
    // Each token visits its experts only: together they see experts-per-token times the tokens.
    const double visits = moe ? static_cast<double>(model.experts_per_token + model.shared_experts) : 1;
    std::vector<Work> works{{"norm", SliceKind::norm, {}, kNormOperations * s * d, s},
                            {"q", SliceKind::gemm, {s, q, d}},
                            {"k", SliceKind::gemm, {s, kv, d}},
                            {"v", SliceKind::gemm, {s, kv, d}},
                            {"scores", SliceKind::attention, {s, context, q}},
                            {"softmax", SliceKind::norm, {}, kSoftmaxOperations * s * context, s},
                            {"values", SliceKind::attention, {s, q, context}},
                            {"output", SliceKind::gemm, {s, d, q}},
                            {"norm", SliceKind::norm, {}, kNormOperations * s * d, s}};
    if (model.gated_ffn) works.push_back({"FFN gate", SliceKind::gemm, {s * visits, f, d}});
    works.push_back({"FFN up", SliceKind::gemm, {s * visits, f, d}});
    works.push_back({"FFN down", SliceKind::gemm, {s * visits, d, f}});
    return works;
}

double cycles_of(const Work& work, int side, const GemmConstants& constants) {
    if (work.tile.m > 0) return gemm_cycles(GemmMapping::mesh_gemm, work.tile, side, constants);
    return work.elements +
           two_tree_all_reduce(side, default_groups(side), std::ceil(work.sums / 2), constants.ramp_cycles);
}

/// Bytes per core of the two operand buffers, the result and the layer's weights.
double bytes_of(const std::vector<Work>& works, double weights) {
    double most = 0;
    for (const auto& w : works)
        most = std::max(most, 2 * w.tile.m * w.tile.k + 2 * w.tile.k * w.tile.n + w.tile.m * w.tile.n);
    return kBytesPerValue * (most + weights);
}

Plan plan_for(const LlmConfig& model, std::int64_t tokens, std::int64_t context, int side,
              const WaferSpec& spec, const GemmConstants& constants) {
    Plan plan{.side = side};
    const double weights = decode_layer(model, 0, side).weight_macs;
    const std::int64_t rows = (tokens + side - 1) / side;
    const double context_rows = padded_share(context, side);
    for (;; ++plan.passes) {
        const auto s = static_cast<double>((rows + plan.passes - 1) / plan.passes);
        plan.works = layer_works(model, s, context_rows, side);
        plan.bytes = bytes_of(plan.works, weights);
        if (plan.bytes <= spec.sram_bytes - kReserveBytes || plan.passes >= rows) break;
    }
    for (const auto& work : plan.works)
        plan.cycles_per_layer += static_cast<double>(plan.passes) * cycles_of(work, side, constants);
    return plan;
}

Plan at_origin(Plan plan) {
    plan.region = {.side = plan.side, .layers = 0, .role = core::RegionRole::prefill};
    plan.placed.regions = {plan.region};
    return plan;
}

core::Result<Plan> choose(const core::Scenario& scenario, const LlmConfig& model, const WaferSpec& spec,
                          const GemmConstants& constants) {
    const auto tokens = scenario.seq * scenario.global_batch;
    const int most = std::min(spec.grid.columns, spec.grid.rows);
    if (scenario.regions) {
        const RegionPlanner planner(model, spec, scenario);
        if (const auto legal = core::check_regions(*scenario.regions, planner.bounds()); !legal)
            return tl::unexpected(legal.error());
        if (const auto* region = prompt_region(*scenario.regions)) {
            auto plan = plan_for(model, tokens, scenario.seq, region->side, spec, constants);
            plan.region = *region, plan.placed = *scenario.regions;
            return plan;
        }
    }
    if (scenario.wafer.region) {
        const int side = std::min((*scenario.wafer.region)[0], (*scenario.wafer.region)[1]);
        if (side > most)
            return core::fail(core::ErrorCode::range,
                              fmt::format("A region of {} x {} is larger than the {} x {} grid.", side, side,
                                          spec.grid.columns, spec.grid.rows),
                              "/wafer/region", "choose a smaller one");
        return at_origin(plan_for(model, tokens, scenario.seq, side, spec, constants));
    }
    Plan best;
    for (int side = 2 * kSideStep; side <= most; side += kSideStep) {
        auto plan = plan_for(model, tokens, scenario.seq, side, spec, constants);
        if (best.side == 0 || plan.cycles_per_layer < best.cycles_per_layer) best = std::move(plan);
    }
    return at_origin(std::move(best));
}

void schedule(core::Run& run, const LlmConfig& model, const Plan& plan, const WaferSpec& spec,
              const GemmConstants& constants) {
    core::Lane compute{.name = fmt::format("Wafer {}", plan.region.wafer + 1), .detail = "cores"},
        fabric{.name = "Fabric", .detail = "tiles", .kind = core::LaneKind::link};
    double now = 0;
    for (std::int64_t layer = 0; layer < model.layers; ++layer)
        for (const auto& work : plan.works) {
            const double start = now;
            now += static_cast<double>(plan.passes) * cycles_of(work, plan.side, constants) / spec.clock_hz;
            const auto index = static_cast<std::uint16_t>(layer);
            compute.slices.push_back({.start_s = start,
                                      .end_s = now,
                                      .name = run.timeline.intern(work.name),
                                      .kind = work.kind,
                                      .index = index});
            if (work.tile.m <= 0) continue;
            const double moved = static_cast<double>(plan.passes) * plan.side *
                                 gemm_move_cycles(GemmMapping::mesh_gemm, work.tile, plan.side, constants);
            fabric.slices.push_back({.start_s = start,
                                     .end_s = std::min(now, start + moved / spec.clock_hz),
                                     .name = run.timeline.intern("operand tiles"),
                                     .bytes = static_cast<float>(moved * 4),
                                     .kind = SliceKind::collective,
                                     .index = index});
        }
    run.timeline.lanes = {std::move(compute), std::move(fabric)};
}

void fill_series(core::Run& run, const Plan& plan, const WaferSpec& spec, const GemmConstants& constants) {
    run.step_edges_s = even_steps(run.summary.step_time_s, kSteps);
    core::WaferSeries wafer;
    auto cut = region_classes(plan.placed, spec.grid);
    if (cut.empty()) {
        run.step_edges_s.clear();
        run.warnings.emplace_back("The wafers' regions differ too much for per-core maps; they are left out.");
        return;
    }
    wafer.classes = std::move(cut.classes);
    wafer.placement = region_outlines(plan.placed);
    const auto n = wafer.classes.classes.size();
    const auto here = static_cast<std::size_t>(std::ranges::find(plan.placed.regions, plan.region) - plan.placed.regions.begin());
    for (const char* id : {"utilisation", "stall", "power"})
        wafer.series.push_back({id, std::vector<float>(kSteps * n, 0.0F)});
    for (const auto d : {core::Direction::east, core::Direction::south})
        wafer.links.plane.push_back(
            {.box = plan.region.rect(), .wafer = plan.region.wafer, .direction = d, .wavelets = {1.0F}});
    const auto& lane = run.timeline.lanes[0];
    for (std::size_t t = 0; t < kSteps; ++t) {
        const double from = run.step_edges_s[t], to = run.step_edges_s[t + 1];
        double busy = 0, carried = 0, lit = 0;
        for (std::size_t i = 0; i < lane.slices.size(); ++i) {
            const auto& slice = lane.slices[i];
            const auto& work = plan.works[i % plan.works.size()];
            const double inside = overlap_share(from, to, slice.start_s, slice.end_s) * (to - from);
            const double share = static_cast<double>(plan.passes) * inside / (slice.end_s - slice.start_s);
            lit += inside;
            busy += share * (work.tile.m > 0 ? plan.side * constants.cycles_per_mac * work.tile.macs()
                                             : work.elements);
            if (work.tile.m > 0)
                carried += share * plan.side *
                           gemm_move_cycles(GemmMapping::mesh_gemm, work.tile, plan.side, constants);
        }
        const double cycles = (to - from) * spec.clock_hz, used = std::min(1.0, busy / cycles);
        for (const auto c : cut.of_region[here]) {
            wafer.series[0].value[t * n + c] = static_cast<float>(used);
            wafer.series[1].value[t * n + c] = static_cast<float>(std::max(0.0, lit / (to - from) - used));
        }
        for (std::size_t c = 0; c < n; ++c)
            wafer.series[2].value[t * n + c] =
                static_cast<float>(core_power_w(spec, wafer.series[0].value[t * n + c]));
        for (int plane = 0; plane < 2; ++plane)
            wafer.links.weight.push_back(static_cast<float>(carried / cycles * spec.wavelet_interval));
    }
    run.summary.hottest_link = core::HottestLink{"operand tiles, row and column links",
                                                 *std::ranges::max_element(wafer.links.weight)};
    run.wafer = std::move(wafer);
}

GemmConstants gemm_constants(const WaferSpec& spec) {
    return {spec.prefill_cycles_per_mac, spec.prefill_fixed_cycles, spec.ramp_cycles};
}

}  // namespace

PromptCost prompt_cost(const core::Scenario& scenario, const LlmConfig& model, const WaferSpec& spec, int side) {
    const auto plan =
        plan_for(model, scenario.seq * scenario.global_batch, scenario.seq, side, spec, gemm_constants(spec));
    return {plan.cycles_per_layer * static_cast<double>(model.layers) / spec.clock_hz, plan.bytes};
}

core::Result<core::RegionPlan> prompt_plan(const core::Scenario& scenario, const LlmConfig& model, const WaferSpec& spec) {
    auto plan = choose(scenario, model, spec, gemm_constants(spec));
    if (!plan) return tl::unexpected(plan.error());
    return std::move(plan->placed);
}

core::Result<core::Run> simulate_prefill(const Request& request, const WaferSpec& spec, Detail detail) {
    const LlmConfig* model = llm_of(request);
    if (model == nullptr)
        return core::fail(core::ErrorCode::machine, "Resident prefill needs an LLM.", "/workload",
                          "give llm or hf_config");
    if (spec.prefill_cycles_per_mac <= 0) return no_calibration(request);
    const auto constants = gemm_constants(spec);
    core::Run run;
    run.scenario = request.scenario;
    const auto chosen = choose(request.scenario, *model, spec, constants);
    if (!chosen) return tl::unexpected(chosen.error());
    const Plan& plan = *chosen;
    schedule(run, *model, plan, spec, constants);

    auto& r = run.summary;
    r.step_time_s = run.timeline.end_s();
    r.ttft_s = r.step_time_s;
    const double tokens = static_cast<double>(run.scenario.seq * run.scenario.global_batch),
                 passes = static_cast<double>(plan.passes), side = plan.side;
    r.tokens_per_s = tokens / r.step_time_s;
    double arithmetic = 0, moved = 0;
    for (const auto& w : plan.works) {
        arithmetic += passes * (w.tile.m > 0 ? side * constants.cycles_per_mac * w.tile.macs() : w.elements);
        if (w.tile.m > 0)
            moved += passes * side * gemm_move_cycles(GemmMapping::mesh_gemm, w.tile, plan.side, constants);
    }
    const double scale = static_cast<double>(model->layers) / spec.clock_hz;
    r.compute_s = arithmetic * scale;
    r.communication_s = moved * scale;
    r.exposed_communication_s = r.step_time_s - *r.compute_s;
    const double flops = 2 * tokens * core::macs_per_token(*model, static_cast<double>(run.scenario.seq) / 2);
    core::MemoryUse memory;
    memory.weights = core::total_parameters(*model) * kBytesPerValue;
    memory.kv_cache = tokens * core::kv_bytes_per_token(*model, kBytesPerValue);
    memory.total = *memory.weights + *memory.kv_cache;
    const double sram = static_cast<double>(spec.grid.cells()) * (spec.sram_bytes - kReserveBytes);
    r.wafers = static_cast<int>(std::ceil(memory.total / sram));
    r.fits = *r.wafers <= run.scenario.chips;
    r.memory = memory;
    r.tflops_per_chip = flops / r.step_time_s / 1e12 / run.scenario.chips;
    r.mfu = flops / r.step_time_s / spec.peak_flops_per_s() / run.scenario.chips;
    r.utilisation = *r.compute_s / r.step_time_s * side * side / static_cast<double>(spec.grid.cells()) /
                    run.scenario.chips;
    if (!r.fits)
        run.warnings.push_back(
            fmt::format("Weights and KV need {:.1f} GB and {} wafers; times are as if memory sufficed.",
                        memory.total / 1e9, *r.wafers));
    const double usable = spec.sram_bytes - kReserveBytes;
    if (run.scenario.regions && plan.bytes > usable) {
        r.fits = false;
        run.warnings.push_back(fmt::format("The prompt's region of {} x {} cores needs {:.0f} bytes per core for tiles and "
                                           "a layer's weights, {:.0f} are available; times are as if memory sufficed.",
                                           plan.side, plan.side, plan.bytes, usable));
    }
    if (run.scenario.regions && prompt_region(*run.scenario.regions) == nullptr)
        run.warnings.emplace_back("The placement has no region for prompts; theirs is planned automatically.");
    const double waits = 1 - *r.compute_s / r.step_time_s;
    run.bottlenecks.push_back(
        {.id = "steps",
         .text = fmt::format("{:.0f} % of the prompt is arithmetic, {:.0f} % starting the {} steps of each "
                             "matrix product and waiting for tiles.",
                             100 * (1 - waits), 100 * waits, plan.side),
         .share = waits,
         .place = plan.region.rect(),
         .wafer = plan.region.wafer});
    run.assumptions.push_back(
        fmt::format("MeshGEMM on {} x {} cores, the prompt in {} pass{}; weights are resident, one wafer "
                    "works at a time.",
                    plan.side, plan.side, plan.passes, plan.passes == 1 ? "" : "es"));
    if (detail == Detail::full) fill_series(run, plan, spec, constants);
    return run;
}

}  // namespace waferscope::sim
