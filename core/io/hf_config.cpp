// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hf_config.hpp"

#include "core/io/json_reader.hpp"
#include "core/model/llm_graph.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>

namespace waferscope::core {
namespace {

using Json = nlohmann::ordered_json;
using Keys = std::initializer_list<std::string_view>;

constexpr std::int64_t kMaxSize = 1'000'000'000;
constexpr std::int64_t kMaxLayers = 100'000;

/// What a model_type implies without saying so in the file.
struct Family {
    std::string_view model_type;
    bool layer_norm = false;  ///< LayerNorm with bias and biases in every projection (GPT-2, BERT)
    bool encoder = false;     ///< token types, embedding norm, pooler; no final norm, no head
    bool learned_positions = false;
    bool tied = false;
    bool gated = true;
    bool qkv_bias = false;
    bool mixture_bias = false;  ///< experts and router carry biases (gpt-oss)
    std::int64_t norms = 2;
    bool qk_norm = false;
};

constexpr std::array kFamilies{
    Family{.model_type = "gpt2", .layer_norm = true, .learned_positions = true, .tied = true, .gated = false},
    Family{
        .model_type = "bert", .layer_norm = true, .encoder = true, .learned_positions = true, .gated = false},
    Family{.model_type = "gemma", .tied = true},
    Family{.model_type = "gemma2", .tied = true, .norms = 4},
    Family{.model_type = "gemma3", .tied = true, .norms = 4, .qk_norm = true},
    Family{.model_type = "gemma3_text", .tied = true, .norms = 4, .qk_norm = true},
    Family{.model_type = "qwen2", .qkv_bias = true},
    Family{.model_type = "qwen2_moe", .qkv_bias = true},
    Family{.model_type = "qwen3", .qk_norm = true},
    Family{.model_type = "qwen3_moe", .qk_norm = true},
    Family{.model_type = "gpt_oss", .mixture_bias = true},
};

Family family_of(const std::string& model_type) {
    const auto found = std::ranges::find(kFamilies, model_type, &Family::model_type);
    return found == kFamilies.end() ? Family{} : *found;
}

/// Tolerant reading: foreign keys are none of our business, wrong types are.
class Reader {
public:
    Reader(const Json& object, std::string pointer, JsonContext& context)
        : object_(object), pointer_(std::move(pointer)), context_(context) {}

    [[nodiscard]] const Json* find(Keys keys) {
        for (const auto key : keys) {
            const auto found = object_.find(key);
            if (found == object_.end() || found->is_null()) continue;
            last_ = pointer_ + "/" + std::string(key);
            return &*found;
        }
        return nullptr;
    }

    std::int64_t size(Keys keys, std::int64_t fallback, std::int64_t max = kMaxSize) {
        const Json* value = find(keys);
        if (value == nullptr) return fallback;
        const double number = value->is_number() ? value->get<double>() : -1;
        if (number >= 0 && number <= static_cast<double>(max) && number == std::floor(number))
            return static_cast<std::int64_t>(number);
        context_.refuse(ErrorCode::range,
                        fmt::format("{} is {}; allowed is 0 to {}.", last_, value->dump().substr(0, 40), max),
                        last_, "is this the config.json of a language model?");
        return fallback;
    }

    std::int64_t required(Keys keys, std::int64_t max = kMaxSize) {
        const auto value = size(keys, 0, max);
        if (value == 0)
            context_.refuse(ErrorCode::value, fmt::format("\"{}\" is missing or zero.", *keys.begin()),
                            pointer_ + "/" + std::string(*keys.begin()),
                            "is this the config.json of a language model?");
        return value;
    }

    bool flag(Keys keys, bool fallback) {
        const Json* value = find(keys);
        return value != nullptr && value->is_boolean() ? value->get<bool>() : fallback;
    }

    std::string word(Keys keys) {
        const Json* value = find(keys);
        return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
    }

private:
    const Json& object_;
    std::string pointer_, last_;
    JsonContext& context_;
};

void read_attention(Reader& in, const Family& family, LlmConfig& c) {
    c.heads = in.required({"num_attention_heads", "n_head"});
    c.kv_heads = in.size({"num_key_value_heads", "num_kv_heads"}, c.heads);
    if (in.flag({"multi_query"}, false)) c.kv_heads = 1;
    c.head_dim = in.size({"head_dim"}, c.heads > 0 ? c.hidden / c.heads : 0);
    const bool bias = in.flag({"attention_bias"}, family.layer_norm);
    c.qkv_bias = in.flag({"attention_qkv_bias", "qkv_bias"}, bias || family.qkv_bias);
    c.attention_output_bias = bias;
    c.attention_sinks = in.flag({"attention_sinks"}, family.mixture_bias);
    c.qk_norm = in.flag({"qk_norm"}, family.qk_norm);

    c.kv_lora_rank = in.size({"kv_lora_rank"}, 0);
    if (c.kv_lora_rank == 0) return;
    c.q_lora_rank = in.size({"q_lora_rank"}, 0);
    c.qk_rope_head_dim = in.size({"qk_rope_head_dim"}, 0);
    c.qk_nope_head_dim = in.required({"qk_nope_head_dim"});
    c.v_head_dim = in.required({"v_head_dim"});
    c.head_dim = in.size({"head_dim"}, c.qk_nope_head_dim + c.qk_rope_head_dim);
}

/// layer_types says which layers look at a window: a list of words, or a sentence about alternation.
void read_window(Reader& in, LlmConfig& c) {
    if (!in.flag({"use_sliding_window"}, true)) return;
    c.sliding_window = in.size({"sliding_window"}, 0);
    if (c.sliding_window == 0) return;
    c.sliding_window_pattern = in.size({"sliding_window_pattern", "_sliding_window_pattern"}, 0);
    const Json* types = in.find({"layer_types"});
    if (types == nullptr) return;
    if (types->is_array()) {
        const auto global = std::ranges::find(*types, Json("full_attention"));
        if (global == types->begin() && !types->empty())
            c.sliding_window = 0;  // starts with a global layer: all count as global
        else if (global != types->end())
            c.sliding_window_pattern = (global - types->begin()) + 1;
    } else if (types->is_string() && types->get<std::string>().find("alternating") != std::string::npos) {
        c.sliding_window_pattern = 2;
    }
}

void read_ffn(Reader& in, const Family& family, LlmConfig& c) {
    c.gated_ffn = in.flag({"gated_ffn"}, family.gated);
    c.experts = in.size({"num_local_experts", "n_routed_experts", "num_experts"}, 0);
    c.ffn = in.size({"intermediate_size", "n_inner", "ffn_dim"}, 4 * c.hidden);
    c.ffn_bias = in.flag({"mlp_bias"}, family.layer_norm);
    if (c.experts == 0) return;
    c.experts_per_token = in.required({"num_experts_per_tok", "experts_per_token", "num_experts_per_token"});
    c.expert_ffn = in.size({"moe_intermediate_size"}, c.ffn);
    c.shared_experts = in.size({"n_shared_experts", "num_shared_experts"}, 0);
    c.first_dense_layers = std::min(c.layers, in.size({"first_k_dense_replace"}, 0));
    c.expert_bias = family.mixture_bias;
    // DeepSeek keeps a correction bias per expert; n_group marks its grouped router.
    c.router_bias = family.mixture_bias || in.find({"n_group"}) != nullptr;
}

void read_outside(Reader& in, const Family& family, LlmConfig& c) {
    c.vocab = in.required({"vocab_size"});
    c.tied_embeddings = in.flag({"tie_word_embeddings"}, family.tied);
    c.norms_per_layer = in.size({"norms_per_layer"}, family.norms, 16);
    c.norm_has_bias = family.layer_norm;
    if (family.learned_positions)
        c.learned_positions = in.size({"max_position_embeddings", "n_positions", "n_ctx"}, 0);
    if (!family.encoder) return;
    c.token_types = in.size({"type_vocab_size"}, 0);
    c.embedding_norm = true;
    c.final_norm = false;
    c.pooler = true;
    c.has_head = false;
}

}  // namespace

Result<LlmConfig> read_hf_config(std::string_view text, const std::string& file) {
    const auto parsed = parse_json(text, file);
    if (!parsed) return tl::unexpected(parsed.error());
    if (!parsed->is_object())
        return fail(ErrorCode::format, "A JSON object {...} was expected.", file + ":/");

    JsonContext context{.file = file};
    const auto nested = parsed->find("text_config");
    const bool inner = nested != parsed->end() && nested->is_object();
    Reader in(inner ? *nested : *parsed, inner ? "/text_config" : "", context);
    Reader top(*parsed, "", context);
    auto type = in.word({"model_type"});
    if (type.empty()) type = top.word({"model_type"});
    const Family family = family_of(type);

    LlmConfig config;
    config.layers = in.required({"num_hidden_layers", "n_layer", "num_layers"}, kMaxLayers);
    config.hidden = in.required({"hidden_size", "n_embd", "d_model"});
    read_attention(in, family, config);
    read_window(in, config);
    read_ffn(in, family, config);
    read_outside(in, family, config);
    if (context.error) return tl::unexpected(*context.error);
    return config;
}

Result<Workload> read_hf_workload(std::string_view text, const std::string& file) {
    const auto config = read_hf_config(text, file);
    if (!config) return tl::unexpected(config.error());
    Workload workload = make_llm_workload(*config, {.pass = LlmPass::decode, .batch = 1, .seq = 1});
    workload.format = "hf_config";
    workload.source = file;
    workload.assumptions.emplace_back("Figures are for the forward pass of one token.");
    return workload;
}

}  // namespace waferscope::core
