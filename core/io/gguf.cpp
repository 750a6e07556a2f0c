// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf.hpp"

#include "core/io/gguf_header.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace waferscope::core {
namespace {

/// Dimensions out of the metadata, whose keys begin with the architecture's name.
class ConfigReader {
public:
    explicit ConfigReader(const GgufHeader& header) : header_(header) {
        const auto found = header.metadata.find("general.architecture");
        if (found != header.metadata.end()) arch_ = found->second.text;
    }

    /// Nothing when a size that every decoder has is missing or impossible.
    std::optional<LlmConfig> run();
    std::vector<std::string> notes;

private:
    [[nodiscard]] const GgufValue* find(std::string_view key) const {
        const auto found = header_.metadata.find(fmt::format("{}.{}", arch_, key));
        return found == header_.metadata.end() ? nullptr : &found->second;
    }
    std::int64_t size(std::string_view key, std::int64_t fallback, std::int64_t most = 1'000'000'000) {
        const auto* value = find(key);
        if (value == nullptr || !value->is_number) return fallback;
        if (value->uneven)
            notes.push_back(fmt::format("{} differs between layers; the largest, {:.0f}, is used for all.",
                                        key, value->number));
        const bool whole = value->number >= 0 && value->number <= static_cast<double>(most) &&
                           value->number == std::floor(value->number);
        if (!whole) impossible_ = std::string(key);
        return whole ? static_cast<std::int64_t>(value->number) : 0;
    }
    [[nodiscard]] const StoredTensor* tensor(std::string_view name) const {
        const auto found = std::ranges::find(header_.tensors, name, &StoredTensor::name);
        return found == header_.tensors.end() ? nullptr : &*found;
    }
    [[nodiscard]] bool block_has(std::string_view name) const {
        const auto ending = "." + std::string(name);
        return std::ranges::any_of(header_.tensors, [&](const StoredTensor& t) {
            return t.name.starts_with("blk.") && t.name.ends_with(ending);
        });
    }
    void read_attention(LlmConfig& c);
    void read_ffn(LlmConfig& c);
    void read_outside(LlmConfig& c);

    const GgufHeader& header_;
    std::string_view arch_;
    std::string impossible_;  ///< key with a value no model can have
};

void ConfigReader::read_attention(LlmConfig& c) {
    c.heads = size("attention.head_count", 0);
    c.kv_heads = size("attention.head_count_kv", c.heads);
    c.head_dim = size("attention.key_length", c.heads > 0 ? c.hidden / c.heads : 0);
    c.sliding_window = size("attention.sliding_window", 0);
    c.qkv_bias = block_has("attn_q.bias") || block_has("attn_qkv.bias");
    c.attention_output_bias = block_has("attn_output.bias");
    c.attention_sinks = block_has("attn_sinks.weight") || block_has("attn_sinks");
    c.qk_norm = block_has("attn_q_norm.weight");
    c.kv_lora_rank = size("attention.kv_lora_rank", 0);
    if (c.kv_lora_rank == 0) return;
    c.q_lora_rank = size("attention.q_lora_rank", 0);
    c.qk_rope_head_dim = size("rope.dimension_count", 0);
    // Files of newer converters keep the absorbed widths in key_length and the head's own in *_mla.
    const auto key = size("attention.key_length_mla", c.head_dim);
    c.v_head_dim = size("attention.value_length_mla", size("attention.value_length", 0));
    c.qk_nope_head_dim = std::max<std::int64_t>(0, key - c.qk_rope_head_dim);
    c.head_dim = key;
    if (find("attention.key_length_mla") != nullptr) c.kv_heads = c.heads;
}

void ConfigReader::read_ffn(LlmConfig& c) {
    c.ffn = size("feed_forward_length", 0);
    c.gated_ffn = block_has("ffn_gate.weight") || block_has("ffn_gate_exps.weight");
    c.ffn_bias = block_has("ffn_down.bias");
    c.experts = size("expert_count", 0, 100'000);
    if (c.experts == 0) return;
    c.experts_per_token = std::min(c.experts, size("expert_used_count", 0));
    c.expert_ffn = size("expert_feed_forward_length", c.ffn);
    c.shared_experts = size("expert_shared_count", 0, 1000);
    c.first_dense_layers = std::min(c.layers, size("leading_dense_block_count", 0));
    c.expert_bias = block_has("ffn_down_exps.bias");
    c.router_bias = block_has("exp_probs_b.bias") || block_has("ffn_gate_inp.bias");
    if (c.ffn == 0) c.ffn = c.expert_ffn;
}

void ConfigReader::read_outside(LlmConfig& c) {
    c.vocab = size("vocab_size", 0);
    const auto tokens = header_.metadata.find("tokenizer.ggml.tokens");
    if (c.vocab == 0 && tokens != header_.metadata.end() && tokens->second.is_array)
        c.vocab = static_cast<std::int64_t>(std::min<std::uint64_t>(tokens->second.length, 1'000'000'000));
    const auto* table = tensor("token_embd.weight");
    if (table != nullptr && table->shape.size() == 2) c.vocab = table->shape.front();  // rows that are stored
    c.tied_embeddings = tensor("output.weight") == nullptr;
    if (const auto* positions = tensor("position_embd.weight");
        positions != nullptr && !positions->shape.empty())
        c.learned_positions = positions->shape.front();
    c.norm_has_bias = block_has("attn_norm.bias");
    c.norms_per_layer = 0;
    for (const auto* norm :
         {"attn_norm.weight", "ffn_norm.weight", "post_attention_norm.weight", "post_ffw_norm.weight"})
        c.norms_per_layer += block_has(norm) ? 1 : 0;
    if (c.norms_per_layer == 0) c.norms_per_layer = 2;
}

std::optional<LlmConfig> ConfigReader::run() {
    if (arch_.empty()) return std::nullopt;
    LlmConfig c;
    c.layers = size("block_count", 0, 100'000);
    c.hidden = size("embedding_length", 0);
    read_attention(c);
    read_ffn(c);
    read_outside(c);
    if (!impossible_.empty()) {
        notes.push_back(fmt::format("{}.{} has a value that no model can have.", arch_, impossible_));
        return std::nullopt;
    }
    for (const auto needed : {c.layers, c.hidden, c.heads, c.kv_heads, c.head_dim, c.ffn, c.vocab})
        if (needed < 1) return std::nullopt;
    if (c.experts > 0 && c.experts_per_token < 1) return std::nullopt;
    return c;
}

}  // namespace

bool looks_like_gguf(std::string_view bytes) {
    return bytes.starts_with("GGUF");
}

Result<Workload> read_gguf(std::string_view bytes, const std::string& file) {
    auto header = read_gguf_header(bytes, file);
    if (!header) return tl::unexpected(header.error());
    ConfigReader reader(*header);
    const auto llm = reader.run();
    double stored = 0;
    for (const auto& tensor : header->tensors) stored += tensor.elements();
    auto workload = weight_workload(std::move(header->tensors), llm, "gguf", file);
    if (llm) workload.assumptions.emplace_back("Dimensions come from the metadata of the file.");
    if (llm && !workload.weight_types.empty() && total_parameters(*llm) != stored)
        workload.warnings.push_back(
            fmt::format("The described decoder has {:.0f} parameters, the file stores {:.0f}.",
                        total_parameters(*llm), stored));
    workload.warnings.insert(workload.warnings.end(), reader.notes.begin(), reader.notes.end());
    return workload;
}

}  // namespace waferscope::core
