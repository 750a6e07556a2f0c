// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

TEST(OnnxContribRules, AttentionKeepsThePast) {
    const Probe p(input(value("x", {2, 3, 8})) + initializer(weight("w", {8, 24})) +
                  initializer(weight("b", {24})) + input(value("past", {2, 2, 4, 5, 2})) +
                  node("Attention", {"x", "w", "b", "", "past"}, {"y", "present"},
                       contrib() + attribute("num_heads", 4)));
    EXPECT_EQ(p.shape(), (Ints{2, 3, 8}));
    EXPECT_EQ(p.shape("present"), (Ints{2, 2, 4, 8, 2}));
}

TEST(OnnxContribRules, MultiHeadAttentionTakesSeparateKeys) {
    const Probe p(
        input(value("q", {2, 3, 8})) + input(value("k", {2, 5, 8})) + input(value("v", {2, 5, 16})) +
        node("MultiHeadAttention", {"q", "k", "v"}, {"y", "pk"}, contrib() + attribute("num_heads", 4)));
    EXPECT_EQ(p.shape(), (Ints{2, 3, 16}));
    EXPECT_EQ(p.shape("pk"), (Ints{2, 4, 5, 2}));
}

TEST(OnnxContribRules, GroupQueryAttentionUnpacksQueriesKeysAndValues) {
    const Probe p(input(value("q", {2, 3, 48})) + input(value("pk", {2, 1, 5, 8})) +
                  input(value("pv", {2, 1, 5, 8})) +
                  node("GroupQueryAttention", {"q", "", "", "pk", "pv"}, {"y", "k"},
                       contrib() + attribute("num_heads", 4) + attribute("kv_num_heads", 1)));
    EXPECT_EQ(p.shape(), (Ints{2, 3, 32}));  // 48 / (4 + 1 + 1) * 4
    EXPECT_EQ(p.shape("k"), (Ints{2, 1, 8, 8}));
}

TEST(OnnxContribRules, StandardAttentionWorksInThreeAndFourDimensions) {
    const Probe flat(input(value("q", {2, 3, 8})) + input(value("k", {2, 5, 4})) +
                     input(value("v", {2, 5, 4})) +
                     node("Attention", {"q", "k", "v"}, {"y"},
                          attribute("q_num_heads", 4) + attribute("kv_num_heads", 2)));
    EXPECT_EQ(flat.shape(), (Ints{2, 3, 8}));
    const Probe four(input(value("q", {2, 4, 3, 8})) + input(value("k", {2, 2, 5, 8})) +
                     input(value("v", {2, 2, 5, 6})) + node("Attention", {"q", "k", "v"}, {"y"}));
    EXPECT_EQ(four.shape(), (Ints{2, 4, 3, 6}));
}

TEST(OnnxContribRules, FusedLayersKeepTheirShapes) {
    const Probe skip(input(value("x", {2, 3, 8})) +
                     node("SkipLayerNormalization", {"x", "x"}, {"y", "", "", "sum"}, contrib()));
    EXPECT_EQ(skip.shape("sum"), (Ints{2, 3, 8}));
    const Probe embed(input(value("ids", {2, 3}, kInt32)) + initializer(weight("w", {100, 8})) +
                      node("EmbedLayerNormalization", {"ids", "", "w"}, {"y", "mask"}, contrib()));
    EXPECT_EQ(embed.shape(), (Ints{2, 3, 8}));
    EXPECT_EQ(embed.shape("mask"), (Ints{2}));
}

TEST(OnnxContribRules, FusedProductsTransposeAndUnpack) {
    const Probe f(input(value("a", {2, 5, 3})) + input(value("b", {2, 5, 4})) +
                  node("FusedMatMul", {"a", "b"}, {"y"}, contrib() + attribute("transA", 1)));
    EXPECT_EQ(f.shape(), (Ints{2, 3, 4}));
    const Probe n(input(value("a", {2, 5, 64})) +
                  node("MatMulNBits", {"a"}, {"y"}, contrib() + attribute("N", 9) + attribute("K", 64)));
    EXPECT_EQ(n.shape(), (Ints{2, 5, 9}));
}
