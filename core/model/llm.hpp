// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace waferscope::core {

/// Dimensions of a decoder (or encoder) transformer; keys of design/cli.md "llm".
/// Every count is in elements. A zero means "this model has none of it".
struct LlmConfig {
    std::int64_t layers = 0, hidden = 0, heads = 0, kv_heads = 0, head_dim = 0, ffn = 0, vocab = 0;
    bool gated_ffn = false;
    std::int64_t experts = 0, experts_per_token = 0, shared_experts = 0, expert_ffn = 0;
    std::int64_t first_dense_layers = 0;  ///< leading layers with a dense FFN in a mixture-of-experts model
    bool tied_embeddings = false;
    // Multi-head latent attention (DeepSeek): kv_lora_rank > 0 switches it on.
    std::int64_t q_lora_rank = 0, kv_lora_rank = 0, qk_rope_head_dim = 0, qk_nope_head_dim = 0, v_head_dim = 0;
    std::int64_t sliding_window = 0;          ///< tokens a windowed layer looks back; 0 = none
    std::int64_t sliding_window_pattern = 0;  ///< every n-th layer is global; 0 = all layers alike

    // What only exact parameter counts need; generators of timing ignore it.
    bool qkv_bias = false, attention_output_bias = false, ffn_bias = false, expert_bias = false;
    bool router_bias = false, attention_sinks = false, qk_norm = false;
    std::int64_t norms_per_layer = 2;       ///< norms over `hidden` in each layer
    bool norm_has_bias = false;             ///< LayerNorm (2 h) against RMSNorm (h)
    bool final_norm = true;
    std::int64_t learned_positions = 0;     ///< rows of a learned position table
    std::int64_t token_types = 0;           ///< rows of a segment table (BERT)
    bool embedding_norm = false;            ///< a norm after the embeddings (BERT)
    bool pooler = false;                    ///< dense h x h + h after the last layer (BERT)
    bool has_head = true;                   ///< false: no output projection (plain BERT encoder)
    friend bool operator==(const LlmConfig&, const LlmConfig&) = default;
};

/// Exact number of stored parameters.
double total_parameters(const LlmConfig& config);

/// Parameters one token touches: routed experts count experts_per_token times.
/// By the convention of the published figures (data/hf/expected.json).
double active_parameters(const LlmConfig& config);

/// Key and value bytes one token leaves behind, at `bytes_per_value` per element.
double kv_bytes_per_token(const LlmConfig& config, double bytes_per_value);

/// MACs of one token's forward pass at `context` tokens already cached, head included.
double macs_per_token(const LlmConfig& config, double context);

}  // namespace waferscope::core
