// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/llm.hpp"

#include <algorithm>

namespace waferscope::core {
namespace {

// Counts up to 1e12 parameters are exact in a double (53 bits), so every sum below is exact.
double real(std::int64_t value) {
    return static_cast<double>(value);
}

double norm_parameters(const LlmConfig& c) {
    return real(c.hidden) * (c.norm_has_bias ? 2 : 1);
}

/// Matrices of one attention block; equal to its MACs per token apart from scores and values.
double attention_matrices(const LlmConfig& c) {
    const double h = real(c.hidden);
    if (c.kv_lora_rank == 0) {
        const double q_width = real(c.heads) * real(c.head_dim),
                     kv_width = real(c.kv_heads) * real(c.head_dim);
        return h * (q_width + 2 * kv_width) + q_width * h;
    }
    const double q_width = real(c.heads) * real(c.qk_nope_head_dim + c.qk_rope_head_dim);
    const double q = c.q_lora_rank > 0 ? (h + q_width) * real(c.q_lora_rank) : h * q_width;
    const double kv = h * real(c.kv_lora_rank + c.qk_rope_head_dim) +
                      real(c.kv_lora_rank) * real(c.heads) * real(c.qk_nope_head_dim + c.v_head_dim);
    return q + kv + real(c.heads) * real(c.v_head_dim) * h;
}

/// Vectors of one attention block: biases, sinks, inner norms.
double attention_vectors(const LlmConfig& c) {
    double sum = 0;
    if (c.qkv_bias && c.kv_lora_rank == 0) sum += real(c.heads + 2 * c.kv_heads) * real(c.head_dim);
    if (c.attention_output_bias) sum += real(c.hidden);
    if (c.attention_sinks) sum += real(c.heads);
    if (c.qk_norm) sum += 2 * real(c.head_dim);
    if (c.kv_lora_rank > 0) sum += real(c.kv_lora_rank + c.q_lora_rank);
    return sum;
}

double ffn_matrices(const LlmConfig& c, std::int64_t width) {
    return real(c.gated_ffn ? 3 : 2) * real(c.hidden) * real(width);
}
double ffn_biases(const LlmConfig& c, std::int64_t width) {
    return real(c.gated_ffn ? 2 : 1) * real(width) + real(c.hidden);
}

std::int64_t expert_width(const LlmConfig& c) {
    return c.expert_ffn > 0 ? c.expert_ffn : c.ffn;
}
std::int64_t moe_layers(const LlmConfig& c) {
    return c.experts > 0 ? std::max<std::int64_t>(0, c.layers - c.first_dense_layers) : 0;
}

double dense_ffn_parameters(const LlmConfig& c) {
    return ffn_matrices(c, c.ffn) + (c.ffn_bias ? ffn_biases(c, c.ffn) : 0);
}

/// A mixture block in which `counted` routed experts are counted.
double moe_parameters(const LlmConfig& c, std::int64_t counted) {
    const std::int64_t width = expert_width(c);
    const double expert = ffn_matrices(c, width) + (c.expert_bias ? ffn_biases(c, width) : 0);
    const double router = real(c.experts) * real(c.hidden) + (c.router_bias ? real(c.experts) : 0);
    return real(counted) * expert + ffn_matrices(c, c.shared_experts * width) + router;
}

double outer_parameters(const LlmConfig& c) {
    const double h = real(c.hidden);
    double sum = h * real(c.vocab + c.learned_positions + c.token_types);
    if (c.embedding_norm) sum += norm_parameters(c);
    if (c.final_norm) sum += norm_parameters(c);
    if (c.pooler) sum += h * h + h;
    if (c.has_head && !c.tied_embeddings) sum += h * real(c.vocab);
    return sum;
}

double parameters(const LlmConfig& c, std::int64_t counted_experts) {
    const double attention = attention_matrices(c) + attention_vectors(c);
    const double norms = real(c.norms_per_layer) * norm_parameters(c);
    const auto moe = moe_layers(c);
    return outer_parameters(c) + real(c.layers) * (attention + norms) +
           real(c.layers - moe) * dense_ffn_parameters(c) + real(moe) * moe_parameters(c, counted_experts);
}

/// Width of all scores and all values of one token against one cached token.
double score_and_value_width(const LlmConfig& c) {
    const auto per_head =
        c.kv_lora_rank > 0 ? c.qk_nope_head_dim + c.qk_rope_head_dim + c.v_head_dim : 2 * c.head_dim;
    return real(c.heads) * real(per_head);
}

}  // namespace

double total_parameters(const LlmConfig& config) {
    return parameters(config, config.experts);
}

double active_parameters(const LlmConfig& config) {
    return parameters(config, std::min(config.experts, config.experts_per_token));
}

double kv_bytes_per_token(const LlmConfig& config, double bytes_per_value) {
    const auto values = config.kv_lora_rank > 0 ? config.kv_lora_rank + config.qk_rope_head_dim
                                                : 2 * config.kv_heads * config.head_dim;
    return real(config.layers) * real(values) * bytes_per_value;
}

double macs_per_token(const LlmConfig& config, double context) {
    const auto moe = moe_layers(config);
    const double moe_block =
        real(config.experts) * real(config.hidden) +
        ffn_matrices(config, (config.experts_per_token + config.shared_experts) * expert_width(config));
    double sum = real(config.layers) * attention_matrices(config) +
                 real(config.layers - moe) * ffn_matrices(config, config.ffn) + real(moe) * moe_block;
    if (config.pooler) sum += real(config.hidden) * real(config.hidden);
    if (config.has_head) sum += real(config.hidden) * real(config.vocab);

    const auto global = config.sliding_window == 0          ? config.layers
                        : config.sliding_window_pattern > 0 ? config.layers / config.sliding_window_pattern
                                                            : 0;
    const double window = std::min(context, real(config.sliding_window));
    return sum +
           score_and_value_width(config) * (real(global) * context + real(config.layers - global) * window);
}

}  // namespace waferscope::core
