// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/planner.hpp"

#include "sim/cluster/cluster_run.hpp"
#include "sim/cluster/memory.hpp"
#include "sim/cluster/training_layer.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <tuple>

namespace waferscope::sim {
namespace {

using core::LlmConfig;
using core::ParallelPlan;
using core::Recompute;

constexpr int kMostMicroBatch = 16, kMostInterleave = 4, kMostContext = 8;
constexpr std::int64_t kLongSequence = 16384;       ///< tokens from which a sequence is worth splitting
constexpr std::int64_t kMostMicroBatches = 4096;    ///< per stage and step
constexpr std::size_t kMostSchedules = 96;          ///< candidates simulated at most, best bounds first

/// Costs of a layer by what they depend on: other degrees do not change them.
class LayerCosts {
public:
    LayerCosts(const LlmConfig& model, const core::Scenario& scenario, const ChipSpec& chip) : model_(model), scenario_(scenario), chip_(chip) {}
    double seconds(const ParallelPlan& p) {
        const auto [at, fresh] = known_.emplace(std::tuple(p.tp, p.cp, p.ep, p.micro_batch, p.sequence_parallel, p.recompute), 0.0);
        if (fresh) {
            const auto layer = training_layer(model_, scenario_, p, chip_);
            at->second = layer.forward_s + layer.backward_s + layer.forward_sum_s + layer.backward_sum_s;
        }
        return at->second;
    }

private:
    const LlmConfig& model_;
    const core::Scenario& scenario_;
    const ChipSpec& chip_;
    std::map<std::tuple<int, int, int, int, bool, Recompute>, double> known_;
};

/// 1, 2, 4 .. `most`.
std::vector<int> powers(std::int64_t most) {
    std::vector<int> list;
    for (int n = 1; n <= most; n *= 2) list.push_back(n);
    return list;
}

std::string name_of(const ParallelPlan& p) {
    auto text = fmt::format("tp {} pp {} dp {}", p.tp, p.pp, p.dp);
    if (p.cp > 1) text += fmt::format(" cp {}", p.cp);
    if (p.ep > 1) text += fmt::format(" ep {}", p.ep);
    if (p.micro_batch > 1) text += fmt::format(" micro-batch {}", p.micro_batch);
    if (p.interleave > 1) text += fmt::format(" interleave {}", p.interleave);
    return text;
}

}  // namespace

core::Result<ParallelPlan> check_plan(ParallelPlan plan, const core::Scenario& scenario, int devices, const LlmConfig* llm) {
    const std::int64_t known = static_cast<std::int64_t>(plan.tp) * plan.pp * plan.cp;
    if (plan.dp == 0) plan.dp = static_cast<int>(std::max<std::int64_t>(1, devices / std::max<std::int64_t>(1, known)));
    if (known * plan.dp != devices)
        return core::fail(core::ErrorCode::plan, fmt::format("tp {} x pp {} x dp {} x cp {} = {}, but there are {} devices.", plan.tp, plan.pp, plan.dp, plan.cp, known * plan.dp, devices), "/parallel",
                          devices % known == 0 ? fmt::format("dp {} would fit, or write \"parallel\":\"auto\"", devices / known) : "write \"parallel\":\"auto\"");
    if (llm != nullptr && plan.pp > llm->layers)
        return core::fail(core::ErrorCode::plan, fmt::format("pp {} is more than the {} layers.", plan.pp, llm->layers), "/parallel/pp", "use fewer stages");
    if (plan.dp % plan.ep != 0)
        return core::fail(core::ErrorCode::plan, fmt::format("ep {} does not divide dp {}.", plan.ep, plan.dp), "/parallel/ep", "experts are dealt out inside a data-parallel group");
    if (core::is_training(scenario.phase) && scenario.global_batch % (static_cast<std::int64_t>(plan.dp) * plan.micro_batch) != 0)
        return core::fail(core::ErrorCode::plan, fmt::format("global_batch {} is not a multiple of dp {} x micro_batch {}.", scenario.global_batch, plan.dp, plan.micro_batch), "/global_batch", "change the batch or the plan");
    return plan;
}

PlanSearch training_plans(const LlmConfig& model, const core::Scenario& scenario, const ChipSpec& chip, const std::stop_token& stop) {
    PlanSearch search{.least_memory = std::numeric_limits<double>::infinity()};
    LayerCosts costs(model, scenario, chip);
    const int devices = scenario.chips * chip.devices_per_chip;
    const double room = kReserve * chip.memory_bytes * chip.devices_per_chip;
    const auto consider = [&](const ParallelPlan& p, std::int64_t micro_batches) {
        const double needed = (training_memory(model, scenario, p).total + outer_state_bytes(model, scenario, p)) * chip.devices_per_chip;
        search.least_memory = std::min(search.least_memory, needed);
        if (needed > room) {
            ++search.too_large;
            return;
        }
        const double stage = static_cast<double>(model.layers) / p.pp * costs.seconds(p);
        search.candidates.push_back({p, stage * (static_cast<double>(micro_batches) + static_cast<double>(p.pp - 1) / p.interleave)});
    };
    for (const int tp : powers(std::min<std::int64_t>({devices, std::max(8, chip.domain), model.heads})))
        for (const int pp : powers(std::min<std::int64_t>(devices / tp, model.layers)))
            for (const int cp : powers(scenario.seq >= kLongSequence ? std::min(kMostContext, devices / tp / pp) : 1)) {
                if (devices % (tp * pp * cp) != 0 || stop.stop_requested()) continue;
                ParallelPlan p{.tp = tp, .pp = pp, .dp = devices / tp / pp / cp, .cp = cp, .sequence_parallel = tp > 1};
                for (const int micro_batch : powers(kMostMicroBatch)) {
                    if (scenario.global_batch % (static_cast<std::int64_t>(p.dp) * micro_batch) != 0) continue;
                    const auto micro_batches = scenario.global_batch / p.dp / micro_batch;
                    if (pp > 1 && micro_batches > kMostMicroBatches) continue;
                    p.micro_batch = micro_batch;
                    for (const int interleave : powers(pp > 1 && micro_batches % pp == 0 ? kMostInterleave : 1)) {
                        if (static_cast<std::int64_t>(pp) * interleave > model.layers) continue;
                        p.interleave = interleave;
                        for (const int ep : powers(model.experts > 0 ? std::min<std::int64_t>(p.dp, model.experts) : 1)) {
                            if (p.dp % ep != 0) continue;
                            p.ep = ep;
                            for (const auto recompute : {Recompute::none, Recompute::selective, Recompute::full})
                                for (const int zero : {0, 1, 3}) {
                                    if (p.dp == 1 && zero > 0) continue;
                                    p.recompute = recompute, p.zero = zero;
                                    consider(p, micro_batches);
                                }
                        }
                    }
                }
            }
    std::ranges::stable_sort(search.candidates, {}, &Candidate::bound_s);
    return search;
}

std::vector<ParallelPlan> inference_plans(const LlmConfig& model, const core::Scenario& scenario, const ChipSpec& chip) {
    std::vector<ParallelPlan> plans;
    const int devices = scenario.chips * chip.devices_per_chip;
    for (const int tp : powers(std::min<std::int64_t>({devices, std::max(8, chip.domain), model.heads})))
        for (int pp = 1; pp <= std::min<std::int64_t>(devices / tp, model.layers); ++pp) {
            if (devices % (tp * pp) != 0) continue;
            const ParallelPlan plan{.tp = tp, .pp = pp, .dp = devices / tp / pp};
            if (scenario.global_batch == core::kMaxBatch || plan.dp <= scenario.global_batch) plans.push_back(plan);
        }
    return plans;
}

core::Result<PlanChoice> choose_plan(const LlmConfig& model, const core::Scenario& scenario, const ChipSpec& chip, const RunPlan& run, const std::stop_token& stop) {
    struct Tried {
        ParallelPlan plan;
        double time = 0;
    };
    std::vector<Tried> fitting;
    std::size_t compared = 0, too_large = 0;
    double least_memory = std::numeric_limits<double>::infinity();
    if (core::is_training(scenario.phase)) {
        const auto search = training_plans(model, scenario, chip, stop);
        least_memory = search.least_memory, too_large = search.too_large, compared = search.candidates.size();
        double best = std::numeric_limits<double>::infinity();
        for (const auto& [plan, bound] : search.candidates) {
            if (bound >= best || fitting.size() >= kMostSchedules || stop.stop_requested()) break;
            const auto done = run(plan);
            if (!done || !done->summary.fits) continue;
            fitting.push_back({plan, done->summary.step_time_s});
            best = std::min(best, done->summary.step_time_s);
        }
    } else {
        for (const auto& plan : inference_plans(model, scenario, chip)) {
            if (stop.stop_requested()) break;
            const auto done = run(plan);
            if (!done) continue;
            ++compared;
            least_memory = std::min(least_memory, done->summary.memory->total);
            if (!done->summary.fits) ++too_large;
            const double seconds = scenario.phase == core::Phase::serve ? 1 / *done->summary.tokens_per_s
                                                                        : done->summary.step_time_s / std::min<double>(plan.dp, static_cast<double>(scenario.global_batch)) * plan.dp;
            if (done->summary.fits) fitting.push_back({plan, seconds});
        }
    }
    if (fitting.empty())
        return core::fail(core::ErrorCode::fit, std::isfinite(least_memory) ? fmt::format("The model does not fit: {:.4g} GB per chip at best, {:.4g} GB there is.", least_memory / 1e9, chip.memory_bytes * chip.devices_per_chip / 1e9)
                                                                            : fmt::format("No plan cuts {} layers, {} heads and {} sequences over {} devices.", model.layers, model.heads, scenario.global_batch, scenario.chips * chip.devices_per_chip), "/parallel",
                          fmt::format("it fits from about {} chips", static_cast<int>(std::ceil(core::total_parameters(model) * (core::is_training(scenario.phase) ? kStateBytes : core::precision_bytes(scenario.precision)) / (0.8 * chip.memory_bytes * chip.devices_per_chip)))));
    std::ranges::stable_sort(fitting, {}, &Tried::time);
    std::string how = fmt::format("Plan found automatically: the fastest of {} that fit; {} did not fit", compared, too_large);
    const auto second = std::ranges::find_if(fitting, [&](const Tried& t) { return name_of(t.plan) != name_of(fitting.front().plan); });
    how += second == fitting.end() ? "." : fmt::format(". Next best: {}, {:.1f} % slower.", name_of(second->plan), 100 * (second->time / fitting.front().time - 1));
    return PlanChoice{fitting.front().plan, std::move(how)};
}

}  // namespace waferscope::sim
