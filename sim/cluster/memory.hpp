// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "core/model/scenario.hpp"

namespace waferscope::sim {

/// Mean parameters of a layer: matrices only.
double layer_parameters(const core::LlmConfig& model);

/// Of them those of all routed experts, the mean over layers.
double expert_parameters(const core::LlmConfig& model);

/// Weights, gradients and optimiser state of embedding, head and norms on the fuller of the end stages.
double outer_state_bytes(const core::LlmConfig& model, const core::Scenario& scenario, const core::ParallelPlan& plan);

/// Bytes one device holds of the layers in training (the published formulas leave out what outer_state_bytes
/// counts), 16-bit mixed precision with Adam: 2 + 4 + 12 per parameter, activations of
/// stage 0 by Korthikanti et al. 2022, table 2 and section 4.2 (design/cluster.md "FLOPs and memory").
core::MemoryUse training_memory(const core::LlmConfig& model, const core::Scenario& scenario, const core::ParallelPlan& plan);

/// Activation bytes of one layer and micro-batch on one device, `scores` = attention matrix kept.
double activation_bytes_per_layer(const core::LlmConfig& model, double seq, const core::ParallelPlan& plan, bool scores);

}  // namespace waferscope::sim
