// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

/// Shape of op(x, list).
Ints with_list(const std::string& op, const Ints& x, const Ints& list, const std::string& attributes = "") {
    return Probe(input(value("x", x)) + initializer(int64s("l", list)) +
                 node(op, {"x", "l"}, {"y"}, attributes))
        .shape();
}

}  // namespace

TEST(OnnxLayoutRules, Reshapes) {
    EXPECT_EQ(with_list("Reshape", {2, 3, 4}, {0, -1}), (Ints{2, 12}));
    EXPECT_EQ(with_list("Reshape", {2, 3, 4}, {4, 6}), (Ints{4, 6}));
    EXPECT_EQ(with_list("Reshape", {-1, 3, 4}, {0, -1}), (Ints{-1, 12}));  // the unknown one cancels
    EXPECT_EQ(with_list("Reshape", {0, 3}, {0, 5}, attribute("allowzero", 1)), (Ints{0, 5}));
}

TEST(OnnxLayoutRules, AReshapeToOneUnknownSizeFollowsFromTheElementCount) {
    // The list is [2, n] with n unknown: 24 / 2.
    const Probe p(
        input(value("x", {2, 3, 4})) + input(value("n", {1}, kInt64)) + initializer(int64s("two", {2})) +
        node("Concat", {"two", "n"}, {"l"}, attribute("axis", 0)) + node("Reshape", {"x", "l"}, {"y"}));
    EXPECT_EQ(p.shape(), (Ints{2, 12}));
}

TEST(OnnxLayoutRules, FlattensSqueezesAndUnsqueezes) {
    EXPECT_EQ(
        Probe(input(value("x", {2, 3, 4})) + node("Flatten", {"x"}, {"y"}, attribute("axis", 2))).shape(),
        (Ints{6, 4}));
    EXPECT_EQ(with_list("Squeeze", {1, 3, 1}, {-1}), (Ints{1, 3}));
    EXPECT_EQ(Probe(input(value("x", {1, 3, 1})) + node("Squeeze", {"x"}, {"y"})).shape(), (Ints{3}));
    EXPECT_EQ(with_list("Unsqueeze", {3}, {0, -1}), (Ints{1, 3, 1}));
    EXPECT_EQ(
        Probe(input(value("x", {3})) + node("Unsqueeze", {"x"}, {"y"}, attribute("axes", Ints{1}))).shape(),
        (Ints{3, 1}));
}

TEST(OnnxLayoutRules, TransposesShapesAndElements) {
    EXPECT_EQ(Probe(input(value("x", {2, 3, 4})) +
                    node("Transpose", {"x"}, {"y"}, attribute("perm", Ints{2, 0, 1})))
                  .shape(),
              (Ints{4, 2, 3}));
    EXPECT_EQ(Probe(input(value("x", {2, 3})) + node("Transpose", {"x"}, {"y"})).shape(), (Ints{3, 2}));
    const Probe p(initializer(tensor("t", kInt64, {2, 3}, raw(Ints{1, 2, 3, 4, 5, 6}))) +
                  node("Transpose", {"t"}, {"y"}));
    EXPECT_EQ(p.elements(), (Ints{1, 4, 2, 5, 3, 6}));
}

TEST(OnnxLayoutRules, ExpandsTilesAndPads) {
    EXPECT_EQ(with_list("Expand", {3, 1}, {2, 1, 6}), (Ints{2, 3, 6}));
    EXPECT_EQ(with_list("Tile", {3, 2}, {2, 4}), (Ints{6, 8}));
    EXPECT_EQ(with_list("Pad", {3, 4}, {1, 0, 2, 5}), (Ints{6, 9}));
}

TEST(OnnxLayoutRules, ResizesByScalesOrSizes) {
    const auto scales = initializer(tensor("s", kFloat, {4}, raw<float>({1, 1, 2, 0.5F})));
    EXPECT_EQ(Probe(input(value("x", {1, 3, 5, 5})) + scales + node("Resize", {"x", "", "s"}, {"y"})).shape(),
              (Ints{1, 3, 10, 2}));
    EXPECT_EQ(Probe(input(value("x", {1, 3, 5, 5})) + initializer(int64s("z", {1, 3, 7, 8})) +
                    node("Resize", {"x", "", "", "z"}, {"y"}))
                  .shape(),
              (Ints{1, 3, 7, 8}));
    EXPECT_EQ(
        Probe(input(value("x", {1, 3, 5, 5})) + scales + node("Upsample", {"x", "s"}, {"y"}), {}, 9).shape(),
        (Ints{1, 3, 10, 2}));
}

TEST(OnnxLayoutRules, MovesDepthAndSpace) {
    EXPECT_EQ(
        Probe(input(value("x", {1, 8, 2, 3})) + node("DepthToSpace", {"x"}, {"y"}, attribute("blocksize", 2)))
            .shape(),
        (Ints{1, 2, 4, 6}));
    EXPECT_EQ(
        Probe(input(value("x", {1, 2, 4, 6})) + node("SpaceToDepth", {"x"}, {"y"}, attribute("blocksize", 2)))
            .shape(),
        (Ints{1, 8, 2, 3}));
}
