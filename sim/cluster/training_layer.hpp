// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/scenario.hpp"
#include "sim/cluster/chip_spec.hpp"

namespace waferscope::sim {

/// What one layer of a training step costs one device for one micro-batch.
struct TrainingLayer {
    double forward_s = 0, backward_s = 0;        ///< kernels or their launch floor; recomputation is in backward
    double forward_sum_s = 0, backward_sum_s = 0;  ///< tensor-parallel, context-parallel and expert traffic, not hidden
    double hidden_sum_s = 0;                     ///< tensor-parallel traffic behind products, both ways
    double flops = 0;                            ///< forward, executed
    double bytes = 0;                            ///< forward memory traffic
    double sum_bytes = 0;                        ///< sent by one device, forward
    double parameters = 0;                       ///< held by one device, before ZeRO-3
    double recomputed = 0;                       ///< share of forward arithmetic done again
};

TrainingLayer training_layer(const core::LlmConfig& model, const core::Scenario& scenario, const core::ParallelPlan& plan, const ChipSpec& chip);

/// Output projection and loss of one micro-batch.
struct HeadTime {
    double forward_s = 0, backward_s = 0;
};
HeadTime training_head(const core::LlmConfig& model, const core::Scenario& scenario, const core::ParallelPlan& plan, const ChipSpec& chip);

}  // namespace waferscope::sim
