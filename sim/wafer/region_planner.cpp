// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/region_planner.hpp"

#include "sim/wafer/collectives.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <set>

namespace waferscope::sim {
namespace {

constexpr int kSideStep = 30;  ///< sides the planner tries

}  // namespace

int DecodePlan::wafers() const {
    std::set<int> used;
    for (const auto index : stages) used.insert(placed.regions[index].wafer);
    return static_cast<int>(used.size());
}

core::RegionPlan deal_regions(core::GridSize grid, int side, std::int64_t layers_per_region,
                              std::int64_t layers) {
    const int across = std::max(1, grid.columns / side), per_wafer = std::max(1, across * (grid.rows / side));
    core::RegionPlan plan;
    for (int r = 0; r * layers_per_region < layers; ++r) {
        const int slot = r % per_wafer, row = slot / across, column = slot % across;
        plan.regions.push_back({.wafer = r / per_wafer,
                                .x = (row % 2 == 0 ? column : across - 1 - column) * side,
                                .y = row * side,
                                .side = side,
                                .layers = std::min(layers_per_region, layers - r * layers_per_region)});
    }
    return plan;
}

const core::Region* prompt_region(const core::RegionPlan& plan) {
    const core::Region* largest = nullptr;
    for (const auto& region : plan.regions)
        if (region.role == core::RegionRole::prefill && (largest == nullptr || region.side > largest->side))
            largest = &region;
    return largest;
}

RegionPlanner::RegionPlanner(const core::LlmConfig& model, const WaferSpec& spec,
                             const core::Scenario& scenario)
    : model_(model),
      spec_(spec),
      scenario_(scenario),
      constants_{spec.decode_fixed_cycles, spec.decode_cycles_per_mac} {}

core::RegionBounds RegionPlanner::bounds() const {
    return {.grid = spec_.grid,
            .wafers = scenario_.chips,
            .layers = model_.layers,
            .needs_decode = scenario_.phase != core::Phase::prefill};
}

core::Result<DecodePlan> RegionPlanner::choose() const {
    if (scenario_.regions) {
        if (const auto legal = core::check_regions(*scenario_.regions, bounds()); !legal)
            return tl::unexpected(legal.error());
        return price(*scenario_.regions);
    }
    if (scenario_.wafer.region) {
        const int side = std::min((*scenario_.wafer.region)[0], (*scenario_.wafer.region)[1]);
        if (side > std::min(spec_.grid.columns, spec_.grid.rows))
            return core::fail(core::ErrorCode::range,
                              fmt::format("A region of {} x {} is larger than the {} x {} grid.", side, side,
                                          spec_.grid.columns, spec_.grid.rows),
                              "/wafer/region", "choose a smaller one");
        auto plan = best_in_flight(side);
        return plan.fits ? plan : scaled(std::move(plan));
    }
    std::optional<DecodePlan> best;
    int fewest = 0;
    for (int side = 2 * kSideStep; side <= std::min(spec_.grid.columns, spec_.grid.rows); side += kSideStep) {
        auto plan = best_in_flight(side);
        if (plan.cost(0).bytes_per_layer <= usable() && (fewest == 0 || plan.wafers_needed < fewest))
            fewest = plan.wafers_needed;
        if (plan.fits && (!best || plan.tpot_s() < best->tpot_s())) best = std::move(plan);
    }
    if (best) return *best;
    return core::fail(
        core::ErrorCode::fit,
        fmt::format("The model does not fit in the SRAM of {} wafer{}.", scenario_.chips,
                    scenario_.chips == 1 ? "" : "s"),
        "/chips", fewest > 0 ? fmt::format("it fits from {} wafers", fewest) : "a smaller batch or context");
}

DecodePlan RegionPlanner::price(const core::RegionPlan& plan) const {
    auto best = given_plan(plan, 1);
    const auto most =
        std::min<std::int64_t>(scenario_.global_batch, static_cast<std::int64_t>(best.stages.size()));
    for (std::int64_t n = 2; n <= most; ++n)
        if (scenario_.global_batch % n == 0)
            if (auto other = given_plan(plan, n); other.tpot_s() < best.tpot_s()) best = std::move(other);
    return best;
}

/// The split of the batch into request groups with the shortest time per token.
DecodePlan RegionPlanner::best_in_flight(int side) const {
    auto best = equal_plan(side, 1);
    const auto most =
        std::min<std::int64_t>(scenario_.global_batch, static_cast<std::int64_t>(best.stages.size()));
    for (std::int64_t n = 2; n <= most; ++n)
        if (scenario_.global_batch % n == 0)
            if (auto other = equal_plan(side, n); other.tpot_s() < best.tpot_s()) best = std::move(other);
    return best;
}

/// A region that was asked for and holds too few layers: all layers run on it in turn, as published per-layer
/// times are scaled.
DecodePlan RegionPlanner::scaled(DecodePlan plan) const {
    const int side = plan.stage(0).side;
    auto one = with_stages(deal_regions(spec_.grid, side, model_.layers, model_.layers), 1);
    // What a layer needs and how many regions that makes stays that of the plan that does not fit.
    one.sides.at(side).bytes_per_layer = plan.sides.at(side).bytes_per_layer;
    one.fits = false;
    one.regions_needed = plan.regions_needed, one.wafers_needed = plan.wafers_needed;
    set_times(one);
    return one;
}

DecodePlan RegionPlanner::equal_plan(int side, std::int64_t in_flight) const {
    const auto fitting = static_cast<std::int64_t>(usable() / cost(side, in_flight).bytes_per_layer);
    auto plan = with_stages(
        deal_regions(spec_.grid, side, std::clamp<std::int64_t>(fitting, 1, model_.layers), model_.layers),
        in_flight);
    plan.regions_needed = static_cast<int>(plan.stages.size()), plan.wafers_needed = plan.placed.wafers();
    plan.fits = fitting >= 1 && plan.wafers_needed <= scenario_.chips;
    set_times(plan);
    return plan;
}

DecodePlan RegionPlanner::given_plan(const core::RegionPlan& given, std::int64_t in_flight) const {
    auto plan = with_stages(given, in_flight);
    plan.regions_needed = static_cast<int>(plan.stages.size()), plan.wafers_needed = plan.wafers();
    for (std::size_t s = 0; s < plan.stages.size(); ++s) plan.fits &= plan.bytes(s) <= usable();
    set_times(plan);
    return plan;
}

DecodePlan RegionPlanner::with_stages(core::RegionPlan placed, std::int64_t in_flight) const {
    DecodePlan plan{.placed = std::move(placed), .in_flight = in_flight};
    for (std::size_t i = 0; i < plan.placed.regions.size(); ++i) {
        const auto& region = plan.placed.regions[i];
        if (region.role != core::RegionRole::decode) continue;
        plan.stages.push_back(i);
        if (!plan.sides.contains(region.side)) plan.sides.emplace(region.side, cost(region.side, in_flight));
    }
    return plan;
}

SideCost RegionPlanner::cost(int side, std::int64_t in_flight) const {
    const auto batch = static_cast<double>(scenario_.global_batch);
    SideCost cost;
    cost.region = {
        .side = side,
        .groups = scenario_.wafer.groups > 0 ? std::min(scenario_.wafer.groups, side) : default_groups(side),
        .batch = batch / static_cast<double>(in_flight),
        .ramp_cycles = spec_.ramp_cycles};
    cost.layer = fastest_layer(model_, mean_kv_rows(scenario_.seq, scenario_.output_tokens, side),
                               cost.region, constants_);
    cost.bytes_per_layer = kBytesPerValue * cost.layer.weight_macs + batch * cost.layer.kv_bytes;
    cost.layer_s = layer_cycles(cost.layer, cost.region, constants_) / spec_.clock_hz;
    for (const auto& step : decode_head(model_, side))
        cost.head_s += step_cycles(step, cost.region, constants_) / spec_.clock_hz;
    return cost;
}

std::optional<int> RegionPlanner::smallest_side(std::int64_t layers) const {
    const auto fits = [&](int side) {
        return static_cast<double>(layers) * cost(side, 1).bytes_per_layer <= usable();
    };
    int low = 2, high = std::min(spec_.grid.columns, spec_.grid.rows);
    if (high < low || !fits(high)) return std::nullopt;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (fits(middle))
            high = middle;
        else
            low = middle + 1;
    }
    return high;
}

int RegionPlanner::hops(const DecodePlan& plan, std::size_t from_stage) {
    const auto& from = plan.stage(from_stage);
    const auto& to = plan.stage(from_stage + 1);
    return std::max(from.side, to.side) + core::gap(from.rect(), to.rect());
}

double RegionPlanner::hop_s(const DecodePlan& plan, std::size_t from_stage) const {
    const double bytes =
        static_cast<double>(model_.hidden) * plan.cost(from_stage).region.batch * kBytesPerValue;
    if (plan.stage(from_stage).wafer != plan.stage(from_stage + 1).wafer)
        return bytes / spec_.io_out_bytes_per_s + spec_.link_latency_s;
    return (hops(plan, from_stage) * spec_.hop_cycles + 2 * spec_.ramp_cycles) / spec_.clock_hz;
}

void RegionPlanner::set_times(DecodePlan& plan) const {
    if (plan.stages.empty()) return;
    // Layers of one side together: equal regions cost what one region with all layers would, to the last
    // digit.
    std::map<int, std::int64_t> layers;
    for (const auto index : plan.stages)
        layers[plan.placed.regions[index].side] += plan.placed.regions[index].layers;
    double work = 0, moves = 0, slowest = 0;
    for (const auto& [side, count] : layers) work += static_cast<double>(count) * plan.sides.at(side).layer_s;
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        const double own = static_cast<double>(plan.stage(s).layers) * plan.cost(s).layer_s;
        if (own > slowest) slowest = own, plan.slowest = s;
        if (s + 1 < plan.stages.size()) moves += hop_s(plan, s);
    }
    const double head = plan.cost(plan.stages.size() - 1).head_s;
    plan.token_s = (work + head + moves) / spec_.serving_rate_share;
    plan.stage_s = (slowest + head) / spec_.serving_rate_share;
}

}  // namespace waferscope::sim
