// SPDX-License-Identifier: GPL-3.0-or-later
// One row per operator type: how its shapes follow from its inputs, what it costs, which inputs are weights.
// Included by the .cpp files of core/io only.
#pragma once

#include "core/io/shape_context.hpp"

namespace waferscope::core {

using ShapeRule = void (*)(ShapeContext&);
/// Fills dims and MACs of the operator from known shapes. Called after the shape rule.
using CostRule = void (*)(const ShapeContext&, Operator&);

struct OnnxRule {
    std::string_view name;
    OpKind kind = OpKind::other;
    ShapeRule shape = nullptr;
    CostRule cost = nullptr;    ///< nullptr: one operation per output element
    std::uint32_t weights = 0;  ///< bit i: input i is trainable when it is stored in the file
    bool view = false;          ///< the result is input 0 in another form: a weight stays a weight
};

/// The row for an operator type, or nullptr. Domains: "" and "com.microsoft".
const OnnxRule* find_onnx_rule(std::string_view domain, std::string_view name);

// Shape rules, by family. Each sets every output the node names.
namespace rules {

// onnx_rules_math.cpp
void same_as_first(ShapeContext& c);     ///< shape, type and, where it is the identity, values
void identity(ShapeContext& c);          ///< with values
void unary_math(ShapeContext& c);        ///< Neg, Abs, Floor, Ceil, Round, Sqrt, Reciprocal, Not: with values
void broadcast_math(ShapeContext& c);    ///< Add, Sub, Mul, ...: with values
void broadcast_all(ShapeContext& c);     ///< Sum, Min, Max, Mean
void compare(ShapeContext& c);           ///< result is boolean
void boolean_of_first(ShapeContext& c);  ///< IsNaN and kin
void where(ShapeContext& c);
void cast(ShapeContext& c);
void cast_like(ShapeContext& c);
void matmul(ShapeContext& c);
void gemm(ShapeContext& c);
void reduce(ShapeContext& c);
void arg_reduce(ShapeContext& c);
void top_k(ShapeContext& c);
void einsum(ShapeContext& c);

// onnx_rules_nn.cpp
void conv(ShapeContext& c);
void conv_transpose(ShapeContext& c);
void pool(ShapeContext& c);
void global_pool(ShapeContext& c);
void batch_normalization(ShapeContext& c);
void layer_normalization(ShapeContext& c);
void dropout(ShapeContext& c);
void recurrent(ShapeContext& c);
void crop(ShapeContext& c);

// onnx_rules_quant.cpp
void quantize(ShapeContext& c);
void dequantize(ShapeContext& c);
void dynamic_quantize(ShapeContext& c);
void qlinear_conv(ShapeContext& c);
void conv_integer(ShapeContext& c);
void qlinear_matmul(ShapeContext& c);
void matmul_integer(ShapeContext& c);
void qlinear_binary(ShapeContext& c);

// onnx_rules_layout.cpp
void reshape(ShapeContext& c);
void flatten(ShapeContext& c);
void squeeze(ShapeContext& c);
void unsqueeze(ShapeContext& c);
void transpose(ShapeContext& c);
void expand(ShapeContext& c);
void tile(ShapeContext& c);
void pad(ShapeContext& c);
void resize(ShapeContext& c);
void depth_to_space(ShapeContext& c);
void space_to_depth(ShapeContext& c);

// onnx_rules_parts.cpp
void concat(ShapeContext& c);
void split(ShapeContext& c);
void slice(ShapeContext& c);
void gather(ShapeContext& c);
void gather_elements(ShapeContext& c);
void gather_nd(ShapeContext& c);
void one_hot(ShapeContext& c);
void non_zero(ShapeContext& c);
void non_max_suppression(ShapeContext& c);
void compress(ShapeContext& c);

// onnx_rules_source.cpp
void shape_of(ShapeContext& c);
void size_of(ShapeContext& c);
void constant(ShapeContext& c);
void constant_of_shape(ShapeContext& c);
void range(ShapeContext& c);
void random(ShapeContext& c);
void random_like(ShapeContext& c);

// onnx_rules_contrib.cpp
void attention(ShapeContext& c);  ///< com.microsoft
void multi_head_attention(ShapeContext& c);
void group_query_attention(ShapeContext& c);
void onnx_attention(ShapeContext& c);  ///< opset 23
void skip_layer_normalization(ShapeContext& c);
void embed_layer_normalization(ShapeContext& c);
void fused_matmul(ShapeContext& c);
void matmul_nbits(ShapeContext& c);

}  // namespace rules

// Costs: onnx_cost.cpp.
namespace costs {

void conv(const ShapeContext& c, Operator& op);
void qlinear_conv(const ShapeContext& c, Operator& op);
void conv_transpose(const ShapeContext& c, Operator& op);
void gemm(const ShapeContext& c, Operator& op);
void matmul(const ShapeContext& c, Operator& op);
void qlinear_matmul(const ShapeContext& c, Operator& op);
void fused_matmul(const ShapeContext& c, Operator& op);
void matmul_nbits(const ShapeContext& c, Operator& op);
void recurrent(const ShapeContext& c, Operator& op);
void attention(const ShapeContext& c, Operator& op);
void multi_head_attention(const ShapeContext& c, Operator& op);
void group_query_attention(const ShapeContext& c, Operator& op);
void onnx_attention(const ShapeContext& c, Operator& op);
void einsum(const ShapeContext& c, Operator& op);

}  // namespace costs

}  // namespace waferscope::core
