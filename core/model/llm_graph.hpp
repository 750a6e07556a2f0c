// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/llm.hpp"
#include "core/model/workload.hpp"

namespace waferscope::core {

enum class LlmPass : std::uint8_t { train, prefill, decode };

struct LlmGraphRequest {
    LlmPass pass = LlmPass::prefill;
    std::int64_t batch = 1;  ///< sequences
    std::int64_t seq = 1;    ///< tokens of each; for decode the KV length
    Dtype dtype = Dtype::bf16;
};

/// The operators of one pass: embeddings, one block per kind of layer folded by Repeat, final norm, head.
/// Attention is counted in full (no causal halving), windows excepted. Decode with latent attention uses
/// the absorbed form (scores against the compressed cache). `train` adds backward and optimiser.
/// The operators' parameters, repeats included, sum to total_parameters(config).
Workload make_llm_workload(const LlmConfig& config, const LlmGraphRequest& request);

}  // namespace waferscope::core
