// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

TEST(OnnxQuantRules, QuantisingTakesTheTypeOfTheZeroPoint) {
    const auto scale = initializer(weight("s", {}));
    const Probe p(input(value("x", {2, 3})) + scale + initializer(weight("z", {}, kInt8)) +
                  node("QuantizeLinear", {"x", "s", "z"}, {"q"}) +
                  node("DequantizeLinear", {"q", "s", "z"}, {"y"}));
    EXPECT_EQ(p.type("q"), kInt8);
    EXPECT_EQ(p.type(), kFloat);
    EXPECT_EQ(p.shape(), (Ints{2, 3}));
}

TEST(OnnxQuantRules, QuantisedProductsHaveTheShapesOfTheirFloatForm) {
    const Names conv{"x", "s", "z", "w", "s", "z", "s", "z"};
    const Probe p(input(value("x", {1, 3, 8, 8}, kUint8)) + initializer(weight("w", {5, 3, 3, 3}, kUint8)) +
                  initializer(weight("s", {})) + initializer(weight("z", {}, kUint8)) +
                  node("QLinearConv", conv, {"y"}));
    EXPECT_EQ(p.shape(), (Ints{1, 5, 6, 6}));
    EXPECT_EQ(p.type(), kUint8);
    const Probe m(input(value("a", {2, 3}, kUint8)) + initializer(weight("b", {3, 4}, kInt8)) +
                  node("MatMulInteger", {"a", "b"}, {"y"}));
    EXPECT_EQ(m.shape(), (Ints{2, 4}));
    EXPECT_EQ(m.type(), kInt32);
}

TEST(OnnxQuantRules, DynamicQuantisationGivesThreeResults) {
    const Probe p(input(value("x", {2, 3})) + node("DynamicQuantizeLinear", {"x"}, {"y", "s", "z"}));
    EXPECT_EQ(p.shape(), (Ints{2, 3}));
    EXPECT_EQ(p.shape("s"), Ints{});
    EXPECT_EQ(p.type("z"), kUint8);
}
