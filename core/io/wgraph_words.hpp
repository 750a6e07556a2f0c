// SPDX-License-Identifier: GPL-3.0-or-later
// Words and keys of the native graph format, shared by its reader and writer. Included by .cpp files of
// core/io only.
#pragma once

#include "core/model/workload.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

inline constexpr std::string_view kWgraphFormat = "waferscope.workload";
inline constexpr std::array<std::string_view, 3> kPassWords{"forward", "backward", "optimizer"};
inline constexpr std::array<std::string_view, 3> kProvenanceWords{"inferred", "declared", "measured"};
/// In the order of TensorKind; those behind it are read as activations and kept as they were written.
inline constexpr std::array<std::string_view, 8> kTensorWords{"activation", "weight", "input", "output",
                                                              "constant",   "kv",     "grad",  "opt"};
inline constexpr std::size_t kTensorKinds = 5;
inline constexpr std::array<std::string_view, 6> kCommWords{"all_reduce", "all_gather", "reduce_scatter",
                                                            "all_to_all", "broadcast",  "send_recv"};

/// dtype_name of every type and op_kind_name of every kind, in order.
const std::array<std::string_view, 15>& dtype_words();
const std::array<std::string_view, 17>& kind_words();

/// The symbols of a dimension like "batch*12 + past".
std::vector<std::string> names_in_expression(std::string_view expression);

/// A key and the member it fills.
template <class Struct, class Value>
struct Field {
    std::string_view key;
    Value Struct::* member = nullptr;
};

inline constexpr std::array<Field<ConvDims, std::int64_t>, 11> kConvFields{{
    {"batch", &ConvDims::batch},
    {"in_height", &ConvDims::in_height},
    {"in_width", &ConvDims::in_width},
    {"in_channels", &ConvDims::in_channels},
    {"out_height", &ConvDims::out_height},
    {"out_width", &ConvDims::out_width},
    {"out_channels", &ConvDims::out_channels},
    {"kernel_height", &ConvDims::kernel_height},
    {"kernel_width", &ConvDims::kernel_width},
    {"stride", &ConvDims::stride},
    {"groups", &ConvDims::groups},
}};
inline constexpr std::array<Field<GemmDims, std::int64_t>, 4> kGemmFields{{
    {"batch", &GemmDims::batch},
    {"m", &GemmDims::m},
    {"n", &GemmDims::n},
    {"k", &GemmDims::k},
}};
inline constexpr std::array<Field<Operator, double>, 6> kFigureFields{{
    {"macs", &Operator::macs},
    {"other_ops", &Operator::other_ops},
    {"read_bytes", &Operator::read_bytes},
    {"write_bytes", &Operator::write_bytes},
    {"weight_bytes", &Operator::weight_bytes},
    {"parameters", &Operator::parameters},
}};
inline constexpr std::array<Field<LlmConfig, std::int64_t>, 22> kLlmFields{{
    {"layers", &LlmConfig::layers},
    {"hidden", &LlmConfig::hidden},
    {"heads", &LlmConfig::heads},
    {"kv_heads", &LlmConfig::kv_heads},
    {"head_dim", &LlmConfig::head_dim},
    {"ffn", &LlmConfig::ffn},
    {"vocab", &LlmConfig::vocab},
    {"experts", &LlmConfig::experts},
    {"experts_per_token", &LlmConfig::experts_per_token},
    {"shared_experts", &LlmConfig::shared_experts},
    {"expert_ffn", &LlmConfig::expert_ffn},
    {"first_dense_layers", &LlmConfig::first_dense_layers},
    {"q_lora_rank", &LlmConfig::q_lora_rank},
    {"kv_lora_rank", &LlmConfig::kv_lora_rank},
    {"qk_rope_head_dim", &LlmConfig::qk_rope_head_dim},
    {"qk_nope_head_dim", &LlmConfig::qk_nope_head_dim},
    {"v_head_dim", &LlmConfig::v_head_dim},
    {"sliding_window", &LlmConfig::sliding_window},
    {"sliding_window_pattern", &LlmConfig::sliding_window_pattern},
    {"norms_per_layer", &LlmConfig::norms_per_layer},
    {"learned_positions", &LlmConfig::learned_positions},
    {"token_types", &LlmConfig::token_types},
}};
inline constexpr std::array<Field<LlmConfig, bool>, 14> kLlmFlags{{
    {"gated_ffn", &LlmConfig::gated_ffn},
    {"tied_embeddings", &LlmConfig::tied_embeddings},
    {"qkv_bias", &LlmConfig::qkv_bias},
    {"attention_output_bias", &LlmConfig::attention_output_bias},
    {"ffn_bias", &LlmConfig::ffn_bias},
    {"expert_bias", &LlmConfig::expert_bias},
    {"router_bias", &LlmConfig::router_bias},
    {"attention_sinks", &LlmConfig::attention_sinks},
    {"qk_norm", &LlmConfig::qk_norm},
    {"norm_has_bias", &LlmConfig::norm_has_bias},
    {"final_norm", &LlmConfig::final_norm},
    {"embedding_norm", &LlmConfig::embedding_norm},
    {"pooler", &LlmConfig::pooler},
    {"has_head", &LlmConfig::has_head},
}};

}  // namespace waferscope::core
