// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

Ints with_weight(const std::string& op, const Ints& x, const Ints& w, const std::string& attributes) {
    return Probe(input(value("x", x)) + initializer(weight("w", w)) + node(op, {"x", "w"}, {"y"}, attributes))
        .shape();
}

Ints of_one(const std::string& op, const Ints& x, const std::string& attributes) {
    return Probe(input(value("x", x)) + node(op, {"x"}, {"y"}, attributes)).shape();
}

}  // namespace

TEST(OnnxNnRules, ConvolvesInOneTwoAndThreeDimensions) {
    EXPECT_EQ(with_weight("Conv", {1, 3, 224, 224}, {64, 3, 7, 7},
                          attribute("strides", Ints{2, 2}) + attribute("pads", Ints{3, 3, 3, 3})),
              (Ints{1, 64, 112, 112}));
    EXPECT_EQ(with_weight("Conv", {1, 4, 10}, {8, 2, 3}, attribute("group", 2)), (Ints{1, 8, 8}));
    EXPECT_EQ(with_weight("Conv", {1, 4, 5, 6, 7}, {8, 4, 1, 2, 3}, ""), (Ints{1, 8, 5, 5, 5}));
}

TEST(OnnxNnRules, TransposedConvolutionEnlarges) {
    EXPECT_EQ(with_weight("ConvTranspose", {1, 8, 4, 4}, {8, 3, 3, 3}, attribute("strides", Ints{2, 2})),
              (Ints{1, 3, 9, 9}));
    EXPECT_EQ(with_weight("ConvTranspose", {1, 8, 4, 4}, {8, 3, 3, 3},
                          attribute("strides", Ints{2, 2}) + attribute("output_shape", Ints{8, 8})),
              (Ints{1, 3, 8, 8}));
}

TEST(OnnxNnRules, Pools) {
    EXPECT_EQ(of_one("MaxPool", {1, 3, 8, 8},
                     attribute("kernel_shape", Ints{3, 3}) + attribute("strides", Ints{2, 2})),
              (Ints{1, 3, 3, 3}));
    EXPECT_EQ(of_one("GlobalAveragePool", {1, 3, 8, 8}, ""), (Ints{1, 3, 1, 1}));
}

TEST(OnnxNnRules, NormsKeepTheShapeAndGiveStatistics) {
    const Probe p(input(value("x", {2, 3, 4})) + initializer(weight("s", {4})) +
                  node("LayerNormalization", {"x", "s"}, {"y", "mean"}));
    EXPECT_EQ(p.shape(), (Ints{2, 3, 4}));
    EXPECT_EQ(p.shape("mean"), (Ints{2, 3, 1}));
}

TEST(OnnxNnRules, DropoutGivesABooleanMask) {
    const Probe p(input(value("x", {2, 3})) + node("Dropout", {"x"}, {"y", "mask"}));
    EXPECT_EQ(p.type("mask"), kBool);
}

TEST(OnnxNnRules, RecurrentLayersGiveSequenceAndLastState) {
    const Probe p(input(value("x", {7, 2, 5})) + initializer(weight("w", {2, 12, 5})) +
                  initializer(weight("r", {2, 12, 3})) +
                  node("LSTM", {"x", "w", "r"}, {"y", "h", "c"},
                       attribute("hidden_size", 3) + attribute("direction", std::string("bidirectional"))));
    EXPECT_EQ(p.shape(), (Ints{7, 2, 2, 3}));
    EXPECT_EQ(p.shape("h"), (Ints{2, 2, 3}));
    EXPECT_EQ(p.shape("c"), (Ints{2, 2, 3}));
}

TEST(OnnxNnRules, CropsBorders) {
    EXPECT_EQ(of_one("Crop", {1, 3, 20, 30}, attribute("border", Ints{1, 2, 3, 4})), (Ints{1, 3, 14, 26}));
    EXPECT_EQ(of_one("Crop", {1, 3, 20, 30}, attribute("border", Ints{99, 99, 99, 99})),
              (Ints{1, 3, -1, -1}));
}
