// SPDX-License-Identifier: GPL-3.0-or-later
// Weights and KV in SRAM, decode of LLMs on square regions (design/wafer_models.md 6).
#include "sim/steps.hpp"
#include "sim/wafer/collectives.hpp"
#include "sim/wafer/decode_layer.hpp"
#include "sim/wafer/modes.hpp"
#include "sim/wafer/regions.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace waferscope::sim {
namespace {

using core::LlmConfig;
using core::SliceKind;

constexpr std::size_t kSteps = 128;
constexpr int kSideStep = 30;  ///< sides the planner tries
constexpr std::int64_t kMostSlices = 60'000;

/// A way to run the model: regions, layers dealt out in order, requests in flight.
struct Plan {
    Regions regions;
    DecodeRegion region;  ///< its batch is that of one request group
    std::int64_t layers_per_region = 1;
    std::int64_t in_flight = 1;  ///< request groups that are under way at once
    double bytes_per_layer = 0;  ///< per core, all sequences
    bool fits = true;
    int regions_needed = 1, wafers_needed = 1;
    double token_s = 0;  ///< of one group through all regions
    double stage_s = 0;  ///< of the slowest region
    [[nodiscard]] double tpot_s() const {
        return std::max(token_s, static_cast<double>(in_flight) * stage_s);
    }
};

class Planner {
public:
    Planner(const LlmConfig& model, const WaferSpec& spec, const core::Scenario& scenario)
        : model_(model),
          spec_(spec),
          scenario_(scenario),
          constants_{spec.decode_fixed_cycles, spec.decode_cycles_per_mac} {}

    [[nodiscard]] core::Result<Plan> choose() const {
        if (scenario_.wafer.region) {
            const int side = std::min((*scenario_.wafer.region)[0], (*scenario_.wafer.region)[1]);
            if (side > std::min(spec_.grid.columns, spec_.grid.rows))
                return core::fail(core::ErrorCode::range,
                                  fmt::format("A region of {} x {} is larger than the {} x {} grid.", side,
                                              side, spec_.grid.columns, spec_.grid.rows),
                                  "/wafer/region", "choose a smaller one");
            const auto plan = best_in_flight(side);
            return plan.fits ? plan : scaled(plan);
        }
        std::optional<Plan> best;
        int fewest = 0;
        for (int side = 2 * kSideStep; side <= std::min(spec_.grid.columns, spec_.grid.rows);
             side += kSideStep) {
            const auto plan = best_in_flight(side);
            if (plan.bytes_per_layer <= usable() && (fewest == 0 || plan.regions.wafers < fewest))
                fewest = plan.regions.wafers;
            if (plan.fits && (!best || plan.tpot_s() < best->tpot_s())) best = plan;
        }
        if (best) return *best;
        return core::fail(
            core::ErrorCode::fit,
            fmt::format("The model does not fit in the SRAM of {} wafer{}.", scenario_.chips,
                        scenario_.chips == 1 ? "" : "s"),
            "/chips",
            fewest > 0 ? fmt::format("it fits from {} wafers", fewest) : "a smaller batch or context");
    }

    [[nodiscard]] DecodeLayer layer(const DecodeRegion& region) const {
        return fastest_layer(model_, mean_kv_rows(scenario_.seq, scenario_.output_tokens, region.side), region, constants_);
    }
    [[nodiscard]] const DecodeConstants& constants() const { return constants_; }
    [[nodiscard]] double usable() const { return spec_.sram_bytes - kReserveBytes; }
    [[nodiscard]] double hop_s(const Plan& plan, int from_region) const {
        const double bytes = static_cast<double>(model_.hidden) * plan.region.batch * kBytesPerValue;
        if (plan.regions.wafer_of(from_region) != plan.regions.wafer_of(from_region + 1))
            return bytes / spec_.io_out_bytes_per_s + spec_.link_latency_s;
        return (plan.regions.side * spec_.hop_cycles + 2 * spec_.ramp_cycles) / spec_.clock_hz;
    }
    [[nodiscard]] std::int64_t layers_of(const Plan& plan, int region) const {
        return std::min(plan.layers_per_region, model_.layers - region * plan.layers_per_region);
    }

private:
    /// The split of the batch into request groups with the shortest time per token.
    [[nodiscard]] Plan best_in_flight(int side) const {
        Plan best = plan(side, 1);
        for (std::int64_t n = 2; n <= std::min<std::int64_t>(scenario_.global_batch, best.regions.count); ++n)
            if (scenario_.global_batch % n == 0)
                if (const auto other = plan(side, n); other.tpot_s() < best.tpot_s()) best = other;
        return best;
    }

    /// A region that was asked for and holds too few layers: all layers run on it in turn, as published
    /// per-layer times are scaled.
    [[nodiscard]] Plan scaled(Plan p) const {
        p.in_flight = 1;
        p.region.batch = static_cast<double>(scenario_.global_batch);
        p.layers_per_region = model_.layers;
        p.regions = make_regions(spec_.grid, p.regions.side, 1);
        set_times(p);
        return p;
    }

    [[nodiscard]] Plan plan(int side, std::int64_t in_flight) const {
        Plan p{.in_flight = in_flight};
        const auto batch = static_cast<double>(scenario_.global_batch);
        p.region = {.side = side,
                    .groups = scenario_.wafer.groups > 0 ? std::min(scenario_.wafer.groups, side)
                                                         : default_groups(side),
                    .batch = batch / static_cast<double>(in_flight),
                    .ramp_cycles = spec_.ramp_cycles};
        const auto cost = layer(p.region);
        p.bytes_per_layer = kBytesPerValue * cost.weight_macs + batch * cost.kv_bytes;
        const auto fitting = static_cast<std::int64_t>(usable() / p.bytes_per_layer);
        p.layers_per_region = std::clamp<std::int64_t>(fitting, 1, model_.layers);
        p.regions =
            make_regions(spec_.grid, side,
                         static_cast<int>((model_.layers + p.layers_per_region - 1) / p.layers_per_region));
        p.fits = fitting >= 1 && p.regions.wafers <= scenario_.chips;
        p.regions_needed = p.regions.count, p.wafers_needed = p.regions.wafers;
        set_times(p);
        return p;
    }

    void set_times(Plan& p) const {
        const auto cost = layer(p.region);
        const double one = layer_cycles(cost, p.region, constants_) / spec_.clock_hz;
        double head = 0, moves = 0;
        for (const auto& step : decode_head(model_, p.regions.side))
            head += step_cycles(step, p.region, constants_) / spec_.clock_hz;
        for (int r = 0; r + 1 < p.regions.count; ++r) moves += hop_s(p, r);
        p.token_s = (static_cast<double>(model_.layers) * one + head + moves) / spec_.serving_rate_share;
        p.stage_s = (static_cast<double>(p.layers_per_region) * one + head) / spec_.serving_rate_share;
    }

    const LlmConfig& model_;
    const WaferSpec& spec_;
    const core::Scenario& scenario_;
    DecodeConstants constants_;
};

/// A part of a token's time on one region.
struct Stretch {
    double start = 0, end = 0;
    int region = 0, lane = 0;
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
std::vector<Stretch> token_schedule(core::Run& run, const LlmConfig& model, const Plan& plan,
                                    const Planner& planner, const WaferSpec& spec, const Lanes& lanes) {
    std::vector<Stretch> stretches;
    auto& timeline = run.timeline;
    const auto cost = planner.layer(plan.region);
    double now = 0;
    const auto add = [&](Stretch part, const char* name, double seconds) {
        if (seconds <= 0) return;
        part.start = now, part.end = now += seconds, part.name = timeline.intern(name);
        stretches.push_back(part);
    };
    const auto add_step = [&](const DecodeStep& step, int region, std::uint16_t layer) {
        Stretch part{.region = region,
                     .lane = plan.regions.wafer_of(region),
                     .kind = step.kind,
                     .layer = layer,
                     .arithmetic = true,
                     .along_rows = step.along_rows};
        add(part, step.name,
            arithmetic_cycles(step, plan.region, planner.constants()) / spec.clock_hz);
        part.lane = lanes.sums, part.kind = SliceKind::collective, part.arithmetic = false;
        part.wavelets = step.moved > 0 ? plan.region.batch * step.moved : step.calls * std::ceil(plan.region.batch * step.sums / 2);
        add(part, step.moved > 0 ? step.name : "all-reduce", sum_cycles(step, plan.region) / spec.clock_hz);
    };
    int region = 0;
    for (std::int64_t l = 0; l < model.layers; ++l) {
        const auto layer = static_cast<std::uint16_t>(l);
        if (const int next = static_cast<int>(l / plan.layers_per_region); next != region) {
            const bool other = plan.regions.wafer_of(next) != plan.regions.wafer_of(region);
            add({.region = region, .lane = lanes.moves, .kind = SliceKind::send_recv, .layer = layer},
                other ? "to the next wafer" : "to the next region", planner.hop_s(plan, region));
            region = next;
        }
        add({.region = region,
             .lane = plan.regions.wafer_of(region),
             .kind = SliceKind::wait,
             .layer = layer},
            "fixed cost per call", fixed_cycles(cost, planner.constants()) / spec.clock_hz);
        for (const auto& step : cost.steps) add_step(step, region, layer);
    }
    for (const auto& step : decode_head(model, plan.regions.side))
        add_step(step, region, static_cast<std::uint16_t>(model.layers));
    add({.region = region, .lane = lanes.software, .kind = SliceKind::wait}, "serving software",
        now * (1 / spec.serving_rate_share - 1));
    return stretches;
}

/// The same token of every group in flight, evenly spaced over one period of the steady state and wrapped at
/// its end; the first group alone when there would be too many slices.
std::vector<Stretch> steady_state(const std::vector<Stretch>& token, const Plan& plan) {
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

void fill_timeline(core::Run& run, const std::vector<Stretch>& stretches, const Plan& plan,
                   const Lanes& lanes) {
    auto& timeline = run.timeline;
    for (int w = 0; w < plan.regions.wafers; ++w)
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

void fill_series(core::Run& run, const Plan& plan, const Planner& planner, const WaferSpec& spec,
                 const std::vector<Stretch>& stretches) {
    run.step_edges_s = even_steps(run.summary.step_time_s, kSteps);
    core::WaferSeries wafer;
    wafer.classes = region_classes(plan.regions, spec.grid, wafer.placement);
    const auto n = wafer.classes.classes.size();
    for (const char* id : {"utilisation", "stall", "sram", "power"})
        wafer.series.push_back({id, std::vector<float>(kSteps * n, 0.0F)});
    for (int region = 0; region < plan.regions.count; ++region)
        for (int d = 0; d < core::kDirections; ++d)
            wafer.links.plane.push_back({.box = plan.regions.rect_of(region, spec.grid),
                                         .wafer = plan.regions.wafer_of(region),
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
            wafer.series[s.arithmetic ? 0 : 1].value[t * n + class_of(plan.regions, s.region)] +=
                static_cast<float>(share);
            if (!sums) continue;
            // Reduce to the middle and broadcast back: every link of the axis carries the sum once each way.
            const double rho =
                s.wavelets * spec.wavelet_interval * share / ((s.end - s.start) * spec.clock_hz);
            const auto first = t * planes + static_cast<std::size_t>(s.region) * core::kDirections;
            for (const auto d : s.along_rows ? std::array{core::Direction::east, core::Direction::west}
                                             : std::array{core::Direction::north, core::Direction::south})
                wafer.links.weight[first + static_cast<std::size_t>(d)] += static_cast<float>(rho);
        }
    }
    for (std::size_t t = 0; t < kSteps; ++t) {
        for (int region = 0; region < plan.regions.count; ++region)
            wafer.series[2].value[t * n + class_of(plan.regions, region)] =
                static_cast<float>(kReserveBytes + static_cast<double>(std::max<std::int64_t>(
                                                       0, planner.layers_of(plan, region))) *
                                                       plan.bytes_per_layer);
        for (std::size_t c = 0; c < n; ++c)
            wafer.series[3].value[t * n + c] =
                static_cast<float>(core_power_w(spec, wafer.series[0].value[t * n + c]));
    }
    double hottest = 0;
    for (const float w : wafer.links.weight) hottest = std::max(hottest, static_cast<double>(w));
    run.summary.hottest_link = core::HottestLink{"links of the lit region", hottest};
    run.wafer = std::move(wafer);
}

void describe(core::Run& run, const Plan& plan, const Planner& planner, double arithmetic, double sums,
              double fixed, const WaferSpec& spec, const LlmConfig& model) {
    const auto cost = planner.layer(plan.region);
    int calls = 0;
    for (const auto& step : cost.steps) calls += step.calls;
    const double whole = plan.token_s;
    run.bottlenecks.push_back(
        {.id = "all_reduce",
         .text = fmt::format(
             "{:.0f} % of each token is waiting for sums. {} reductions per layer cross {} cores; arithmetic "
             "takes {:.0f} %, fixed cost per call {:.0f} %. More cores make the sums longer.",
             100 * sums / whole, calls, plan.regions.side, 100 * arithmetic / whole, 100 * fixed / whole),
         .share = sums / whole,
         .place = core::Rect{0, 0, plan.regions.side, plan.regions.side}});
    if (plan.regions.count > 1 && plan.in_flight < plan.regions.count) {
        const double lit = std::min(1.0, static_cast<double>(plan.in_flight) / plan.regions.count);
        run.bottlenecks.push_back(
            {.id = "underuse",
             .text = fmt::format("Only {} of {} regions work at a time. With {} request{} in flight the "
                                 "regions are {:.0f} % busy; {} would fill them.",
                                 plan.in_flight, plan.regions.count, plan.in_flight,
                                 plan.in_flight == 1 ? "" : "s", 100 * lit, plan.regions.count),
             .share = 0.5 * (1 - lit)});
        std::ranges::stable_sort(run.bottlenecks, std::greater{}, &core::Bottleneck::share);
    }
    run.assumptions.push_back(
        fmt::format("Region {} x {}, {} groups; {} layers per region; {} request{} in flight.",
                    plan.regions.side, plan.regions.side, plan.region.groups, plan.layers_per_region,
                    plan.in_flight, plan.in_flight == 1 ? "" : "s"));
    run.assumptions.emplace_back(
        "Fixed cost per layer and cycles per MAC are fitted on three published WSE-2 rows.");
    if (model.experts > 0)
        run.assumptions.emplace_back(cost.mapping == ExpertMapping::sliced ? "Experts: every core holds a slice of each; the chosen ones run in turn." : "Experts: each on its own square of the region; the chosen ones run at once, tokens evenly routed.");
    if (spec.serving_rate_share < 1)
        run.assumptions.push_back(
            fmt::format("The vendor's serving software reaches {:.3f} of the modelled rate: one factor, "
                        "calibrated on one published rate.",
                        spec.serving_rate_share));
    if (!plan.fits)
        run.warnings.push_back(fmt::format(
            "Needs {} regions of {} x {}, {} fit on {} wafer{}; as published per-layer times are scaled.",
            plan.regions_needed, plan.regions.side, plan.regions.side,
            plan.regions.per_wafer * run.scenario.chips, run.scenario.chips,
            run.scenario.chips == 1 ? "" : "s"));
    // Every further token needs KV space: where does it end?
    const auto batch = static_cast<double>(run.scenario.global_batch);
    const double weights = kBytesPerValue * cost.weight_macs,
                 per_layer =
                     planner.usable() / static_cast<double>(std::min(plan.layers_per_region, model.layers));
    const auto last = decode_layer(
        model,
        padded_share(run.scenario.seq + std::max<std::int64_t>(1, run.scenario.output_tokens) - 1,
                     plan.regions.side),
        plan.regions.side, cost.mapping);
    if (plan.fits && weights + batch * last.kv_bytes > per_layer) {
        const double row =
            cost.kv_bytes / mean_kv_rows(run.scenario.seq, run.scenario.output_tokens, plan.regions.side);
        run.warnings.push_back(
            fmt::format("SRAM is full after {:.0f} tokens of context.",
                        std::floor((per_layer - weights) / (batch * row)) * plan.regions.side));
    }
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
    const Planner planner(*model, spec, run.scenario);
    const auto chosen = planner.choose();
    if (!chosen) return tl::unexpected(chosen.error());
    const Plan& plan = *chosen;
    const Lanes lanes{plan.regions.wafers, plan.regions.wafers + 1, plan.regions.wafers + 2};
    const auto token = token_schedule(run, *model, plan, planner, spec, lanes);
    const auto stretches = steady_state(token, plan);
    fill_timeline(run, stretches, plan, lanes);

    auto& s = run.summary;
    const auto batch = static_cast<double>(run.scenario.global_batch);
    s.step_time_s = run.timeline.end_s();
    s.tpot_s = s.step_time_s;
    s.tokens_per_s = batch / s.step_time_s;
    s.tokens_per_s_per_user = 1 / s.step_time_s;
    s.fits = plan.fits;
    s.wafers = plan.wafers_needed;
    double arithmetic = 0, sums = 0, fixed = 0;
    for (const auto& part : token) {
        const double length = part.end - part.start;
        if (part.arithmetic)
            arithmetic += length;
        else if (part.lane == lanes.sums)
            sums += length;
        else if (part.lane < lanes.sums)
            fixed += length;
    }
    s.compute_s = arithmetic;
    s.communication_s = sums;
    s.exposed_communication_s = sums;
    const double flops = 2 * core::macs_per_token(*model, static_cast<double>(run.scenario.seq)) * batch;
    s.tflops_per_chip = flops / s.step_time_s / 1e12 / plan.regions.wafers;
    s.mfu = flops / s.step_time_s / spec.peak_flops_per_s() / plan.regions.wafers;
    const double cores = static_cast<double>(plan.regions.side) * plan.regions.side;
    s.utilisation = arithmetic * static_cast<double>(plan.in_flight) / s.step_time_s * cores /
                    (static_cast<double>(spec.grid.cells()) * plan.regions.wafers);
    const auto cost = planner.layer(plan.region);
    core::MemoryUse memory;
    memory.weights =
        kBytesPerValue * cost.weight_macs * cores * static_cast<double>(model->layers) / plan.regions.wafers;
    memory.kv_cache =
        batch * cost.kv_bytes * cores * static_cast<double>(model->layers) / plan.regions.wafers;
    memory.total = *memory.weights + *memory.kv_cache;
    s.memory = memory;
    describe(run, plan, planner, arithmetic, sums, fixed, spec, *model);
    if (detail == Detail::full) fill_series(run, plan, planner, spec, stretches);
    return run;
}

}  // namespace waferscope::sim
