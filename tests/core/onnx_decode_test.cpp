// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_decode.hpp"

#include "onnx_builder.hpp"
#include "shared_data.hpp"

#include <algorithm>
#include <random>

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

const std::string kGraph = input(value("x", {2, 3})) + initializer(weight("w", {3, 4})) +
                           node("MatMul", {"x", "w"}, {"y"}, field(3, std::string("product"))) + output("y");

void expect_refused(const std::string& bytes, ErrorCode code, const std::string& where) {
    const auto read = decode_onnx(bytes, "m.onnx");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, code) << to_text(read.error());
    EXPECT_EQ(read.error().where, where);
    EXPECT_FALSE(read.error().hint.empty());
}

/// Nodes down to `depth` levels of If.
std::string nested(int depth) {
    return depth == 0 ? node("Relu", {"x"}, {"y"})
                      : node("If", {"c"}, {"y"}, graph_attribute("then_branch", nested(depth - 1)));
}

}  // namespace

TEST(OnnxDecode, ResolvesNamesToValues) {
    const auto bytes = model(kGraph, 13);
    const auto read = decode_onnx(bytes, "m.onnx");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->opset, 13);
    EXPECT_EQ(read->ir_version, 8);
    ASSERT_EQ(read->nodes.size(), 1U);
    EXPECT_EQ(read->nodes[0].name, "product");
    const auto inputs = read->inputs(read->nodes[0]);
    ASSERT_EQ(inputs.size(), 2U);
    EXPECT_EQ(read->value_names[inputs[1]], "w");
    EXPECT_NE(read->initializer_of[inputs[1]], kNoIndex);
    EXPECT_EQ(read->producer_of[read->outputs(read->nodes[0])[0]], 0U);
}

TEST(OnnxDecode, KeepsOptionalInputsThatAreLeftOut) {
    const auto bytes = model(node("Clip", {"x", "", "max"}, {"y"}));
    const auto read = decode_onnx(bytes, "m.onnx");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->inputs(read->nodes[0])[1], kNoIndex);
}

TEST(OnnxDecode, TellsEqualNamesOfTwoDomainsApart) {
    const auto bytes = model(node("Attention", {"x"}, {"a"}) + node("Attention", {"a"}, {"b"}, contrib()));
    const auto read = decode_onnx(bytes, "m.onnx");
    ASSERT_TRUE(read);
    EXPECT_NE(read->nodes[0].op, read->nodes[1].op);
    EXPECT_EQ(read->op_types[read->nodes[1].op].domain, "com.microsoft");
}

TEST(OnnxDecode, SubgraphsSeeTheValuesAroundThem) {
    // "late" is defined after the If that uses it: names resolve whatever the order.
    const auto bytes =
        model(node("If", {"c"}, {"y"},
                   graph_attribute("then_branch", node("Relu", {"late"}, {"r"}) + output("r"))) +
              node("Neg", {"x"}, {"late"}));
    const auto read = decode_onnx(bytes, "m.onnx");
    ASSERT_TRUE(read);
    ASSERT_EQ(read->graphs.size(), 2U);
    ASSERT_EQ(read->graphs[1].captured.size(), 1U);
    EXPECT_EQ(read->value_names[read->graphs[1].captured[0]], "late");
    EXPECT_EQ(read->producer_of[read->graphs[1].captured[0]], 1U);
}

TEST(OnnxDecode, TheLastDefinitionOfANameCounts) {
    const auto bytes =
        model(node("Relu", {"x"}, {"y"}) + node("Neg", {"y"}, {"z"}) + node("Abs", {"x"}, {"y"}));
    const auto read = decode_onnx(bytes, "m.onnx");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->redefinitions, 1);
    EXPECT_EQ(read->producer_of[read->inputs(read->nodes[1])[0]], 2U);
}

TEST(OnnxDecode, RefusesAFileThatEndsTooEarly) {
    const auto whole = field(1, std::int64_t{8}) + field(7, kGraph);
    for (std::size_t size = 4; size < whole.size(); ++size)
        expect_refused(whole.substr(0, size), ErrorCode::file_cut, "m.onnx:byte " + std::to_string(size));
    expect_refused(whole.substr(0, 2), ErrorCode::file_cut, "m.onnx:byte 2");  // no graph yet
}

TEST(OnnxDecode, RefusesDamageInsideANode) {
    const auto bad = field(1, std::string("\x0A\x7Fx"));  // an input of 127 bytes in a node of 3
    expect_refused(field(1, std::int64_t{8}) + field(7, bad), ErrorCode::format, "m.onnx:byte 6");
}

TEST(OnnxDecode, RefusesADamagedListOfDimensions) {
    const auto bad = field(5, field(1, std::string("\x85")));  // a number that does not end
    expect_refused(field(1, std::int64_t{8}) + field(7, bad), ErrorCode::format, "m.onnx:byte 6");
}

TEST(OnnxDecode, RefusesSubgraphsNestedTooDeep) {
    EXPECT_TRUE(decode_onnx(model(nested(kMaxOnnxNesting)), "m.onnx"));
    const auto read = decode_onnx(model(nested(kMaxOnnxNesting + 1)), "m.onnx");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::memory);
}

TEST(OnnxDecode, RecognisesModelsByTheirFields) {
    EXPECT_TRUE(looks_like_onnx(model(kGraph)));
    EXPECT_TRUE(looks_like_onnx(model(kGraph).substr(0, 9)));
    EXPECT_FALSE(looks_like_onnx("hello, this is text"));
    EXPECT_FALSE(looks_like_onnx("{\"a\":1}"));
    EXPECT_FALSE(looks_like_onnx(std::string_view("\x89PNG\r\n\x1a\n", 8)));
}

TEST(OnnxDecode, SurvivesTruncationAnywhere) {
    REQUIRE_SHARED_DATA();
    for (const auto* name : {"onnx/light/light_resnet50.onnx", "onnx/rnn/silero_vad_v5_lstm_if.onnx"}) {
        const auto whole = file_bytes(shared_data(name));
        const auto step = std::max<std::size_t>(1, whole.size() / 97);
        for (std::size_t size = 1; size < whole.size(); size += step) {
            const auto read = read_onnx_bytes(std::string_view(whole).substr(0, size), name, {});
            if (!read) {
                EXPECT_FALSE(read.error().where.empty());
            }
        }
    }
}

TEST(OnnxDecode, SurvivesFlippedBytes) {
    REQUIRE_SHARED_DATA();
    std::mt19937 random(20240607);
    for (const auto* name :
         {"onnx/light/light_squeezenet.onnx", "onnx/newer_ir/hf_fp16_decoder_attention_with_past.onnx",
          "onnx/transformer/gpt2_past_tiny12L_pytorch1.6.onnx", "onnx/rnn/lstm_bidirectional_cntk.onnx"}) {
        const auto whole = file_bytes(shared_data(name));
        const int rounds = whole.size() > 100'000 ? 20 : 200;
        for (int round = 0; round < rounds; ++round) {
            auto bytes = whole;
            for (int flip = 0; flip < 8; ++flip) bytes[random() % bytes.size()] = static_cast<char>(random());
            const auto read = read_onnx_bytes(bytes, name, {{"batch_size", 2}, {"seq_len", 3}, {"None", 1}});
            if (!read) {
                EXPECT_FALSE(read.error().where.empty());
            }
        }
    }
}
