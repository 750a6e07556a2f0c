// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/wafer/wafer_spec.hpp"

namespace waferscope::sim {

/// Kernels on rectangles, every sample passes all of them once per interval (design/wafer_models.md 1-3).
/// Needs a workload graph. E-fit when the kernels do not fit on one wafer.
core::Result<core::Run> simulate_pipelined(const Request& request, const WaferSpec& spec, Detail detail);

/// Weights and KV in SRAM, decode of LLMs on square regions (design/wafer_models.md 6).
core::Result<core::Run> simulate_decode(const Request& request, const WaferSpec& spec, Detail detail);

/// Prompt processing by MeshGEMM on one square region (design/wafer_models.md 6).
core::Result<core::Run> simulate_prefill(const Request& request, const WaferSpec& spec, Detail detail);

/// Time and memory of the scenario's prompts on a square of `side`: all layers, bytes per core of tiles and weights.
struct PromptCost {
    double seconds = 0, bytes = 0;
};
PromptCost prompt_cost(const core::Scenario& scenario, const core::LlmConfig& model, const WaferSpec& spec, int side);
/// The one region on which prefill runs, as the planner places it. E-range for a region larger than the grid.
core::Result<core::RegionPlan> prompt_plan(const core::Scenario& scenario, const core::LlmConfig& model, const WaferSpec& spec);

/// Static batches: prefill, cache hand-over, decode (design/wafer_models.md 6). No per-core series.
core::Result<core::Run> simulate_serve(const Request& request, const WaferSpec& spec);

/// Weights outside, streamed layer by layer to 1..N wafers (design/wafer_models.md 7).
core::Result<core::Run> simulate_streaming(const Request& request, const WaferSpec& spec, Detail detail);

/// E-machine: resident inference needs constants this machine has none of.
tl::unexpected<core::Error> no_calibration(const Request& request);

/// Chooses the mode and fills what all modes share: machine, power, energy.
core::Result<core::Run> simulate_wafer(const Request& request, Detail detail);

}  // namespace waferscope::sim
