// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

TEST(OnnxSourceRules, ShapeAndSizeBecomeElements) {
    const auto x = input(value("x", {2, -1, 4}, kFloat, "n"));
    EXPECT_EQ(Probe(x + node("Shape", {"x"}, {"y"})).elements(), (Ints{2, kUnknownElement, 4}));
    EXPECT_EQ(Probe(x + node("Shape", {"x"}, {"y"}, attribute("start", -1))).elements(), (Ints{4}));
    EXPECT_EQ(Probe(x + node("Size", {"x"}, {"y"}), {{"n", 3}}).elements(), (Ints{24}));
}

TEST(OnnxSourceRules, ConstantsComeInManyForms) {
    EXPECT_EQ(Probe(node("Constant", {}, {"y"}, tensor_attribute("value", int64s("", {3, 4})))).elements(),
              (Ints{3, 4}));
    EXPECT_EQ(Probe(node("Constant", {}, {"y"}, attribute("value_int", 7))).elements(), (Ints{7}));
    EXPECT_EQ(Probe(node("Constant", {}, {"y"}, attribute("value_ints", Ints{7, 8}))).shape(), (Ints{2}));
    EXPECT_EQ(Probe(node("Constant", {}, {"y"}, attribute("value_string", std::string("a")))).shape(),
              Ints{});
}

TEST(OnnxSourceRules, ConstantOfShapeTakesItsShapeFromElements) {
    const auto shape = initializer(int64s("s", {2, 2}));
    const Probe p(shape + node("ConstantOfShape", {"s"}, {"y"}, tensor_attribute("value", int64s("", {5}))));
    EXPECT_EQ(p.shape(), (Ints{2, 2}));
    EXPECT_EQ(p.elements(), (Ints{5, 5, 5, 5}));
    EXPECT_EQ(Probe(shape + node("ConstantOfShape", {"s"}, {"y"})).type(), kFloat);
}

TEST(OnnxSourceRules, RangesCount) {
    const auto bound = [](const std::string& name, std::int64_t v) {
        return initializer(tensor(name, kInt64, {}, raw(Ints{v})));
    };
    EXPECT_EQ(Probe(bound("a", 2) + bound("b", 9) + bound("c", 3) + node("Range", {"a", "b", "c"}, {"y"}))
                  .elements(),
              (Ints{2, 5, 8}));
    EXPECT_EQ(
        Probe(bound("a", 2) + bound("b", 9) + bound("c", 0) + node("Range", {"a", "b", "c"}, {"y"})).shape(),
        (Ints{-1}));
}
