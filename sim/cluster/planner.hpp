// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/cluster/chip_spec.hpp"

#include "core/model/run.hpp"
#include "sim/simulate.hpp"

#include <functional>
#include <stop_token>
#include <vector>

namespace waferscope::sim {

/// Fills dp, checks that the degrees belong to the machine, the model and the batch. E-plan.
core::Result<core::ParallelPlan> check_plan(core::ParallelPlan plan, const core::Scenario& scenario, int devices, const core::LlmConfig* llm);

/// A plan that fits, with a time it cannot beat.
struct Candidate {
    core::ParallelPlan plan;
    double bound_s = 0;
};

/// What a search looked at.
struct PlanSearch {
    std::vector<Candidate> candidates;  ///< by rising bound
    std::size_t too_large = 0;          ///< plans left out because they do not fit
    double least_memory = 0;            ///< bytes per chip of the smallest plan seen
};

/// Training plans in powers of two over tp, pp, cp, ep, micro-batch, interleave, recompute and ZeRO whose memory fits.
/// The bound: every stage passes every micro-batch once after the first has come down the pipeline.
PlanSearch training_plans(const core::LlmConfig& model, const core::Scenario& scenario, const ChipSpec& chip, const std::stop_token& stop);

/// Plans of a serving or inference replica: tp, pp, and ep for experts; whether they fit is known after the run.
std::vector<core::ParallelPlan> inference_plans(const core::LlmConfig& model, const core::Scenario& scenario, const ChipSpec& chip);

/// Runs plans and keeps the best.
using RunPlan = std::function<core::Result<core::Run>(const core::ParallelPlan&)>;

/// The fastest plan that fits, with how it was found; E-fit with the memory that was missing.
struct PlanChoice {
    core::ParallelPlan plan;
    std::string how;  ///< in words: how many were compared, what the runner-up loses
};
core::Result<PlanChoice> choose_plan(const core::LlmConfig& model, const core::Scenario& scenario, const ChipSpec& chip, const RunPlan& run, const std::stop_token& stop);

}  // namespace waferscope::sim
