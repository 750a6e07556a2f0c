// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/workload_info.hpp"

#include "core/io/hf_config.hpp"
#include "onnx_builder.hpp"

#include <nlohmann/json.hpp>

using namespace waferscope::core;
using namespace onnx_builder;

TEST(WorkloadInfo, WritesEveryKeyOfAGraphOnOneLine) {
    const auto w = workload(input(value("x", {-1, 4}, kFloat, "batch")) + initializer(weight("w", {4, 5})) +
                            node("MatMul", {"x", "w"}, {"y"}) + output("y"));
    const auto text = workload_info_json(w);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    const auto info = nlohmann::json::parse(text);
    EXPECT_EQ(info["format"], "onnx");
    EXPECT_EQ(info["nodes"], 1);
    EXPECT_EQ(info["nodes_total"], 1);
    EXPECT_EQ(info["edges"], 0);
    EXPECT_EQ(info["parameters"], 20);
    EXPECT_EQ(info["weight_bytes"], 80);
    EXPECT_EQ(info["macs"], 0);
    EXPECT_EQ(info["other_ops"], 0);
    EXPECT_EQ(info["unknown_shapes"], 1);
    EXPECT_EQ(info["op_histogram"]["MatMul"], 1);
    EXPECT_TRUE(info["symbols"]["batch"].is_null());
    EXPECT_EQ(info["warnings"].size(), 1U);
}

TEST(WorkloadInfo, AddsTheFiguresOfALanguageModel) {
    const auto read = read_hf_workload(
        R"({"num_hidden_layers":2,"hidden_size":8,"num_attention_heads":2,"intermediate_size":16,"vocab_size":10})",
        "c.json");
    ASSERT_TRUE(read);
    const auto info = nlohmann::json::parse(workload_info_json(*read));
    EXPECT_EQ(info["format"], "hf_config");
    EXPECT_EQ(info["layers"], 2);
    EXPECT_EQ(info["active_parameters"], info["parameters"]);
    EXPECT_EQ(info["kv_bytes_per_token"], 2 * 2 * 8 * 2);
    EXPECT_EQ(info["macs"], macs_per_token(*read->llm, 1));
}

TEST(WorkloadInfo, SurvivesNamesThatAreNotUtf8) {
    const auto w = workload(input(value("x", {1})) + node("Foo\xFF\xFE", {"x"}, {"y"}));
    EXPECT_TRUE(nlohmann::json::accept(workload_info_json(w)));
}
