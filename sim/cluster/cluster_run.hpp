// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the phases of a cluster run; not included outside sim/cluster.
#pragma once

#include "sim/cluster/cluster.hpp"

namespace waferscope::sim {

inline constexpr double kReserve = 0.92;    ///< share of memory a job may use
inline constexpr double kStateBytes = 18;   ///< weights, gradients, Adam per parameter in mixed precision
inline constexpr double kUpdateBytes = 24;  ///< the same read and written once by the optimiser

/// One run in the making.
struct ClusterRun {
    const Request& request;
    const ChipSpec& chip;
    const core::LlmConfig* llm;
    core::ParallelPlan plan;
    core::Run run;
    std::vector<Activity> activity;

    [[nodiscard]] const core::Scenario& scenario() const { return run.scenario; }
    [[nodiscard]] int devices() const { return run.scenario.chips * chip.devices_per_chip; }
    [[nodiscard]] bool tp_across() const { return plan.tp > chip.domain; }
};

/// Appends a slice unless it is empty.
void add_slice(core::Timeline& timeline, core::Lane& lane, const std::string& name, core::Slice slice);

/// Runs `works` one after another from `now`; sums of the tensor-parallel group follow their kernel. Returns the end.
double run_works(ClusterRun& c, core::Lane& compute, core::Lane& network, const std::vector<Work>& works, double now, int index);

/// Step time, utilisation and split of a run whose lanes are done; `flops` of the whole machine.
void finish_inference(ClusterRun& c, core::Lane compute, core::Lane network, double flops);

core::Result<void> run_training(ClusterRun& c, Detail detail);
/// Prefill and decode.
core::Result<void> run_inference(ClusterRun& c);
/// Prefill and decode of a stream of requests; global_batch "max" = as many as memory takes.
core::Result<void> run_serve(ClusterRun& c);
/// A file workload: chips hold a copy of the graph each and share the batch.
core::Result<void> run_graph(ClusterRun& c);
/// The operators a trace recorded, each in its own time (workload format "kineto").
core::Result<void> run_recorded(ClusterRun& c);
/// A lone product, element-wise kernel or collective.
core::Result<void> run_kernel(ClusterRun& c);

}  // namespace waferscope::sim
