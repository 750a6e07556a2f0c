// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_shapes.hpp"

#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

TEST(OnnxShapes, EvaluatesDimensionsWrittenAsSums) {
    const Bindings bound{{"past", 4}, {"seq", 8}, {"batch-size", 2}};
    EXPECT_EQ(evaluate_dimension("past + seq", bound), 12);
    EXPECT_EQ(evaluate_dimension("2*seq", bound), 16);
    EXPECT_EQ(evaluate_dimension("seq - 1", bound), 7);
    EXPECT_EQ(evaluate_dimension("past + 2*seq", bound), 20);
    EXPECT_EQ(evaluate_dimension("batch-size", bound), 2);
    EXPECT_EQ(evaluate_dimension("nobody", bound), -1);
    EXPECT_EQ(evaluate_dimension("nobody + seq", bound), -1);
}

TEST(OnnxShapes, BindsSymbolsByName) {
    const auto graph = input(value("x", {-1, 5}, kFloat, "batch")) + node("Relu", {"x"}, {"y"});
    const Probe open(graph), bound(graph, {{"batch", 3}});
    EXPECT_EQ(open.shape(), (Ints{-1, 5}));
    EXPECT_EQ(open.shapes.symbols.at("batch"), -1);
    EXPECT_EQ(bound.shape(), (Ints{3, 5}));
    EXPECT_EQ(bound.shapes.symbols.at("batch"), 3);
}

TEST(OnnxShapes, NamesUnnamedDimensionsAfterTheirInput) {
    const auto graph = input(value("x", {-1, 5})) + node("Relu", {"x"}, {"y"});
    EXPECT_EQ(Probe(graph).shapes.symbols.at("x[0]"), -1);
    EXPECT_EQ(Probe(graph, {{"x[0]", 4}}).shape(), (Ints{4, 5}));
}

TEST(OnnxShapes, TakesWhatTheFileSaysWhereRulesDoNotKnow) {
    const Probe p(input(value("x", {2})) + field(13, value("y", {7, 7})) + node("Mystery", {"x"}, {"y"}));
    EXPECT_EQ(p.shape(), (Ints{7, 7}));
}

TEST(OnnxShapes, FollowsShapesThroughArithmetic) {
    // y = reshape(x, [shape(x)[0], shape(x)[1] * shape(x)[2]])
    const Probe p(input(value("x", {2, 3, 4})) + initializer(int64s("zero", {0})) +
                  initializer(int64s("one", {1})) + initializer(int64s("two", {2})) +
                  node("Shape", {"x"}, {"s"}) + node("Gather", {"s", "zero"}, {"a"}) +
                  node("Gather", {"s", "one"}, {"b"}) + node("Gather", {"s", "two"}, {"c"}) +
                  node("Mul", {"b", "c"}, {"d"}) + node("Concat", {"a", "d"}, {"e"}, attribute("axis", 0)) +
                  node("Reshape", {"x", "e"}, {"y"}));
    EXPECT_EQ(p.elements("e"), (Ints{2, 12}));
    EXPECT_EQ(p.shape(), (Ints{2, 12}));
}

TEST(OnnxShapes, TakesTheBranchOfAKnownCondition) {
    const auto branches = graph_attribute("then_branch", node("Relu", {"x"}, {"t"}) + output("t")) +
                          graph_attribute("else_branch", node("Flatten", {"x"}, {"e"}) + output("e"));
    const auto graph = [&](std::uint8_t condition) {
        return input(value("x", {2, 3, 4})) +
               initializer(tensor("c", kBool, {}, raw<std::uint8_t>({condition}))) +
               node("If", {"c"}, {"y"}, branches);
    };
    EXPECT_EQ(Probe(graph(1)).shape(), (Ints{2, 3, 4}));
    EXPECT_EQ(Probe(graph(0)).shape(), (Ints{2, 12}));
    EXPECT_TRUE(Probe(graph(0)).shapes.assumptions.empty());
}

TEST(OnnxShapes, AssumesTheThenBranchOfAnUnknownConditionAndSaysSo) {
    const Probe p(
        input(value("x", {2, 3})) + input(value("c", {}, kBool)) +
        node("If", {"c"}, {"y"}, graph_attribute("then_branch", node("Relu", {"x"}, {"t"}) + output("t"))));
    EXPECT_EQ(p.shape(), (Ints{2, 3}));
    EXPECT_EQ(p.shapes.assumptions.size(), 1U);
}

TEST(OnnxShapes, CountsLoopTripsAndStacksScanOutputs) {
    const auto body = input(value("i", {}, kInt64)) + input(value("go", {}, kBool)) + input(value("v", {4})) +
                      node("Identity", {"go"}, {"go2"}) + node("Relu", {"v"}, {"v2"}) +
                      node("Neg", {"v2"}, {"s"}) + output("go2") + output("v2") + output("s");
    const Probe p(input(value("x", {4})) + initializer(tensor("n", kInt64, {}, raw(Ints{5}))) +
                  node("Loop", {"n", "", "x"}, {"y", "stack"}, graph_attribute("body", body)));
    EXPECT_EQ(p.shape(), (Ints{4}));
    EXPECT_EQ(p.shape("stack"), (Ints{5, 4}));
    ASSERT_EQ(p.shapes.steps.size(), 4U);
    EXPECT_EQ(p.shapes.steps[1].runs, 5);
    EXPECT_EQ(p.shapes.steps[3].runs, 1);
}

TEST(OnnxShapes, ScansOverTheFirstDimension) {
    const auto body = input(value("state", {2})) + input(value("slice", {3})) +
                      node("Relu", {"state"}, {"s2"}) + node("Neg", {"slice"}, {"out"}) + output("s2") +
                      output("out");
    const Probe p(input(value("init", {2})) + input(value("x", {7, 3})) +
                  node("Scan", {"init", "x"}, {"last", "y"},
                       graph_attribute("body", body) + attribute("num_scan_inputs", 1)));
    EXPECT_EQ(p.shape("last"), (Ints{2}));
    EXPECT_EQ(p.shape(), (Ints{7, 3}));
}

TEST(OnnxShapes, WeightsStayWeightsThroughReshapesAndConcatenation) {
    const Probe p(initializer(weight("w", {4, 2})) + initializer(weight("v", {4, 2})) +
                  node("Transpose", {"w"}, {"t"}) + node("Concat", {"w", "v"}, {"y"}, attribute("axis", 0)));
    EXPECT_EQ(p.shapes.values[p.number("t")].weight, p.number("w"));
    EXPECT_EQ(p.shapes.joined.at(p.number("y")).size(), 2U);
}
