// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/cluster.hpp"

#include "sim/cluster/cluster_run.hpp"
#include "sim/cluster/planner.hpp"
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
    const auto done = llm == nullptr ? (!request.workload ? run_kernel(c) : request.workload->format == "kineto" ? run_recorded(c) : run_graph(c)) : core::is_training(phase) ? run_training(c, detail) : phase == core::Phase::serve ? run_serve(c) : run_inference(c);
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
        if (request.scenario.chips > 1 && !load.empty()) {
            const auto hottest = std::ranges::max_element(load);
            const auto& kinds = c.run.devices->link_classes;
            c.run.summary.hottest_link = core::HottestLink{kinds[static_cast<std::size_t>(hottest - load.begin()) % kinds.size()], *hottest};
        }
    }
    return std::move(c.run);
}

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
        const auto choice = choose_plan(*llm, request.scenario, *chip, [&](const ParallelPlan& plan) { return run_plan(request, *chip, llm, plan, Detail::summary); }, stop);
        if (!choice) return tl::unexpected(choice.error());
        run = run_plan(request, *chip, llm, choice->plan, detail);
        if (run) run->assumptions.push_back(choice->how);
    }
    if (!run) return run;
    if (!run->summary.fits)
        run->warnings.push_back(fmt::format("Does not fit: {:.1f} GB per chip needed, {:.1f} GB there is, {:.0f} % of it for use; times are as if memory sufficed.", run->summary.memory->total / 1e9, chip->memory_bytes * chip->devices_per_chip / 1e9, 100 * kReserve));
    run->evidence = evidence_of(*request.machine, cluster_group(run->scenario), scope_of(run->scenario, llm));
    run->assumptions.push_back(fmt::format("Kernels reach {:.0f} % of the dense peak and {:.0f} % of memory bandwidth at best; {}.", 100 * chip->compute_efficiency, 100 * chip->memory_efficiency, says_where_from(run->evidence, *request.machine)));
    run->sources.push_back(request.machine->name + ": " + request.machine->figures.at("memory_bytes_per_s").source);
    return run;
}

}  // namespace waferscope::sim
