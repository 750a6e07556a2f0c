// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_rules.hpp"

#include <algorithm>
#include <array>

namespace waferscope::core {
namespace {

using namespace rules;
using enum OpKind;

constexpr std::uint32_t weight_bits(std::initializer_list<int> inputs) {
    std::uint32_t bits = 0;
    for (const int i : inputs) bits |= 1U << static_cast<unsigned>(i);
    return bits;
}

constexpr std::uint32_t kAllInputs = 0xFFFFU;

template <std::size_t N>
constexpr std::array<OnnxRule, N> sorted(std::array<OnnxRule, N> rows) {
    std::ranges::sort(rows, {}, &OnnxRule::name);
    return rows;
}

// Weights of Add, Mul and Sum are biases and gains; single numbers are never counted (onnx_reader.cpp).
constexpr auto kOnnx = sorted(std::to_array<OnnxRule>({
    // matrices and convolutions
    {"Conv", conv, rules::conv, costs::conv, weight_bits({1, 2})},
    {"ConvTranspose", conv, rules::conv_transpose, costs::conv_transpose, weight_bits({1, 2})},
    {"ConvInteger", conv, conv_integer, costs::conv, weight_bits({1})},
    {"QLinearConv", conv, rules::qlinear_conv, costs::qlinear_conv, weight_bits({3, 8})},
    {"Gemm", OpKind::gemm, rules::gemm, costs::gemm, weight_bits({0, 1, 2})},
    {"MatMul", OpKind::matmul, rules::matmul, costs::matmul, weight_bits({0, 1})},
    {"MatMulInteger", OpKind::matmul, matmul_integer, costs::matmul, weight_bits({0, 1})},
    {"QLinearMatMul", OpKind::matmul, rules::qlinear_matmul, costs::qlinear_matmul, weight_bits({0, 3})},
    {"Einsum", OpKind::matmul, rules::einsum, costs::einsum, weight_bits({0, 1})},
    {"LSTM", OpKind::recurrent, rules::recurrent, costs::recurrent, weight_bits({1, 2, 3, 7})},
    {"GRU", OpKind::recurrent, rules::recurrent, costs::recurrent, weight_bits({1, 2, 3})},
    {"RNN", OpKind::recurrent, rules::recurrent, costs::recurrent, weight_bits({1, 2, 3})},
    {"Attention", OpKind::attention, rules::onnx_attention, costs::onnx_attention},
    // norms
    {"BatchNormalization", norm, batch_normalization, nullptr, weight_bits({1, 2})},
    {"InstanceNormalization", norm, same_as_first, nullptr, weight_bits({1, 2})},
    {"GroupNormalization", norm, same_as_first, nullptr, weight_bits({1, 2})},
    {"LayerNormalization", norm, layer_normalization, nullptr, weight_bits({1, 2})},
    {"SimplifiedLayerNormalization", norm, layer_normalization, nullptr, weight_bits({1})},
    {"RMSNormalization", norm, layer_normalization, nullptr, weight_bits({1})},
    {"LRN", norm, same_as_first},
    {"LpNormalization", norm, same_as_first},
    {"MeanVarianceNormalization", norm, same_as_first},
    {"Softmax", OpKind::softmax, same_as_first},
    {"LogSoftmax", OpKind::softmax, same_as_first},
    {"Hardmax", OpKind::softmax, same_as_first},
    // element by element, one operand
    {"Relu", activation, same_as_first},
    {"LeakyRelu", activation, same_as_first},
    {"Elu", activation, same_as_first},
    {"Celu", activation, same_as_first},
    {"Selu", activation, same_as_first},
    {"ThresholdedRelu", activation, same_as_first},
    {"Sigmoid", activation, same_as_first},
    {"HardSigmoid", activation, same_as_first},
    {"HardSwish", activation, same_as_first},
    {"Swish", activation, same_as_first},
    {"Mish", activation, same_as_first},
    {"Gelu", activation, same_as_first},
    {"Softplus", activation, same_as_first},
    {"Softsign", activation, same_as_first},
    {"Tanh", activation, same_as_first},
    {"Erf", activation, same_as_first},
    {"Exp", activation, same_as_first},
    {"Log", activation, same_as_first},
    {"Sin", activation, same_as_first},
    {"Cos", activation, same_as_first},
    {"Tan", activation, same_as_first},
    {"Asin", activation, same_as_first},
    {"Acos", activation, same_as_first},
    {"Atan", activation, same_as_first},
    {"Sinh", activation, same_as_first},
    {"Cosh", activation, same_as_first},
    {"Asinh", activation, same_as_first},
    {"Acosh", activation, same_as_first},
    {"Atanh", activation, same_as_first},
    {"Sign", activation, same_as_first},
    {"Shrink", activation, same_as_first},
    {"Clip", activation, same_as_first},
    {"Scaler", activation, same_as_first},
    {"Normalizer", activation, same_as_first},
    {"ImageScaler", activation, same_as_first},
    {"Affine", activation, same_as_first},
    {"ScaledTanh", activation, same_as_first},
    {"ParametricSoftplus", activation, same_as_first},
    {"BitwiseNot", activation, same_as_first},
    {"CumSum", activation, same_as_first},
    {"Sqrt", activation, unary_math},
    {"Reciprocal", activation, unary_math},
    {"Neg", activation, unary_math},
    {"Abs", activation, unary_math},
    {"Floor", activation, unary_math},
    {"Ceil", activation, unary_math},
    {"Round", activation, unary_math},
    {"Not", activation, unary_math},
    {"IsNaN", activation, boolean_of_first},
    {"IsInf", activation, boolean_of_first},
    {"Dropout", activation, dropout},
    {"Cast", activation, cast, nullptr, 0, true},
    {"CastLike", activation, cast_like},
    {"QuantizeLinear", activation, quantize, nullptr, 0, true},
    {"DequantizeLinear", activation, dequantize, nullptr, 0, true},
    {"DynamicQuantizeLinear", activation, dynamic_quantize},
    // element by element, more operands
    {"Add", elementwise, broadcast_math, nullptr, weight_bits({0, 1})},
    {"Mul", elementwise, broadcast_math, nullptr, weight_bits({0, 1})},
    {"Sum", elementwise, broadcast_all, nullptr, kAllInputs},
    {"PRelu", elementwise, same_as_first, nullptr, weight_bits({1})},
    {"Sub", elementwise, broadcast_math},
    {"Div", elementwise, broadcast_math},
    {"Pow", elementwise, broadcast_math},
    {"Mod", elementwise, broadcast_math},
    {"BitShift", elementwise, broadcast_math},
    {"BitwiseAnd", elementwise, broadcast_math},
    {"BitwiseOr", elementwise, broadcast_math},
    {"BitwiseXor", elementwise, broadcast_math},
    {"Min", elementwise, broadcast_all},
    {"Max", elementwise, broadcast_all},
    {"Mean", elementwise, broadcast_all},
    {"And", elementwise, compare},
    {"Or", elementwise, compare},
    {"Xor", elementwise, compare},
    {"Equal", elementwise, compare},
    {"Less", elementwise, compare},
    {"Greater", elementwise, compare},
    {"LessOrEqual", elementwise, compare},
    {"GreaterOrEqual", elementwise, compare},
    {"Where", elementwise, where},
    // pools and reductions
    {"MaxPool", OpKind::pool, rules::pool},
    {"AveragePool", OpKind::pool, rules::pool},
    {"LpPool", OpKind::pool, rules::pool},
    {"GlobalAveragePool", OpKind::pool, global_pool},
    {"GlobalMaxPool", OpKind::pool, global_pool},
    {"GlobalLpPool", OpKind::pool, global_pool},
    {"ReduceMean", OpKind::reduce, rules::reduce},
    {"ReduceSum", OpKind::reduce, rules::reduce},
    {"ReduceMax", OpKind::reduce, rules::reduce},
    {"ReduceMin", OpKind::reduce, rules::reduce},
    {"ReduceProd", OpKind::reduce, rules::reduce},
    {"ReduceL1", OpKind::reduce, rules::reduce},
    {"ReduceL2", OpKind::reduce, rules::reduce},
    {"ReduceLogSum", OpKind::reduce, rules::reduce},
    {"ReduceLogSumExp", OpKind::reduce, rules::reduce},
    {"ReduceSumSquare", OpKind::reduce, rules::reduce},
    {"ArgMax", OpKind::reduce, arg_reduce},
    {"ArgMin", OpKind::reduce, arg_reduce},
    {"TopK", OpKind::reduce, top_k},
    {"NonMaxSuppression", OpKind::reduce, non_max_suppression},
    // tables and movement
    {"Gather", embedding, gather, nullptr, weight_bits({0})},
    {"GatherElements", data_movement, gather_elements},
    {"GatherND", data_movement, gather_nd},
    {"Identity", data_movement, identity, nullptr, 0, true},
    {"Reshape", data_movement, reshape, nullptr, 0, true},
    {"Flatten", data_movement, flatten, nullptr, 0, true},
    {"Squeeze", data_movement, squeeze, nullptr, 0, true},
    {"Unsqueeze", data_movement, unsqueeze, nullptr, 0, true},
    {"Transpose", data_movement, transpose, nullptr, 0, true},
    {"Expand", data_movement, expand, nullptr, 0, true},
    {"Split", data_movement, split, nullptr, 0, true},
    {"Slice", data_movement, slice, nullptr, 0, true},
    {"Concat", data_movement, concat},
    {"Tile", data_movement, tile},
    {"Pad", data_movement, pad},
    {"Crop", data_movement, crop},
    {"Resize", data_movement, resize},
    {"Upsample", data_movement, resize},
    {"DepthToSpace", data_movement, depth_to_space},
    {"SpaceToDepth", data_movement, space_to_depth},
    {"ScatterND", data_movement, same_as_first},
    {"ScatterElements", data_movement, same_as_first},
    {"Scatter", data_movement, same_as_first},
    {"TensorScatter", data_movement, same_as_first},
    {"Trilu", data_movement, same_as_first},
    {"ReverseSequence", data_movement, same_as_first},
    {"RotaryEmbedding", elementwise, same_as_first},
    {"Compress", data_movement, compress},
    {"NonZero", data_movement, non_zero},
    {"OneHot", data_movement, one_hot},
    // shapes and constants
    {"Shape", data_movement, shape_of},
    {"Size", data_movement, size_of},
    {"Constant", OpKind::constant, rules::constant},
    {"ConstantOfShape", OpKind::constant, constant_of_shape},
    {"Range", data_movement, range},
    {"RandomNormal", other, random},
    {"RandomUniform", other, random},
    {"RandomNormalLike", other, random_like},
    {"RandomUniformLike", other, random_like},
    {"EyeLike", other, random_like},
    {"Bernoulli", other, random_like},
}));

constexpr auto kContrib = sorted(std::to_array<OnnxRule>({
    {"Attention", OpKind::attention, rules::attention, costs::attention, weight_bits({1, 2})},
    {"MultiHeadAttention", OpKind::attention, rules::multi_head_attention, costs::multi_head_attention,
     weight_bits({3})},
    {"GroupQueryAttention", OpKind::attention, rules::group_query_attention, costs::group_query_attention},
    {"SkipLayerNormalization", norm, skip_layer_normalization, nullptr, weight_bits({2, 3, 4})},
    {"SkipSimplifiedLayerNormalization", norm, skip_layer_normalization, nullptr, weight_bits({2, 3})},
    {"EmbedLayerNormalization", embedding, embed_layer_normalization, nullptr, weight_bits({2, 3, 4, 5, 6})},
    {"FusedMatMul", OpKind::matmul, rules::fused_matmul, costs::fused_matmul, weight_bits({0, 1})},
    {"FusedGemm", OpKind::gemm, rules::gemm, costs::gemm, weight_bits({0, 1, 2})},
    {"FusedConv", conv, rules::conv, costs::conv, weight_bits({1, 2})},
    {"MatMulNBits", OpKind::gemm, rules::matmul_nbits, costs::matmul_nbits, weight_bits({1})},
    {"MatMulIntegerToFloat", OpKind::matmul, rules::matmul, costs::matmul, weight_bits({0, 1})},
    {"DynamicQuantizeMatMul", OpKind::matmul, rules::matmul, costs::matmul, weight_bits({1})},
    {"BiasGelu", activation, same_as_first, nullptr, weight_bits({1})},
    {"FastGelu", activation, same_as_first, nullptr, weight_bits({1})},
    {"Gelu", activation, same_as_first},
    {"QuickGelu", activation, same_as_first},
    {"RotaryEmbedding", elementwise, same_as_first},
    {"QLinearAdd", elementwise, qlinear_binary},
    {"QLinearMul", elementwise, qlinear_binary},
    {"QLinearSigmoid", activation, same_as_first},
    {"QLinearLeakyRelu", activation, same_as_first},
    {"QLinearGlobalAveragePool", OpKind::pool, global_pool},
    {"QLinearAveragePool", OpKind::pool, rules::pool},
    {"QLinearSoftmax", OpKind::softmax, same_as_first},
    {"QuantizeLinear", activation, quantize, nullptr, 0, true},
    {"DequantizeLinear", activation, dequantize, nullptr, 0, true},
    {"GemmaRotaryEmbedding", elementwise, same_as_first},
    {"Trilu", data_movement, same_as_first},
}));

const OnnxRule* find_in(std::span<const OnnxRule> rows, std::string_view name) {
    const auto found = std::ranges::lower_bound(rows, name, {}, &OnnxRule::name);
    return found != rows.end() && found->name == name ? &*found : nullptr;
}

}  // namespace

const OnnxRule* find_onnx_rule(std::string_view domain, std::string_view name) {
    if (domain == "com.microsoft") {
        if (const auto* rule = find_in(kContrib, name); rule != nullptr) return rule;
    }
    // Some exporters put standard operators into domains of their own.
    return domain.empty() || domain == "com.microsoft" || domain == "ai.onnx.ml" ? find_in(kOnnx, name)
                                                                                 : nullptr;
}

}  // namespace waferscope::core
