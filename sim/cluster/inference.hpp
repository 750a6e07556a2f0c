// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/cluster/work.hpp"

namespace waferscope::sim {

/// One step of an inference engine on one replica: prefill of a chunk or decode of a batch.
struct EngineStep {
    double kernels_s = 0, sums_s = 0;       ///< arithmetic and memory; tensor-parallel and pipeline traffic
    double flops = 0, bytes = 0;            ///< per device
    double memory_s = 0;                    ///< of kernels_s, at the memory rate
    [[nodiscard]] double total_s() const { return kernels_s + sums_s; }
};

EngineStep engine_step(const core::LlmConfig& model, const Tokens& tokens, double sampled, const core::ParallelPlan& plan, const core::Scenario& scenario, const ChipSpec& chip);

/// Weight bytes of one replica, and KV bytes of one token in it.
double replica_weight_bytes(const core::LlmConfig& model, core::Precision precision);
double replica_kv_bytes(const core::LlmConfig& model, const core::Scenario& scenario);

}  // namespace waferscope::sim
