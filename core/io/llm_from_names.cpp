// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/llm_from_names.hpp"

#include <fmt/format.h>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>

namespace waferscope::core {
namespace {

constexpr std::int64_t kMaxLayers = 100'000, kMaxSize = 1'000'000'000;

/// Shapes by the part of the name behind "layers.N.", of the first layer that has it; and of what is outside.
struct Parts {
    std::map<std::string, const StoredTensor*, std::less<>> layer, outside;
    std::int64_t layers = 0, experts = 0;
    std::int64_t dense_layers = 0;  ///< layers with a plain FFN beside those with experts
    bool alike = true;              ///< every layer's tensor has the shape of the first

    [[nodiscard]] const StoredTensor* find(std::string_view name) const {
        const auto found = layer.find(name);
        return found == layer.end() ? nullptr : found->second;
    }
    [[nodiscard]] std::int64_t size(std::string_view name, std::size_t axis) const {
        const auto* tensor = find(name);
        return tensor != nullptr && axis < tensor->shape.size() ? tensor->shape[axis] : 0;
    }
};

/// Reads a number and the dot behind it off the front of `text`; -1 when there is none.
std::int64_t take_index(std::string_view& text) {
    std::int64_t index = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc() || end == text.data() + text.size() || *end != '.' || index < 0) return -1;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return index;
}

/// "experts.*.up_proj.weight" for the expert in the middle of a name; counts the experts.
std::string without_expert(std::string_view name, std::int64_t& experts) {
    constexpr std::string_view kMark = "experts.";
    const auto at = name.find(kMark);
    if (at == std::string_view::npos || name.substr(0, at).ends_with("shared_")) return std::string(name);
    auto rest = name.substr(at + kMark.size());
    const auto index = take_index(rest);
    if (index < 0) return std::string(name);
    experts = std::max(experts, index + 1);
    return std::string("experts.").append(rest);
}

Parts parts_of(const std::vector<StoredTensor>& tensors) {
    Parts parts;
    constexpr std::string_view kMark = "layers.";
    for (const auto& tensor : tensors) {
        const std::string_view name = tensor.name;
        const auto at = name.find(kMark);
        auto rest = at == std::string_view::npos ? std::string_view() : name.substr(at + kMark.size());
        const auto index = at == std::string_view::npos ? -1 : take_index(rest);
        if (index < 0) {
            parts.outside.emplace(name, &tensor);
            continue;
        }
        parts.layers = std::max(parts.layers, index + 1);
        const auto [found, fresh] = parts.layer.emplace(without_expert(rest, parts.experts), &tensor);
        if (!fresh && found->second->shape != tensor.shape) parts.alike = false;
        if (rest == "mlp.down_proj.weight") ++parts.dense_layers;
    }
    return parts;
}

const StoredTensor* outside(const Parts& parts, std::string_view ending) {
    for (const auto& [name, tensor] : parts.outside)
        if (name.ends_with(ending)) return tensor;
    return nullptr;
}

/// Names of an expert's matrices: first in, out, then the gate.
struct ExpertNames {
    std::string_view up, down, gate;
};
constexpr std::array kExpertNames{
    ExpertNames{"experts.up_proj.weight", "experts.down_proj.weight", "experts.gate_proj.weight"},
    ExpertNames{"experts.w3.weight", "experts.w2.weight", "experts.w1.weight"},
};

bool read_ffn(const Parts& parts, LlmConfig& c) {
    c.ffn = parts.size("mlp.up_proj.weight", 0);
    c.gated_ffn = parts.find("mlp.gate_proj.weight") != nullptr;
    if (parts.experts == 0) return c.ffn > 0 && parts.size("mlp.down_proj.weight", 1) == c.ffn;
    for (const auto& names : kExpertNames) {
        if (parts.size(names.up, 0) == 0) continue;
        c.expert_ffn = parts.size(names.up, 0);
        c.gated_ffn = parts.find(names.gate) != nullptr;
        c.experts = parts.experts;
        c.first_dense_layers = parts.dense_layers;
        if (c.ffn == 0) c.ffn = c.expert_ffn;
        const auto shared = parts.size("mlp.shared_experts.up_proj.weight", 0);
        c.shared_experts = shared / c.expert_ffn;
        return parts.size(names.down, 1) == c.expert_ffn;
    }
    return false;
}

void read_head_size(const Parts& parts, std::int64_t q_width, std::int64_t kv_width, NamedLlm& llm) {
    auto& c = llm.config;
    c.head_dim = parts.size("self_attn.q_norm.weight", 0);
    c.qk_norm = c.head_dim > 0 && c.head_dim < q_width;
    if (!c.qk_norm || q_width % c.head_dim != 0 || kv_width % c.head_dim != 0) {
        const auto fits = [&](std::int64_t size) { return q_width % size == 0 && kv_width % size == 0; };
        c.head_dim = c.hidden >= 2048 && fits(128) ? 128 : fits(64) ? 64 : std::gcd(q_width, kv_width);
        llm.guesses.push_back(fmt::format(
            "The number of heads is in no tensor shape: {} values per head are assumed. config.json says it.",
            c.head_dim));
    }
    c.heads = q_width / c.head_dim;
    c.kv_heads = kv_width / c.head_dim;
}

}  // namespace

std::optional<NamedLlm> llm_from_names(const std::vector<StoredTensor>& tensors) {
    const auto parts = parts_of(tensors);
    NamedLlm llm;
    auto& c = llm.config;
    const auto* table = outside(parts, "embed_tokens.weight");
    if (table == nullptr || table->shape.size() != 2 || !parts.alike || parts.layers == 0)
        return std::nullopt;
    if (parts.layers > kMaxLayers || parts.experts > kMaxLayers) return std::nullopt;
    c.layers = parts.layers;
    c.vocab = table->shape[0];
    c.hidden = table->shape[1];
    const auto q_width = parts.size("self_attn.q_proj.weight", 0);
    const auto kv_width = parts.size("self_attn.k_proj.weight", 0);
    if (q_width < 1 || kv_width < 1 || parts.size("self_attn.q_proj.weight", 1) != c.hidden ||
        parts.size("self_attn.v_proj.weight", 0) != kv_width ||
        parts.size("self_attn.o_proj.weight", 1) != q_width)
        return std::nullopt;
    if (!read_ffn(parts, c)) return std::nullopt;
    for (const auto size : {c.vocab, c.hidden, c.ffn, q_width})
        if (size < 1 || size > kMaxSize) return std::nullopt;
    read_head_size(parts, q_width, kv_width, llm);
    c.qkv_bias = parts.find("self_attn.q_proj.bias") != nullptr;
    c.attention_output_bias = parts.find("self_attn.o_proj.bias") != nullptr;
    c.ffn_bias = parts.find("mlp.down_proj.bias") != nullptr;
    c.tied_embeddings = outside(parts, "lm_head.weight") == nullptr;
    c.norms_per_layer = 0;
    for (const auto& [name, tensor] : parts.layer)
        if (name.ends_with("layernorm.weight")) ++c.norms_per_layer;
    c.norm_has_bias = parts.find("input_layernorm.bias") != nullptr;
    if (c.experts > 0) {
        c.experts_per_token = std::min<std::int64_t>(2, c.experts);
        llm.guesses.push_back(fmt::format(
            "How many of {} experts a token uses is in no tensor shape: {} are assumed. config.json says it.",
            c.experts, c.experts_per_token));
    }
    const double stored = [&] {
        double sum = 0;
        for (const auto& tensor : tensors) sum += tensor.elements();
        return sum;
    }();
    if (total_parameters(c) != stored)
        llm.guesses.push_back(fmt::format(
            "The recognised decoder has {:.0f} parameters, the file {:.0f}: part of it is not modelled.",
            total_parameters(c), stored));
    return llm;
}

}  // namespace waferscope::core
