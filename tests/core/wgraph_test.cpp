// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats.hpp"
#include "core/io/wgraph_reader.hpp"
#include "core/io/wgraph_writer.hpp"
#include "core/model/llm_graph.hpp"
#include "shared_data.hpp"

#include <nlohmann/json.hpp>
#include <random>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

using namespace waferscope::core;

namespace {

/// Two products with a weight each; batch is open.
constexpr std::string_view kSmall = R"({"format":"waferscope.workload","version":1,
 "meta":{"name":"two","source":"by hand","note":"kept"},
 "symbols":{"batch":null},
 "tensors":[{"id":"x","shape":["batch",8],"dtype":"fp16","kind":"input"},
            {"id":"w","shape":[8,4],"dtype":"fp16","kind":"weight"},
            {"id":"y","shape":["batch",4],"dtype":"fp16"},
            {"id":"cache","shape":["batch*3","?"],"dtype":"fp16","kind":"kv"}],
 "nodes":[{"id":"a","op":"MatMul","inputs":["x","w"],"outputs":["y"],"gemm":{"m":"batch","n":4,"k":8},"colour":{"r":1}},
          {"id":"b","op":"Relu","kind":"activation","inputs":["y"],"outputs":["cache"],"group":"tail"}],
 "repeat":[{"nodes":["a","b"],"count":5}],"extra":[1,2]})";

Workload read(std::string_view text, const Bindings& bindings = {}) {
    auto workload = read_wgraph(text, "g.wgraph.json", bindings);
    EXPECT_TRUE(workload) << to_text(workload.error());
    return workload ? std::move(*workload) : Workload{};
}

Error refused(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at == std::string::npos) return {};
    const auto workload = read_wgraph(text.replace(at, from.size(), to), "g", {});
    EXPECT_FALSE(workload) << to;
    return workload ? Error{} : workload.error();
}
Error refused(std::string_view from, std::string_view to) {
    return refused(std::string(kSmall), from, to);
}

/// Everything except where the graph came from.
void expect_equal(const Workload& a, const Workload& b) {
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.operators.size(), b.operators.size());
    for (std::size_t i = 0; i < std::min(a.operators.size(), b.operators.size()); ++i)
        ASSERT_EQ(a.operators[i], b.operators[i]) << i << " " << a.operators[i].name;
    EXPECT_EQ(a.tensors, b.tensors);
    EXPECT_EQ(a.edges, b.edges);
    EXPECT_EQ(a.repeats, b.repeats);
    EXPECT_EQ(a.llm, b.llm);
    EXPECT_EQ(a.batch, b.batch);
    EXPECT_EQ(a.parameters, b.parameters);
    EXPECT_EQ(a.weight_bytes, b.weight_bytes);
    EXPECT_EQ(a.nodes_top, b.nodes_top);
    EXPECT_EQ(a.nodes_total, b.nodes_total);
    EXPECT_EQ(a.unknown_shapes, b.unknown_shapes);
    EXPECT_EQ(a.op_histogram, b.op_histogram);
    EXPECT_EQ(a.symbols, b.symbols);
    EXPECT_EQ(a.assumptions, b.assumptions);
    EXPECT_EQ(a.warnings, b.warnings);
}

std::string schema_errors(const std::string& text) {
    using valijson::adapters::NlohmannJsonAdapter;
    const auto rules = nlohmann::json::parse(
        file_bytes(std::filesystem::path(WAFERSCOPE_RESOURCES) / "schemas/wgraph.schema.json"));
    const auto value = nlohmann::json::parse(text);
    valijson::Schema schema;
    valijson::SchemaParser().populateSchema(NlohmannJsonAdapter(rules), schema);
    valijson::ValidationResults results;
    if (valijson::Validator().validate(schema, NlohmannJsonAdapter(value), &results)) return {};
    valijson::ValidationResults::Error error;
    results.popError(error);
    std::string where;
    for (const auto& part : error.context) where += part;
    return where + ": " + error.description;
}

/// Written, checked against the schema, read and written again.
void round_trip(const Workload& workload) {
    const auto text = wgraph_json(workload);
    EXPECT_EQ(schema_errors(text), "");
    const auto again = read(text);
    expect_equal(workload, again);
    EXPECT_EQ(wgraph_json(again), text);
}

}  // namespace

TEST(Wgraph, DerivesFiguresFromDimensions) {
    const auto w = read(kSmall, {{"batch", 3}});
    ASSERT_EQ(w.operators.size(), 2U);
    const auto& product = w.operators[0];
    EXPECT_EQ(product.kind, OpKind::gemm);
    EXPECT_EQ(product.macs, 3 * 4 * 8);
    EXPECT_EQ(product.read_bytes, 2 * (3 * 8 + 8 * 4));
    EXPECT_EQ(product.write_bytes, 2 * 3 * 4);
    EXPECT_EQ(product.weight_bytes, 64);
    EXPECT_EQ(product.parameters, 32);
    EXPECT_EQ(total_macs(w), 5 * 96);
    EXPECT_EQ(w.tensors[3].shape, (std::vector<std::int64_t>{9, -1}));
    ASSERT_EQ(w.edges.size(), 1U);
    EXPECT_EQ(w.edges[0], (Edge{.from = 0, .to = 1, .tensor = 2}));
    EXPECT_EQ(w.symbols.at("batch"), 3);
}

TEST(Wgraph, LeavesOpenSymbolsOpenAndSaysSo) {
    const auto w = read(kSmall);
    EXPECT_EQ(w.tensors[0].shape, (std::vector<std::int64_t>{-1, 8}));
    EXPECT_EQ(w.operators[0].macs, 0);
    EXPECT_EQ(w.unknown_shapes, 2);
    ASSERT_EQ(w.warnings.size(), 1U);
    EXPECT_NE(w.warnings[0].find("--bind batch=1"), std::string::npos);
    // Written and read again with a value, it is the graph read with a value.
    const auto later = read(wgraph_json(w), {{"batch", 3}}), now = read(kSmall, {{"batch", 3}});
    EXPECT_EQ(later.operators, now.operators);
    EXPECT_EQ(later.tensors, now.tensors);
    EXPECT_EQ(later.parameters, now.parameters);
}

TEST(Wgraph, KeepsWhatItDoesNotKnow) {
    const auto text = wgraph_json(read(kSmall));
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["extra"], (nlohmann::json{1, 2}));
    EXPECT_EQ(json["meta"]["note"], "kept");
    EXPECT_EQ(json["meta"]["source"], "by hand");
    EXPECT_EQ(json["nodes"][0]["colour"]["r"], 1);
    EXPECT_EQ(json["nodes"][1]["group"], "tail");
    EXPECT_EQ(json["tensors"][3]["kind"], "kv");
    EXPECT_EQ(json["tensors"][3]["shape"][0], "batch*3");
    EXPECT_EQ(json["nodes"][0]["inputs"][1], "w");
    EXPECT_EQ(schema_errors(text), "");
    EXPECT_EQ(wgraph_json(read(text)), text);
}

TEST(Wgraph, KeepsKeysWithSlashesAndQuotes) {
    const auto text = wgraph_json(read(
        R"({"format":"waferscope.workload","version":1,"nodes":[{"id":0,"op":"A","a/b~c\"":7}],"d/\"e":8})"));
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["nodes"][0]["a/b~c\""], 7);
    EXPECT_EQ(json["d/\"e"], 8);
}

TEST(Wgraph, LlmGraphsComeBackEqual) {
    const LlmConfig llm{.layers = 3,
                        .hidden = 64,
                        .heads = 4,
                        .kv_heads = 2,
                        .head_dim = 16,
                        .ffn = 128,
                        .vocab = 100,
                        .gated_ffn = true,
                        .qkv_bias = true};
    for (const auto pass : {LlmPass::train, LlmPass::prefill, LlmPass::decode})
        round_trip(make_llm_workload(llm, {.pass = pass, .batch = 2, .seq = 8}));
}

TEST(Wgraph, EveryRealGraphComesBackEqual) {
    REQUIRE_SHARED_DATA();
    int graphs = 0;
    for (const auto* folder : {"onnx", "scalesim", "kgraph", "hf"})
        for (const auto& entry : std::filesystem::recursive_directory_iterator(shared_data(folder))) {
            if (!entry.is_regular_file()) continue;
            const auto workload = read_workload(entry.path());
            if (!workload) continue;
            SCOPED_TRACE(entry.path());
            round_trip(*workload);
            ++graphs;
        }
    EXPECT_GE(graphs, 50);
}

TEST(Wgraph, TracesWithoutTensorsKeepTheirEdges) {
    Workload w{.name = "t"};
    w.operators.resize(3);
    for (auto& op : w.operators) op.type = "aten::mm";
    w.operators[2].kind = OpKind::collective;
    w.operators[2].dims = CommDims{.kind = "all_gather", .bytes = 4096, .groups = 2, .group_size = 4};
    w.edges = {{.from = 0, .to = 2, .tensor = 0xFFFFFFFFU}, {.from = 1, .to = 2, .tensor = 0xFFFFFFFFU}};
    round_trip(w);
}

TEST(Wgraph, RefusesByPointer) {
    const auto at = [](const Error& e) { return e.where; };
    EXPECT_EQ(at(refused("\"version\":1", "\"version\":2")), "g:/version");
    EXPECT_EQ(at(refused("\"op\":\"Relu\",", "")), "g:/nodes/1/op");
    EXPECT_EQ(at(refused("\"m\":\"batch\"", "\"m\":-1")), "g:/nodes/0/gemm/m");
    EXPECT_EQ(at(refused("\"m\":\"batch\"", "\"m\":\"bath\"")), "g:/nodes/0/gemm/m");
    EXPECT_EQ(at(refused("\"batch*3\"", "\"2-3\"")), "g:/tensors/3/shape/0");
    EXPECT_EQ(at(refused("\"batch*3\"", "\"(batch)\"")), "g:/tensors/3/shape/0");
    EXPECT_EQ(at(refused("[8,4]", "[8,4.5]")), "g:/tensors/1/shape/1");
    EXPECT_EQ(at(refused("\"dtype\":\"fp16\",\"kind\":\"weight\"", "\"dtype\":\"f16\"")),
              "g:/tensors/1/dtype");
    EXPECT_EQ(at(refused("\"id\":\"y\"", "\"id\":\"x\"")), "g:/tensors/2/id");
    EXPECT_EQ(at(refused("\"inputs\":[\"y\"]", "\"inputs\":[\"z\"]")), "g:/nodes/1/inputs");
    EXPECT_EQ(at(refused("\"count\":5", "\"count\":0")), "g:/repeat/0/count");
    EXPECT_EQ(at(refused("[\"a\",\"b\"]", "[\"b\",\"a\"]")), "g:/repeat/0/nodes");
    EXPECT_EQ(at(refused("[\"x\",\"w\"]", "[\"cache\"]")), "g:/nodes/0/inputs");
    EXPECT_EQ(refused("\"kind\":\"kv\"", "\"kind\":\"kw\"").hint.substr(0, 18), "did you mean \"kv\"?");
    EXPECT_EQ(refused("\"id\":\"b\"", "\"id\":\"b\",\"id\":\"c\"").code, ErrorCode::key);
    EXPECT_EQ(refused("\"extra\":[1,2]}", "").code, ErrorCode::file_cut);
    EXPECT_EQ(refused("\"count\":5", "\"count\":5,,").code, ErrorCode::value);
    EXPECT_EQ(refused("[1,2]", std::string(100, '[') + std::string(100, ']')).code, ErrorCode::value);
}

TEST(Wgraph, SurvivesDamage) {
    std::mt19937 random(3);
    for (int round = 0; round < 3000; ++round) {
        std::string text(kSmall);
        for (int k = 0; k < 3; ++k) text[random() % text.size()] = static_cast<char>(random() % 96 + 32);
        const auto w = read_wgraph(text, "g", {});
        if (!w) continue;
        const auto written = wgraph_json(*w);
        EXPECT_EQ(wgraph_json(read(written)), written) << text;
    }
}
