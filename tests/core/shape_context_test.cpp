// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/shape_context.hpp"

#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

namespace {
Ints values(const Dims& dims) {
    return {dims.begin(), dims.end()};
}
}  // namespace

TEST(Dims, SayWhatIsUnknown) {
    EXPECT_FALSE(Dims().ranked());
    EXPECT_EQ(Dims().elements(), -1);
    EXPECT_EQ(Dims::filled(0, 0).elements(), 1);
    EXPECT_EQ((Dims{2, -1}).elements(), -1);
    EXPECT_EQ((Dims{2, 3}).at(-1), 3);
    EXPECT_EQ((Dims{2, 3}).at(2), -1);
}

TEST(Dims, SaturateInsteadOfOverflowing) {
    EXPECT_GT((Dims{1LL << 40, 1LL << 40, 1LL << 40}).elements(), 1LL << 50);
}

TEST(Dims, LoseTheRankBeyondTheLimit) {
    Dims dims = Dims::filled(Dims::kMaxRank, 1);
    dims.push(1);
    EXPECT_TRUE(dims.overflown());
    EXPECT_FALSE(Dims(std::vector<std::int64_t>(20, 1)).ranked());
}

TEST(ShapeContext, BroadcastsLikeNumpyWithUnknowns) {
    EXPECT_EQ(values(broadcast({3, 1, 5}, {4, 1})), (Ints{3, 4, 5}));
    EXPECT_EQ(values(broadcast({-1}, {7})), (Ints{7}));
    EXPECT_EQ(values(broadcast({-1}, {1})), (Ints{-1}));
    EXPECT_FALSE(broadcast({}, {1}).ranked());
}

TEST(ShapeContext, StridesOfADenseTensor) {
    const auto strides = dense_strides({2, 3, 4});
    EXPECT_EQ(strides[0], 12);
    EXPECT_EQ(strides[1], 4);
    EXPECT_EQ(strides[2], 1);
}

TEST(ShapeContext, CopiesElementsOutOfItsOwnPool) {
    OnnxShapes shapes;
    shapes.values.resize(2);
    shapes.set_elements(0, Ints{1, 2, 3});
    shapes.set_elements(1, shapes.elements(0));
    EXPECT_EQ(Ints(shapes.elements(1).begin(), shapes.elements(1).end()), (Ints{1, 2, 3}));
}

TEST(ShapeContext, DoesNotPropagateLargeTensors) {
    OnnxShapes shapes;
    shapes.values.resize(1);
    shapes.set_elements(0, Ints(kMaxElements + 1, 0));
    EXPECT_FALSE(shapes.values[0].has_elements);
}
