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

/// Sequences of one group when the pipeline stages of a replica work on different groups at once: a stage's time is
/// 1/pp of a group's, so pp groups fill the pipeline and each group takes its own latency per token.
double sequences_per_group(double sequences, const core::ParallelPlan& plan);

/// Weight bytes of one replica, and KV bytes of one token in it.
double replica_weight_bytes(const core::LlmConfig& model, core::Precision precision);
double replica_kv_bytes(const core::LlmConfig& model, const core::Scenario& scenario);

}  // namespace waferscope::sim
