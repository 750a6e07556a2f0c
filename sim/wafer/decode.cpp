// SPDX-License-Identifier: GPL-3.0-or-later
// Weights and KV in SRAM, decode of LLMs on square regions (design/wafer_models.md 6).
#include "sim/steps.hpp"
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
constexpr std::int64_t kMostSlices = 60'000;

/// A part of a token's time on one region.
struct Stretch {
    double start = 0, end = 0;
    std::size_t stage = 0;
    int lane = 0;
    std::uint32_t name = 0;
    SliceKind kind = SliceKind::wait;
    std::uint16_t layer = 0;
    bool arithmetic = false, along_rows = false;
    double wavelets = 0;  ///< on each link of the axis
};

/// Lanes: one per wafer, then sums, hand-over, software.
struct Lanes {
    int sums, moves, software;
};

/// One group's token, part by part.
std::vector<Stretch> token_schedule(core::Run& run, const LlmConfig& model, const DecodePlan& plan,
                                    const RegionPlanner& planner, const WaferSpec& spec, const Lanes& lanes) {
    std::vector<Stretch> stretches;
    auto& timeline = run.timeline;
    double now = 0;
    const auto add = [&](Stretch part, const char* name, double seconds) {
        if (seconds <= 0) return;
        part.start = now, part.end = now += seconds, part.name = timeline.intern(name);
        stretches.push_back(part);
    };
    const auto add_step = [&](const DecodeStep& step, std::size_t stage, std::uint16_t layer) {
        const auto& region = plan.cost(stage).region;
        Stretch part{.stage = stage,
                     .lane = plan.stage(stage).wafer,
                     .kind = step.kind,
                     .layer = layer,
                     .arithmetic = true,
                     .along_rows = step.along_rows};
        add(part, step.name, arithmetic_cycles(step, region, planner.constants()) / spec.clock_hz);
        part.lane = lanes.sums, part.kind = SliceKind::collective, part.arithmetic = false;
        part.wavelets =
            step.moved > 0 ? region.batch * step.moved : step.calls * std::ceil(region.batch * step.sums / 2);
        add(part, step.moved > 0 ? step.name : "all-reduce", sum_cycles(step, region) / spec.clock_hz);
    };
    std::uint16_t layer = 0;
    for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
        const auto& cost = plan.cost(stage);
        if (stage > 0) {
            const bool other = plan.stage(stage).wafer != plan.stage(stage - 1).wafer;
            add({.stage = stage - 1, .lane = lanes.moves, .kind = SliceKind::send_recv, .layer = layer},
                other ? "to the next wafer" : "to the next region", planner.hop_s(plan, stage - 1));
        }
        for (std::int64_t l = 0; l < plan.stage(stage).layers; ++l, ++layer) {
            add({.stage = stage, .lane = plan.stage(stage).wafer, .kind = SliceKind::wait, .layer = layer},
                "fixed cost per call", fixed_cycles(cost.layer, planner.constants()) / spec.clock_hz);
            for (const auto& step : cost.layer.steps) add_step(step, stage, layer);
        }
    }
    const auto last = plan.stages.size() - 1;
    for (const auto& step : decode_head(model, plan.stage(last).side)) add_step(step, last, layer);
    add({.stage = last, .lane = lanes.software, .kind = SliceKind::wait}, "serving software",
        now * (1 / spec.serving_rate_share - 1));
    return stretches;
}

/// The same token of every group in flight, evenly spaced over one period of the steady state and wrapped at
/// its end; the first group alone when there would be too many slices.
std::vector<Stretch> steady_state(const std::vector<Stretch>& token, const DecodePlan& plan) {
    const double period = plan.tpot_s();
    std::vector<Stretch> all;
    const bool every = static_cast<std::int64_t>(token.size()) * plan.in_flight <= kMostSlices;
    const std::int64_t groups = every ? plan.in_flight : 1;
    for (std::int64_t g = 0; g < groups; ++g)
        for (auto part : token) {
            const double shift = period * static_cast<double>(g) / static_cast<double>(plan.in_flight);
            part.start += shift, part.end += shift;
            if (part.start >= period) part.start -= period, part.end -= period;
            if (part.end > period) {  // runs on at the start of the period
                auto rest = part;
                rest.start = 0, rest.end = part.end - period;
                part.end = period;
                all.push_back(rest);
            }
            all.push_back(part);
        }
    if (plan.in_flight > 1) std::ranges::stable_sort(all, {}, &Stretch::start);
    return all;
}

void fill_timeline(core::Run& run, const std::vector<Stretch>& stretches, const DecodePlan& plan,
                   const Lanes& lanes) {
    auto& timeline = run.timeline;
    for (int w = 0; w < lanes.sums; ++w)
        timeline.lanes.push_back({.name = fmt::format("Wafer {}", w + 1), .detail = "cores"});
    timeline.lanes.push_back({.name = "Fabric", .detail = "sums", .kind = core::LaneKind::link});
    timeline.lanes.push_back({.name = "Between regions", .detail = "hand-over", .kind = core::LaneKind::io});
    timeline.lanes.push_back({.name = "Host", .detail = "software"});
    for (const auto& s : stretches)
        timeline.lanes[static_cast<std::size_t>(s.lane)].slices.push_back(
            {.start_s = s.start,
             .end_s = s.end,
             .name = s.name,
             .bytes = static_cast<float>(s.wavelets * 4),
             .kind = s.kind,
             .index = s.layer});
    const double period = plan.tpot_s();
    if (plan.in_flight > 1 &&
        timeline.end_s() < period) {  // a gap at the end of the period is a wait of the last lane
        const auto name = timeline.intern("waits for its turn");
        timeline.lanes[static_cast<std::size_t>(lanes.software)].slices.push_back(
            {.start_s = timeline.end_s(), .end_s = period, .name = name, .kind = SliceKind::wait});
    }
    std::erase_if(timeline.lanes, [](const core::Lane& lane) { return lane.slices.empty(); });
}

/// What a stage's cores hold, reserve included.
double sram_bytes(const DecodePlan& plan, std::size_t stage) {
    return kReserveBytes + plan.bytes(stage);
}

void fill_series(core::Run& run, const DecodePlan& plan, const WaferSpec& spec,
                 const std::vector<Stretch>& stretches) {
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
    const auto classes_of = [&](std::size_t stage) -> const std::vector<std::size_t>& {
        return cut.of_region[plan.stages[stage]];
    };
    for (const char* id : {"utilisation", "stall", "sram", "power"})
        wafer.series.push_back({id, std::vector<float>(kSteps * n, 0.0F)});
    for (std::size_t stage = 0; stage < plan.stages.size(); ++stage)
        for (int d = 0; d < core::kDirections; ++d)
            wafer.links.plane.push_back({.box = plan.stage(stage).rect(),
                                         .wafer = plan.stage(stage).wafer,
                                         .direction = static_cast<core::Direction>(d),
                                         .wavelets = {1.0F}});
    const auto planes = wafer.links.plane.size();
    wafer.links.weight.assign(kSteps * planes, 0.0F);
    for (const auto& s : stretches) {
        const bool sums = s.wavelets > 0 && !s.arithmetic;
        if (!s.arithmetic && !sums) continue;
        for (std::size_t t = run.step_at(s.start); t < kSteps && run.step_edges_s[t] < s.end; ++t) {
            const double from = run.step_edges_s[t], to = run.step_edges_s[t + 1],
                         share = overlap_share(from, to, s.start, s.end);
            for (const auto c : classes_of(s.stage))
                wafer.series[s.arithmetic ? 0 : 1].value[t * n + c] += static_cast<float>(share);
            if (!sums) continue;
            // Reduce to the middle and broadcast back: every link of the axis carries the sum once each way.
            const double rho =
                s.wavelets * spec.wavelet_interval * share / ((s.end - s.start) * spec.clock_hz);
            const auto first = t * planes + s.stage * core::kDirections;
            for (const auto d : s.along_rows ? std::array{core::Direction::east, core::Direction::west}
                                             : std::array{core::Direction::north, core::Direction::south})
                wafer.links.weight[first + static_cast<std::size_t>(d)] += static_cast<float>(rho);
        }
    }
    for (std::size_t t = 0; t < kSteps; ++t) {
        for (std::size_t stage = 0; stage < plan.stages.size(); ++stage)
            for (const auto c : classes_of(stage))
                wafer.series[2].value[t * n + c] = static_cast<float>(sram_bytes(plan, stage));
        for (std::size_t c = 0; c < n; ++c)
            wafer.series[3].value[t * n + c] =
                static_cast<float>(core_power_w(spec, wafer.series[0].value[t * n + c]));
    }
    double hottest = 0;
    for (const float w : wafer.links.weight) hottest = std::max(hottest, static_cast<double>(w));
    run.summary.hottest_link = core::HottestLink{"links of the lit region", hottest};
    run.wafer = std::move(wafer);
}

/// Where the time of a token goes, seconds of one group.
struct Parts {
    double arithmetic = 0, sums = 0, fixed = 0;
};

void add_bottlenecks(core::Run& run, const DecodePlan& plan, const Parts& parts) {
    const auto& slow = plan.stage(plan.slowest);
    const auto regions = plan.stages.size();
    int calls = 0;
    for (const auto& step : plan.cost(plan.slowest).layer.steps) calls += step.calls;
    const double whole = plan.token_s;
    run.bottlenecks.push_back(
        {.id = "all_reduce",
         .text = fmt::format(
             "{:.0f} % of each token is waiting for sums. {} reductions per layer cross {} cores; arithmetic "
             "takes {:.0f} %, fixed cost per call {:.0f} %. More cores make the sums longer.",
             100 * parts.sums / whole, calls, slow.side, 100 * parts.arithmetic / whole, 100 * parts.fixed / whole),
         .share = parts.sums / whole,
         .place = slow.rect(),
         .wafer = slow.wafer});
    if (regions < 2 || plan.in_flight >= static_cast<std::int64_t>(regions)) return;
    const double lit = std::min(1.0, static_cast<double>(plan.in_flight) / static_cast<double>(regions));
    run.bottlenecks.push_back(
        {.id = "underuse",
         .text = fmt::format("Only {} of {} regions work at a time. With {} request{} in flight the "
                             "regions are {:.0f} % busy; {} would fill them.",
                             plan.in_flight, regions, plan.in_flight, plan.in_flight == 1 ? "" : "s", 100 * lit,
                             regions),
         .share = 0.5 * (1 - lit)});
    std::ranges::stable_sort(run.bottlenecks, std::greater{}, &core::Bottleneck::share);
}

void add_assumptions(core::Run& run, const DecodePlan& plan, const WaferSpec& spec, const LlmConfig& model) {
    const auto& first = plan.cost(0);
    if (run.scenario.regions)
        run.assumptions.push_back(fmt::format("{} decode region{} as placed; {} request{} in flight.", plan.stages.size(),
                                              plan.stages.size() == 1 ? "" : "s", plan.in_flight,
                                              plan.in_flight == 1 ? "" : "s"));
    else
        run.assumptions.push_back(fmt::format("Region {} x {}, {} groups; {} layers per region; {} request{} in flight.",
                                              first.region.side, first.region.side, first.region.groups,
                                              plan.stage(0).layers, plan.in_flight, plan.in_flight == 1 ? "" : "s"));
    run.assumptions.emplace_back(
        "Fixed cost per layer and cycles per MAC are fitted on three published WSE-2 rows.");
    if (model.experts > 0)
        run.assumptions.emplace_back(first.layer.mapping == ExpertMapping::sliced
                                         ? "Experts: every core holds a slice of each; the chosen ones run in turn."
                                         : "Experts: each on its own square of the region; the chosen ones run at "
                                           "once, tokens evenly routed.");
    if (spec.serving_rate_share < 1)
        run.assumptions.push_back(
            fmt::format("The vendor's serving software reaches {:.3f} of the modelled rate: one factor, "
                        "calibrated on one published rate.",
                        spec.serving_rate_share));
}

/// What does not fit, with the bytes needed and available.
void warn_of_memory(core::Run& run, const DecodePlan& plan, const RegionPlanner& planner, const WaferSpec& spec) {
    if (!run.scenario.regions) {
        const auto grid = spec.grid;
        const int side = plan.stage(0).side, per_wafer = std::max(1, (grid.columns / side) * (grid.rows / side));
        run.warnings.push_back(fmt::format(
            "Needs {} regions of {} x {}, {} fit on {} wafer{}; as published per-layer times are scaled.",
            plan.regions_needed, side, side, per_wafer * run.scenario.chips, run.scenario.chips,
            run.scenario.chips == 1 ? "" : "s"));
        return;
    }
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        if (plan.bytes(s) <= planner.usable()) continue;
        const auto& region = plan.stage(s);
        run.warnings.push_back(fmt::format("Region {} does not fit: {} layers on {} x {} cores need {:.0f} bytes per "
                                           "core, {:.0f} are available; times are as if memory sufficed.",
                                           plan.stages[s] + 1, region.layers, region.side, region.side, plan.bytes(s),
                                           planner.usable()));
    }
}

/// Every further token needs KV space: where does it end?
void warn_of_context(core::Run& run, const DecodePlan& plan, const RegionPlanner& planner, const LlmConfig& model) {
    const auto& scenario = run.scenario;
    const auto batch = static_cast<double>(scenario.global_batch);
    const auto last_token = scenario.seq + std::max<std::int64_t>(1, scenario.output_tokens) - 1;
    std::optional<double> full;
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        const auto& cost = plan.cost(s);
        const int side = plan.stage(s).side;
        const double weights = kBytesPerValue * cost.layer.weight_macs,
                     per_layer = planner.usable() / static_cast<double>(plan.stage(s).layers);
        const auto last = decode_layer(model, padded_share(last_token, side), side, cost.layer.mapping);
        if (weights + batch * last.kv_bytes <= per_layer) continue;
        const double row = cost.layer.kv_bytes / mean_kv_rows(scenario.seq, scenario.output_tokens, side);
        const double tokens = std::floor((per_layer - weights) / (batch * row)) * side;
        if (!full || tokens < *full) full = tokens;
    }
    if (full) run.warnings.push_back(fmt::format("SRAM is full after {:.0f} tokens of context.", *full));
}

/// Work, memory and use of the cores, each side's regions together.
void fill_summary(core::Run& run, const DecodePlan& plan, const WaferSpec& spec, const LlmConfig& model,
                  const std::map<int, double>& arithmetic) {
    auto& s = run.summary;
    const auto batch = static_cast<double>(run.scenario.global_batch);
    const int wafers = plan.wafers();
    const double flops = 2 * core::macs_per_token(model, static_cast<double>(run.scenario.seq)) * batch;
    s.tflops_per_chip = flops / s.step_time_s / 1e12 / wafers;
    s.mfu = flops / s.step_time_s / spec.peak_flops_per_s() / wafers;
    std::map<int, std::int64_t> layers;
    for (std::size_t i = 0; i < plan.stages.size(); ++i) layers[plan.stage(i).side] += plan.stage(i).layers;
    core::MemoryUse memory;
    double busy = 0, weights = 0, cache = 0;
    for (const auto& [side, cost] : plan.sides) {
        const double cores = static_cast<double>(side) * side, held = static_cast<double>(layers[side]);
        const auto spent = arithmetic.find(side);
        if (spent != arithmetic.end())
            busy += spent->second * static_cast<double>(plan.in_flight) / s.step_time_s * cores;
        weights += kBytesPerValue * cost.layer.weight_macs * cores * held;
        cache += batch * cost.layer.kv_bytes * cores * held;
    }
    s.utilisation = busy / (static_cast<double>(spec.grid.cells()) * wafers);
    memory.weights = weights / wafers;
    memory.kv_cache = cache / wafers;
    memory.total = *memory.weights + *memory.kv_cache;
    s.memory = memory;
}

}  // namespace

core::Result<core::Run> simulate_decode(const Request& request, const WaferSpec& spec, Detail detail) {
    const LlmConfig* model = llm_of(request);
    if (model == nullptr)
        return core::fail(core::ErrorCode::machine, "Resident decode needs an LLM.", "/workload",
                          "give llm or hf_config");
    if (spec.decode_cycles_per_mac <= 0) return no_calibration(request);
    core::Run run;
    run.scenario = request.scenario;
    const RegionPlanner planner(*model, spec, run.scenario);
    const auto chosen = planner.choose();
    if (!chosen) return tl::unexpected(chosen.error());
    const DecodePlan& plan = *chosen;
    const int wafers = plan.placed.wafers();
    const Lanes lanes{wafers, wafers + 1, wafers + 2};
    const auto token = token_schedule(run, *model, plan, planner, spec, lanes);
    const auto stretches = steady_state(token, plan);
    fill_timeline(run, stretches, plan, lanes);

    auto& s = run.summary;
    s.step_time_s = run.timeline.end_s();
    s.tpot_s = s.step_time_s;
    s.tokens_per_s = static_cast<double>(run.scenario.global_batch) / s.step_time_s;
    s.tokens_per_s_per_user = 1 / s.step_time_s;
    s.fits = plan.fits;
    s.wafers = plan.wafers_needed;
    Parts parts;
    std::map<int, double> arithmetic;  // by side
    for (const auto& part : token) {
        const double length = part.end - part.start;
        if (part.arithmetic)
            parts.arithmetic += length, arithmetic[plan.stage(part.stage).side] += length;
        else if (part.lane == lanes.sums)
            parts.sums += length;
        else if (part.lane < lanes.sums)
            parts.fixed += length;
    }
    s.compute_s = parts.arithmetic;
    s.communication_s = parts.sums;
    s.exposed_communication_s = parts.sums;
    fill_summary(run, plan, spec, *model, arithmetic);
    add_bottlenecks(run, plan, parts);
    add_assumptions(run, plan, spec, *model);
    if (!plan.fits) warn_of_memory(run, plan, planner, spec);
    if (plan.fits) warn_of_context(run, plan, planner, *model);
    if (detail == Detail::full) fill_series(run, plan, spec, stretches);
    return run;
}

}  // namespace waferscope::sim
