// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

std::string lists(const Ints& starts, const Ints& ends, const Ints& axes, const Ints& steps) {
    return initializer(int64s("starts", starts)) + initializer(int64s("ends", ends)) +
           initializer(int64s("axes", axes)) + initializer(int64s("steps", steps));
}
const std::string kSlice = node("Slice", {"x", "starts", "ends", "axes", "steps"}, {"y"});
constexpr auto kEnd = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST(OnnxPartRules, SlicesForwardAndBackward) {
    const auto x = initializer(int64s("x", {10, 11, 12, 13, 14}));
    EXPECT_EQ(Probe(x + lists({1}, {kEnd}, {0}, {2}) + kSlice).elements(), (Ints{11, 13}));
    EXPECT_EQ(Probe(x + lists({-2}, {kEnd}, {0}, {1}) + kSlice).elements(), (Ints{13, 14}));
    EXPECT_EQ(Probe(x + lists({-1}, {-kEnd}, {0}, {-1}) + kSlice).elements(), (Ints{14, 13, 12, 11, 10}));
    EXPECT_EQ(Probe(x + lists({3}, {1}, {0}, {1}) + kSlice).shape(), (Ints{0}));
}

TEST(OnnxPartRules, SlicesAlongSeveralAxes) {
    const auto x = initializer(tensor("x", kInt64, {2, 3}, raw(Ints{1, 2, 3, 4, 5, 6})));
    const Probe p(x + lists({0, 1}, {2, 3}, {0, 1}, {1, 1}) + kSlice);
    EXPECT_EQ(p.shape(), (Ints{2, 2}));
    EXPECT_EQ(p.elements(), (Ints{2, 3, 5, 6}));
}

TEST(OnnxPartRules, SlicesByAttributesInOldFiles) {
    const Probe p(input(value("x", {4, 6})) + node("Slice", {"x"}, {"y"},
                                                   attribute("starts", Ints{1}) + attribute("ends", Ints{5}) +
                                                       attribute("axes", Ints{1})),
                  {}, 9);
    EXPECT_EQ(p.shape(), (Ints{4, 4}));
}

TEST(OnnxPartRules, SplitsEvenlyOrAsTold) {
    const Probe even(input(value("x", {2, 9})) +
                     node("Split", {"x"}, {"y", "z"}, attribute("axis", 1) + attribute("num_outputs", 2)));
    EXPECT_EQ(even.shape(), (Ints{2, 5}));
    EXPECT_EQ(even.shape("z"), (Ints{2, 4}));
    const Probe told(initializer(int64s("x", {1, 2, 3})) + initializer(int64s("parts", {1, 2})) +
                     node("Split", {"x", "parts"}, {"y", "z"}));
    EXPECT_EQ(told.elements("z"), (Ints{2, 3}));
}

TEST(OnnxPartRules, ConcatenatesWithUnknownElements) {
    const Probe p(initializer(int64s("a", {1})) + input(value("b", {2}, kInt64)) +
                  node("Concat", {"a", "b"}, {"y"}, attribute("axis", 0)));
    EXPECT_EQ(p.elements(), (Ints{1, kUnknownElement, kUnknownElement}));
    const Probe q(input(value("a", {2, 3})) + input(value("b", {2, 5})) +
                  node("Concat", {"a", "b"}, {"y"}, attribute("axis", -1)));
    EXPECT_EQ(q.shape(), (Ints{2, 8}));
}

TEST(OnnxPartRules, Gathers) {
    const Probe p(input(value("x", {9, 4})) + input(value("i", {2, 3}, kInt64)) +
                  node("Gather", {"x", "i"}, {"y"}));
    EXPECT_EQ(p.shape(), (Ints{2, 3, 4}));
    const Probe e(initializer(int64s("x", {5, 6, 7})) + initializer(int64s("i", {-1, 9})) +
                  node("Gather", {"x", "i"}, {"y"}));
    EXPECT_EQ(e.elements(), (Ints{7, kUnknownElement}));
    const Probe nd(input(value("x", {2, 3, 4})) + input(value("i", {5, 2}, kInt64)) +
                   node("GatherND", {"x", "i"}, {"y"}));
    EXPECT_EQ(nd.shape(), (Ints{5, 4}));
}

TEST(OnnxPartRules, KnowsRanksOfDataDependentResults) {
    EXPECT_EQ(Probe(input(value("x", {2, 3})) + node("NonZero", {"x"}, {"y"})).shape(), (Ints{2, -1}));
    EXPECT_EQ(Probe(input(value("x", {1})) + node("NonMaxSuppression", {"x"}, {"y"})).shape(), (Ints{-1, 3}));
    const Probe hot(input(value("x", {2, 3}, kInt64)) + initializer(int64s("d", {7})) +
                    input(value("v", {2})) + node("OneHot", {"x", "d", "v"}, {"y"}));
    EXPECT_EQ(hot.shape(), (Ints{2, 3, 7}));
}
