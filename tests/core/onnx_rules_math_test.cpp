// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

Ints binary(const std::string& op, const Ints& a, const Ints& b) {
    return Probe(initializer(int64s("a", a)) + initializer(int64s("b", b)) + node(op, {"a", "b"}, {"y"}))
        .elements();
}

Ints reduced(const std::string& op, const Ints& dims, const std::string& attributes) {
    return Probe(input(value("x", dims)) + node(op, {"x"}, {"y"}, attributes)).shape();
}

Ints product(const Ints& a, const Ints& b) {
    return Probe(input(value("a", a)) + input(value("b", b)) + node("MatMul", {"a", "b"}, {"y"})).shape();
}

}  // namespace

TEST(OnnxMathRules, ComputesIntegerArithmetic) {
    EXPECT_EQ(binary("Add", {1, 2}, {10}), (Ints{11, 12}));
    EXPECT_EQ(binary("Sub", {1}, {3, 4}), (Ints{-2, -3}));
    EXPECT_EQ(binary("Div", {7, -7}, {2}), (Ints{3, -3}));
    EXPECT_EQ(binary("Mod", {7, -7}, {3}), (Ints{1, 2}));
    EXPECT_EQ(binary("Min", {7, 1}, {3}), (Ints{3, 1}));
    EXPECT_EQ(binary("Equal", {7, 1}, {1}), (Ints{0, 1}));
    EXPECT_EQ(binary("Greater", {7, 1}, {1}), (Ints{1, 0}));
}

TEST(OnnxMathRules, DividingByZeroIsUnknownNotACrash) {
    EXPECT_EQ(binary("Div", {7}, {0}), (Ints{kUnknownElement}));
    EXPECT_EQ(binary("Mod", {7}, {0}), (Ints{kUnknownElement}));
    EXPECT_EQ(binary("Div", {std::numeric_limits<std::int64_t>::min()}, {-1}).size(), 1U);
}

TEST(OnnxMathRules, ComputesRealsAndCastsThemBack) {
    // floor(7 * 0.5) = 3
    const Probe p(initializer(int64s("a", {7})) + initializer(tensor("h", kFloat, {1}, raw<float>({0.5F}))) +
                  node("Cast", {"a"}, {"r"}, attribute("to", kFloat)) + node("Mul", {"r", "h"}, {"m"}) +
                  node("Floor", {"m"}, {"f"}) + node("Cast", {"f"}, {"y"}, attribute("to", kInt64)));
    EXPECT_EQ(p.elements(), (Ints{3}));
    EXPECT_EQ(p.type("m"), kFloat);
}

TEST(OnnxMathRules, SelectsByCondition) {
    const Probe p(initializer(tensor("c", kBool, {2}, raw<std::uint8_t>({1, 0}))) +
                  initializer(int64s("a", {5, 6})) + initializer(int64s("b", {9})) +
                  node("Where", {"c", "a", "b"}, {"y"}));
    EXPECT_EQ(p.elements(), (Ints{5, 9}));
}

TEST(OnnxMathRules, MultipliesMatricesLikeNumpy) {
    EXPECT_EQ(product({2, 3}, {3, 4}), (Ints{2, 4}));
    EXPECT_EQ(product({5, 1, 2, 3}, {7, 3, 4}), (Ints{5, 7, 2, 4}));
    EXPECT_EQ(product({3}, {3, 4}), (Ints{4}));
    EXPECT_EQ(product({2, 3}, {3}), (Ints{2}));
}

TEST(OnnxMathRules, TransposesGemmOperands) {
    const Probe p(input(value("a", {3, 2})) + input(value("b", {4, 3})) +
                  node("Gemm", {"a", "b"}, {"y"}, attribute("transA", 1) + attribute("transB", 1)));
    EXPECT_EQ(p.shape(), (Ints{2, 4}));
}

TEST(OnnxMathRules, ReducesByAttributeOrInput) {
    EXPECT_EQ(reduced("ReduceMean", {2, 3, 4}, attribute("axes", Ints{-1})), (Ints{2, 3, 1}));
    EXPECT_EQ(reduced("ReduceMean", {2, 3, 4}, attribute("axes", Ints{1}) + attribute("keepdims", 0)),
              (Ints{2, 4}));
    EXPECT_EQ(reduced("ReduceSum", {2, 3}, attribute("keepdims", 0)), (Ints{}));
    const Probe p(input(value("x", {2, 3, 4})) + initializer(int64s("axes", {0, 2})) +
                  node("ReduceSum", {"x", "axes"}, {"y"}));
    EXPECT_EQ(p.shape(), (Ints{1, 3, 1}));
}

TEST(OnnxMathRules, MultipliesTheElementsOfAShape) {
    const Probe p(input(value("x", {2, 3, 4})) + node("Shape", {"x"}, {"s"}) +
                  node("ReduceProd", {"s"}, {"y"}));
    EXPECT_EQ(p.elements(), (Ints{24}));
}

TEST(OnnxMathRules, KnowsTopKArgMaxAndEinsum) {
    const Probe k(input(value("x", {2, 9})) + initializer(int64s("k", {3})) +
                  node("TopK", {"x", "k"}, {"y", "i"}));
    EXPECT_EQ(k.shape(), (Ints{2, 3}));
    EXPECT_EQ(k.type("i"), kInt64);
    EXPECT_EQ(reduced("ArgMax", {2, 3}, attribute("axis", 1) + attribute("keepdims", 0)), (Ints{2}));
    const Probe e(input(value("a", {2, 3, 4})) + input(value("b", {4, 5})) +
                  node("Einsum", {"a", "b"}, {"y"}, attribute("equation", std::string("bij,jk->bik"))));
    EXPECT_EQ(e.shape(), (Ints{2, 3, 5}));
}
