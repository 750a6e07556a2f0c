// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_reader.hpp"

#include "onnx_builder.hpp"
#include "shared_data.hpp"

#include <algorithm>

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

const Bindings kBindings{
    {"batch_size", 1}, {"seq_len", 8}, {"sequence_length", 8}, {"past_sequence_length", 4},
    {"None", 1},       {"N", 3},       {"input[0]", 1},        {"input[1]", 512},
    {"state[1]", 1}};

struct Known {
    const char* file;
    double macs, parameters;
};

}  // namespace

TEST(OnnxReader, CountsPublishedMacsAndParameters) {
    REQUIRE_SHARED_DATA();
    for (const auto& [file, macs, parameters] :
         {Known{"light_resnet50", 4.0892e9, 25'557'032}, Known{"light_vgg19", 19.632e9, 143'667'240},
          Known{"light_bvlc_alexnet", 0.6546e9, 60'965'224}, Known{"light_squeezenet", 0.3492e9, 1'235'496},
          Known{"light_inception_v1", 1.4316e9, 6'998'552}, Known{"light_shufflenet", 0.1247e9, 0}}) {
        const auto read = read_onnx(shared_data(std::string("onnx/light/") + file + ".onnx"));
        ASSERT_TRUE(read) << to_text(read.error());
        EXPECT_NEAR(total_macs(*read), macs, 0.001 * macs) << file;
        EXPECT_EQ(read->unknown_shapes, 0) << file;
        if (parameters > 0) {
            EXPECT_EQ(read->parameters, parameters) << file;
        }
    }
}

TEST(OnnxReader, LeavesNoShapeUnknownOnceSymbolsAreBound) {
    REQUIRE_SHARED_DATA();
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(shared_data("onnx"))) {
        if (entry.path().extension() != ".onnx") continue;
        const auto read = read_onnx(entry.path(), kBindings);
        ASSERT_TRUE(read) << to_text(read.error());
        EXPECT_EQ(read->unknown_shapes, 0) << entry.path();
        for (const auto& edge : read->edges) ASSERT_LT(edge.from, edge.to);
        ++files;
    }
    EXPECT_EQ(files, 19);
}

TEST(OnnxReader, ReadsRealTransformersInFull) {
    REQUIRE_SHARED_DATA();
    const auto bert = read_onnx(
        shared_data("onnx/transformer/TFBertForQuestionAnswering_tiny24L_keras2onnx.onnx"), kBindings);
    ASSERT_TRUE(bert);
    EXPECT_EQ(bert->nodes_top, 3836);
    const auto gpt = read_onnx(shared_data("onnx/transformer/gpt2_past_tiny12L_pytorch1.6.onnx"), kBindings);
    ASSERT_TRUE(gpt);
    EXPECT_EQ(gpt->nodes_top, 3069);
}

TEST(OnnxReader, CountsNodesInsideSubgraphs) {
    REQUIRE_SHARED_DATA();
    const auto read = read_onnx(shared_data("onnx/rnn/silero_vad_v5_lstm_if.onnx"), kBindings);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->nodes_top, 5);
    EXPECT_EQ(read->nodes_total, 689);
}

TEST(OnnxReader, RunningStatisticsAndShapesAreNoParameters) {
    const auto w = workload(input(value("x", {1, 4, 2, 2})) + initializer(weight("s", {4})) +
                            initializer(weight("b", {4})) + initializer(weight("mean", {4})) +
                            initializer(weight("var", {4})) + initializer(int64s("l", {1, 16})) +
                            node("BatchNormalization", {"x", "s", "b", "mean", "var"}, {"n"}) +
                            node("Reshape", {"n", "l"}, {"y"}));
    EXPECT_EQ(w.parameters, 8);
    EXPECT_EQ(w.weight_bytes, 64);
}

TEST(OnnxReader, WeightsMayHideInConstantNodesAndBehindTransposes) {
    const auto w = workload(input(value("x", {2, 3})) +
                            node("Constant", {}, {"c"}, tensor_attribute("value", weight("", {4, 3}))) +
                            node("Transpose", {"c"}, {"t"}) + node("MatMul", {"x", "t"}, {"y"}));
    EXPECT_EQ(w.parameters, 12);
    EXPECT_EQ(w.operators.back().kind, OpKind::gemm);
}

TEST(OnnxReader, SharedWeightsAndSingleNumbersAreNotCountedTwiceOrAtAll) {
    const auto w = workload(input(value("x", {3, 3})) + initializer(weight("w", {3, 3})) +
                            initializer(weight("half", {})) + node("MatMul", {"x", "w"}, {"a"}) +
                            node("MatMul", {"a", "w"}, {"b"}) + node("Mul", {"b", "half"}, {"y"}));
    EXPECT_EQ(w.parameters, 9);
}

TEST(OnnxReader, IntegerWeightsOfAQuantisedProductCount) {
    const auto w = workload(input(value("x", {2, 3})) + initializer(weight("q", {3, 4}, kInt8)) +
                            initializer(weight("s", {})) + node("DequantizeLinear", {"q", "s"}, {"d"}) +
                            node("MatMul", {"x", "d"}, {"y"}));
    EXPECT_EQ(w.parameters, 12);
    EXPECT_EQ(w.weight_bytes, 12 + 4);
}

TEST(OnnxReader, LoopBodiesBecomeRepeats) {
    const auto body = input(value("i", {}, kInt64)) + input(value("go", {}, kBool)) +
                      input(value("v", {4, 4})) + node("Identity", {"go"}, {"go2"}) +
                      node("MatMul", {"v", "v"}, {"v2"}) + output("go2") + output("v2");
    const auto w = workload(input(value("x", {4, 4})) + initializer(tensor("n", kInt64, {}, raw(Ints{5}))) +
                            node("Loop", {"n", "", "x"}, {"y"}, graph_attribute("body", body)));
    EXPECT_EQ(total_macs(w), 5 * 64);
    EXPECT_EQ(w.nodes_top, 1);
    EXPECT_EQ(w.nodes_total, 3);
}

TEST(OnnxReader, UnknownOperatorsKeepTheGraphAlive) {
    const auto w =
        workload(input(value("x", {2})) + node("Mystery", {"x"}, {"m"}) + node("Relu", {"m"}, {"y"}));
    EXPECT_EQ(w.operators.size(), 2U);
    EXPECT_EQ(w.unknown_shapes, 2);
    EXPECT_EQ(w.warnings.size(), 2U);
}

TEST(OnnxReader, SaysWhichSymbolHasNoValue) {
    const auto w = workload(input(value("x", {-1, 2}, kFloat, "batch")) +
                            node("Relu", {"x"}, {"y"}, field(3, std::string("act"))));
    ASSERT_EQ(w.warnings.size(), 1U);
    EXPECT_NE(w.warnings[0].find("node act"), std::string::npos);
    EXPECT_NE(w.warnings[0].find("--bind batch="), std::string::npos);
}

TEST(OnnxReader, BatchIsTheFirstDimensionOfTheFirstInput) {
    EXPECT_EQ(workload(input(value("x", {7, 2})) + node("Relu", {"x"}, {"y"})).batch, 7);
    EXPECT_EQ(workload(input(value("x", {-1, 2})) + node("Relu", {"x"}, {"y"})).batch, 1);
}
