// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/region_figures.hpp"

#include "sim/wafer/modes.hpp"

#include <algorithm>
#include <set>

namespace waferscope::sim {

core::Result<std::unique_ptr<RegionPricer>> RegionPricer::make(const Request& request) {
    const auto* model = llm_of(request);
    const auto& scenario = request.scenario;
    const bool resident =
        scenario.wafer.mode == core::WaferMode::automatic || scenario.wafer.mode == core::WaferMode::resident;
    const bool phase = scenario.phase == core::Phase::decode || scenario.phase == core::Phase::prefill ||
                       scenario.phase == core::Phase::serve;
    if (model == nullptr || !request.machine || request.machine->wafer() == nullptr || !resident || !phase ||
        scenario.global_batch < 1)
        return core::fail(core::ErrorCode::value, "Regions need resident inference of an LLM on a wafer.",
                          "/workload", "decode, prefill or serve a model on a wafer");
    const auto spec = wafer_spec(request);
    if (!spec) return tl::unexpected(spec.error());
    const bool decode = scenario.phase != core::Phase::prefill,
               prefill = scenario.phase != core::Phase::decode;
    if ((decode && spec->decode_cycles_per_mac <= 0) || (prefill && spec->prefill_cycles_per_mac <= 0))
        return no_calibration(request);
    return std::unique_ptr<RegionPricer>(new RegionPricer(request, *model, *spec));
}

RegionPricer::RegionPricer(const Request& request, const core::LlmConfig& model, const WaferSpec& spec)
    : request_(request), model_(model), spec_(spec), planner_(model_, spec_, request_.scenario) {}

core::Result<core::RegionPlan> RegionPricer::planned() const {
    if (request_.scenario.regions) return *request_.scenario.regions;
    return automatic();
}

core::Result<core::RegionPlan> RegionPricer::automatic() const {
    auto scenario = request_.scenario;
    scenario.regions.reset();
    if (scenario.phase == core::Phase::prefill) return prompt_plan(scenario, model_, spec_);
    const auto plan = RegionPlanner(model_, spec_, scenario).choose();
    if (!plan) return tl::unexpected(plan.error());
    return plan->placed;
}

RegionFigures RegionPricer::figures(const core::RegionPlan& plan) const {
    RegionFigures f;
    f.regions.resize(plan.regions.size());
    std::set<int> wafers;
    for (const auto& region : plan.regions) wafers.insert(region.wafer);
    f.wafers = static_cast<int>(wafers.size());
    const auto priced = planner_.price(plan);
    f.in_flight = priced.in_flight;
    for (std::size_t s = 0; s < priced.stages.size(); ++s) {
        auto& own = f.regions[priced.stages[s]];
        own.seconds =
            static_cast<double>(priced.stage(s).layers) * priced.cost(s).layer_s / spec_.serving_rate_share;
        own.bytes = priced.bytes(s);
        if (s + 1 == priced.stages.size()) break;
        if (priced.stage(s).wafer == priced.stage(s + 1).wafer)
            f.hand_over_hops += RegionPlanner::hops(priced, s);
        else
            ++f.hand_over_wafers;
    }
    if (!priced.stages.empty()) {
        f.slowest = priced.stages[priced.slowest];
        f.token_s = priced.tpot_s();
        f.tokens_per_s = static_cast<double>(request_.scenario.global_batch) / f.token_s;
    }
    const auto* reads = request_.scenario.phase != core::Phase::decode ? prompt_region(plan) : nullptr;
    for (std::size_t i = 0; i < plan.regions.size(); ++i) {
        const auto& region = plan.regions[i];
        if (region.role == core::RegionRole::prefill && request_.scenario.phase != core::Phase::decode) {
            const auto cost = prompt_cost(request_.scenario, model_, spec_, region.side);
            f.regions[i] = {cost.seconds, cost.bytes};
            if (&region == reads) f.prompt_s = cost.seconds;
            if (&region == reads && priced.stages.empty()) f.slowest = i;
        }
        f.fits &= f.regions[i].bytes <= usable();
    }
    return f;
}

std::vector<core::RegionIssue> RegionPricer::issues(const core::RegionPlan& plan) const {
    return core::region_issues(plan, planner_.bounds());
}

std::vector<int> RegionPricer::fitting_sides(std::int64_t layers) const {
    const int most = std::min(spec_.grid.columns, spec_.grid.rows);
    if (bytes_of_side_.empty()) {
        bytes_of_side_.assign(static_cast<std::size_t>(most) + 1, 0);
        for (int side = 2; side <= most; ++side)
            bytes_of_side_[static_cast<std::size_t>(side)] = planner_.cost(side, 1).bytes_per_layer;
    }
    std::vector<int> sides;
    double least = 0;
    for (int side = 2; side <= most; ++side) {
        const double bytes = bytes_of_side_[static_cast<std::size_t>(side)];
        if (static_cast<double>(layers) * bytes > usable() || (!sides.empty() && bytes >= least)) continue;
        sides.push_back(side), least = bytes;
    }
    return sides;
}

}  // namespace waferscope::sim
