// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

Operator only(const std::string& graph) {
    const auto w = workload(graph);
    return w.operators.empty() ? Operator{} : w.operators.back();
}

}  // namespace

TEST(OnnxCost, ConvolutionCountsOutputsTimesWindow) {
    const auto op = only(input(value("x", {2, 4, 10, 10})) + initializer(weight("w", {8, 2, 3, 3})) +
                         node("Conv", {"x", "w"}, {"y"}, attribute("group", 2)));
    EXPECT_EQ(op.macs,
              2.0 * 8 * 8 * 8 * 2 * 9);  // batch, channels, 8 x 8 outputs, 2 inputs per group, window
    const auto& d = std::get<ConvDims>(op.dims);
    EXPECT_EQ(d.groups, 2);
    EXPECT_EQ(op.macs, static_cast<double>(d.batch * d.out_height * d.out_width * d.out_channels *
                                           d.in_channels / d.groups * d.kernel_height * d.kernel_width));
}

TEST(OnnxCost, TransposedConvolutionCountsInputs) {
    const auto op = only(input(value("x", {1, 8, 4, 4})) + initializer(weight("w", {8, 3, 3, 3})) +
                         node("ConvTranspose", {"x", "w"}, {"y"}, attribute("strides", Ints{2, 2})));
    EXPECT_EQ(op.macs, 8 * 4 * 4 * 3 * 9);
}

TEST(OnnxCost, AStoredMatrixMakesOneTallProduct) {
    const auto op = only(input(value("x", {2, 5, 3})) + initializer(weight("w", {3, 4})) +
                         node("MatMul", {"x", "w"}, {"y"}));
    EXPECT_EQ(op.kind, OpKind::gemm);
    const auto& d = std::get<GemmDims>(op.dims);
    EXPECT_EQ(d.m, 10);
    EXPECT_EQ(op.macs, 10 * 3 * 4);
}

TEST(OnnxCost, ABatchOfActivationsStaysABatch) {
    const auto op =
        only(input(value("a", {2, 5, 3})) + input(value("b", {2, 3, 4})) + node("MatMul", {"a", "b"}, {"y"}));
    EXPECT_EQ(op.kind, OpKind::matmul);
    EXPECT_EQ(std::get<GemmDims>(op.dims).batch, 2);
    EXPECT_EQ(op.macs, 2 * 5 * 3 * 4);
}

TEST(OnnxCost, RecurrenceCountsBothMatricesPerStep) {
    const auto op = only(input(value("x", {7, 2, 5})) + initializer(weight("w", {1, 12, 5})) +
                         initializer(weight("r", {1, 12, 3})) +
                         node("LSTM", {"x", "w", "r"}, {"y"}, attribute("hidden_size", 3)));
    EXPECT_EQ(op.macs, 7 * 2 * (60 + 36));
}

TEST(OnnxCost, AttentionCountsProjectionScoresAndValues) {
    const auto op = only(input(value("x", {2, 3, 8})) + initializer(weight("w", {8, 24})) +
                         node("Attention", {"x", "w"}, {"y"}, contrib() + attribute("num_heads", 4)));
    EXPECT_EQ(op.macs, 2 * 3 * 8 * 24 + 2 * 3 * 3 * 16);
}

TEST(OnnxCost, EinsumCountsEveryCombination) {
    const auto op =
        only(input(value("a", {2, 3, 4})) + input(value("b", {4, 5})) +
             node("Einsum", {"a", "b"}, {"y"}, attribute("equation", std::string("bij,jk->bik"))));
    EXPECT_EQ(op.macs, 2 * 3 * 4 * 5);
}

TEST(OnnxCost, EverythingElseCountsOnePerOutputElement) {
    const auto op = only(input(value("x", {2, 3})) + node("Relu", {"x"}, {"y"}));
    EXPECT_EQ(op.macs, 0);
    EXPECT_EQ(op.other_ops, 6);
    EXPECT_EQ(op.read_bytes, 24);
    EXPECT_EQ(op.write_bytes, 24);
}

TEST(OnnxCost, UnknownShapesCostNothing) {
    EXPECT_EQ(only(input(value("x", {-1, 3})) + initializer(weight("w", {3, 4})) +
                   node("MatMul", {"x", "w"}, {"y"}))
                  .macs,
              0);
}
