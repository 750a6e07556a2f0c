// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/scenario.hpp"

namespace waferscope::sim {

/// Whether the scenario trains low-rank adapters only (Hu et al. 2021): the matrices themselves are frozen, so their
/// weight gradients, gradient sums and optimiser state fall away.
inline bool trains_adapters(const core::Scenario& scenario) { return scenario.phase == core::Phase::finetune && scenario.options.lora; }

/// Parameters of adapters of rank r on every matrix of attention and of dense and shared feed-forward layers,
/// r (inputs + outputs) each; routed experts have none. Whole model.
double adapter_parameters(const core::LlmConfig& model, int rank);

}  // namespace waferscope::sim
