// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/cluster.hpp"

#include "sim/cluster/cluster_run.hpp"
#include "sim/cluster/memory.hpp"
#include "sim/cluster/training_layer.hpp"
#include "sim/evidence.hpp"
#include "sim/steps.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

using core::LlmConfig;
using core::ParallelPlan;

constexpr std::size_t kSteps = 128;

core::Result<core::Run> run_plan(const Request& request, const ChipSpec& chip, const LlmConfig* llm, const ParallelPlan& plan, Detail detail) {
    ClusterRun c{request, chip, llm, plan, {}, {}};
    c.run.scenario = request.scenario;
    const auto phase = request.scenario.phase;
    const auto done = llm == nullptr ? (request.workload ? run_graph(c) : run_kernel(c)) : core::is_training(phase) ? run_training(c, detail) : phase == core::Phase::serve ? run_serve(c) : run_inference(c);
    if (!done) return tl::unexpected(done.error());
    c.run.plan = c.plan;
    if (chip.power_w) {
        c.run.summary.power_w = *chip.power_w * request.scenario.chips;
        c.run.summary.energy_j = *c.run.summary.power_w * c.run.summary.step_time_s;
    }
    if (detail == Detail::full) {
        c.run.step_edges_s = even_steps(c.run.summary.step_time_s, kSteps);
        c.run.devices = device_map(c.run, chip, c.activity);
        const auto& load = c.run.devices->link_load;
        if (request.scenario.chips > 1 && !load.empty()) c.run.summary.hottest_link = core::HottestLink{"chip link", *std::ranges::max_element(load)};
    }
    return std::move(c.run);
}

core::Result<ParallelPlan> check_plan(ParallelPlan plan, const core::Scenario& scenario, int devices, const LlmConfig* llm) {
    const std::int64_t known = static_cast<std::int64_t>(plan.tp) * plan.pp * plan.cp;
    if (plan.dp == 0) plan.dp = static_cast<int>(std::max<std::int64_t>(1, devices / std::max<std::int64_t>(1, known)));
    if (known * plan.dp != devices)
        return core::fail(core::ErrorCode::plan, fmt::format("tp {} x pp {} x dp {} x cp {} = {}, but there are {} devices.", plan.tp, plan.pp, plan.dp, plan.cp, known * plan.dp, devices), "/parallel",
                          devices % known == 0 ? fmt::format("dp {} would fit, or write \"parallel\":\"auto\"", devices / known) : "write \"parallel\":\"auto\"");
    if (llm != nullptr && plan.pp > llm->layers)
        return core::fail(core::ErrorCode::plan, fmt::format("pp {} is more than the {} layers.", plan.pp, llm->layers), "/parallel/pp", "use fewer stages");
    if (core::is_training(scenario.phase) && scenario.global_batch % (static_cast<std::int64_t>(plan.dp) * plan.micro_batch) != 0)
        return core::fail(core::ErrorCode::plan, fmt::format("global_batch {} is not a multiple of dp {} x micro_batch {}.", scenario.global_batch, plan.dp, plan.micro_batch), "/global_batch", "change the batch or the plan");
    return plan;
}

/// Every split of the devices into powers of two (and the rest), each simulated in summary; the fastest that fits.
core::Result<core::Run> best_plan(const Request& request, const ChipSpec& chip, const LlmConfig& llm, Detail detail, const std::stop_token& stop) {
    const int devices = request.scenario.chips * chip.devices_per_chip;
    const bool training = core::is_training(request.scenario.phase);
    std::optional<ParallelPlan> best;
    double best_time = 0, least_memory = 1e30;
    int tried = 0;
    const auto consider = [&](const ParallelPlan& plan) {
        if (!check_plan(plan, request.scenario, devices, &llm)) return;
        ++tried;
        if (training) {  // what does not fit needs no schedule
            const double needed = (training_memory(llm, request.scenario, plan).total + outer_state_bytes(llm, plan)) * chip.devices_per_chip;
            least_memory = std::min(least_memory, needed);
            if (needed > kReserve * chip.memory_bytes * chip.devices_per_chip) return;
            // Every stage passes every micro-batch: a plan whose stages alone take longer than the best is out.
            const auto layer = training_layer(llm, request.scenario, plan, chip);
            const double micro_batches = static_cast<double>(request.scenario.global_batch) / plan.dp / plan.micro_batch;
            const double stage = static_cast<double>(llm.layers / plan.pp) * (layer.forward_s + layer.backward_s + layer.forward_sum_s + layer.backward_sum_s);
            if (best && micro_batches * stage > best_time) return;
        }
        auto run = run_plan(request, chip, &llm, plan, Detail::summary);
        if (!run) return;
        least_memory = std::min(least_memory, run->summary.memory->total);
        const bool serving = request.scenario.phase == core::Phase::serve;
        const double time = training ? run->summary.step_time_s : serving ? 1 / *run->summary.tokens_per_s : run->summary.step_time_s / std::min<double>(plan.dp, static_cast<double>(request.scenario.global_batch)) * plan.dp;
        if (run->summary.fits && (!best || time < best_time)) best = plan, best_time = time;
    };
    for (int tp = 1; tp <= devices && tp <= std::max(8, chip.domain); tp *= 2) {
        if (devices % tp != 0 || tp > llm.heads) continue;
        for (int pp = 1; pp <= devices / tp && pp <= llm.layers; pp *= 2) {
            if (devices / tp % pp != 0 || stop.stop_requested()) continue;
            ParallelPlan plan{.tp = tp, .pp = pp, .dp = devices / tp / pp};
            if (!training) {
                if (request.scenario.global_batch == core::kMaxBatch || plan.dp <= request.scenario.global_batch) consider(plan);
                continue;
            }
            if (plan.dp > request.scenario.global_batch || request.scenario.global_batch / plan.dp / std::max(1, pp) > 4096) continue;
            plan.sequence_parallel = tp > 1;
            for (const auto recompute : {core::Recompute::none, core::Recompute::selective, core::Recompute::full})
                for (const int zero : {0, 1, 3}) {
                    if (plan.dp == 1 && zero > 0) continue;
                    plan.recompute = recompute, plan.zero = zero;
                    consider(plan);
                }
        }
    }
    if (!best)
        return core::fail(core::ErrorCode::fit, fmt::format("The model does not fit: {:.1f} GB per chip at best, {:.1f} GB there is.", least_memory > 1e29 ? 0.0 : least_memory / 1e9, chip.memory_bytes * chip.devices_per_chip / 1e9), "/parallel",
                          fmt::format("it fits from about {} chips", static_cast<int>(std::ceil(core::total_parameters(llm) * (training ? kStateBytes : core::precision_bytes(request.scenario.precision)) / (0.8 * chip.memory_bytes * chip.devices_per_chip)))));
    auto run = run_plan(request, chip, &llm, *best, detail);
    if (run) run->assumptions.push_back(fmt::format("Plan found automatically: the fastest of {} that were tried and fit.", tried));
    return run;
}

}  // namespace

namespace {

std::string says_where_from(const core::Evidence& evidence, const core::Machine& machine) {
    const auto& family = machine.cluster()->family;
    if (evidence.n > 0) return fmt::format("constants of {} fitted on measurements, {} of this kind on this machine", family, evidence.n);
    if (evidence.kind == "inherited") return fmt::format("constants inherited from the family {}: no measurement of this kind on this machine", family);
    return "uncalibrated first constants: no measurement of this family";
}

}  // namespace

core::Result<core::Run> simulate_cluster(const Request& request, Detail detail, const std::stop_token& stop) {
    const auto chip = chip_spec(request);
    if (!chip) return tl::unexpected(chip.error());
    const LlmConfig* llm = llm_of(request);
    const int devices = request.scenario.chips * chip->devices_per_chip;
    core::Result<core::Run> run;
    if (llm == nullptr) {
        run = run_plan(request, *chip, nullptr, {.dp = devices}, detail);
    } else if (request.scenario.parallel) {
        const auto plan = check_plan(*request.scenario.parallel, request.scenario, devices, llm);
        if (!plan) return tl::unexpected(plan.error());
        run = run_plan(request, *chip, llm, *plan, detail);
    } else {
        run = best_plan(request, *chip, *llm, detail, stop);
    }
    if (!run) return run;
    if (!run->summary.fits)
        run->warnings.push_back(fmt::format("Does not fit: {:.1f} GB per chip needed, {:.1f} GB there is; times are as if memory sufficed.", run->summary.memory->total / 1e9, chip->memory_bytes * chip->devices_per_chip / 1e9));
    run->evidence = evidence_of(*request.machine, cluster_group(run->scenario));
    run->assumptions.push_back(fmt::format("Kernels reach {:.0f} % of the dense peak and {:.0f} % of memory bandwidth at best; {}.", 100 * chip->compute_efficiency, 100 * chip->memory_efficiency, says_where_from(run->evidence, *request.machine)));
    run->sources.push_back(request.machine->name + ": " + request.machine->figures.at("memory_bytes_per_s").source);
    return run;
}

}  // namespace waferscope::sim
