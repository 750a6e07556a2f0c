// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/exec_trace.hpp"

#include "core/io/chakra.hpp"
#include "core/io/exec_files.hpp"
#include "core/io/formats.hpp"
#include "core/io/pytorch_et.hpp"
#include "core/io/pytorch_et_cost.hpp"
#include "core/model/run_exec_trace.hpp"
#include "shared_data.hpp"

#include <random>

using namespace waferscope::core;

namespace {

ExecTrace sample() {
    ExecTrace trace{
        .file = "t.et", .format = "chakra", .schema = "0.0.4", .names = {"matmul", "all_reduce", ""}};
    trace.nodes = {{.id = 0, .name = 0, .type = ExecType::comp, .duration_us = 12, .other_ops = 100},
                   {.id = 700,
                    .name = 1,
                    .type = ExecType::coll,
                    .comm_type = 0,
                    .cpu = true,
                    .start_us = 5,
                    .comm_bytes = 1 << 20},
                   {.id = 3, .name = 2, .type = ExecType::recv, .comm_bytes = 7}};
    trace.control = {.first = {0, 0, 0, 1}, .target = {700}};
    trace.data = {.first = {0, 0, 1, 3}, .target = {0, 700, 0}};
    return trace;
}

ExecTrace read_file(const std::string& relative) {
    const auto read = read_exec_trace(shared_data(relative));
    EXPECT_TRUE(read && *read) << relative;
    return read && *read ? **read : ExecTrace{};
}

Result<ExecTrace> read_et(std::string_view text) {
    auto stream = TextStream::over(text, "et.json");
    return read_pytorch_et(stream);
}

constexpr std::string_view kNew = R"et({"schema":"1.0.3","nodes":[
 {"id":1,"name":"[pytorch|profiler|execution_trace|process]","ctrl_deps":1,"inputs":{"values":[],"shapes":[],"types":[]},"outputs":{"values":[],"shapes":[],"types":[]}},
 {"id":2,"name":"aten::linear","ctrl_deps":1,"inputs":{"values":[],"shapes":[],"types":[]},"outputs":{"values":[],"shapes":[],"types":[]}},
 {"id":3,"name":"aten::mm","ctrl_deps":2,"inputs":{"values":[],"shapes":[[4,8],[8,2]],"types":["Tensor(float)","Tensor(float)"]},
  "outputs":{"values":[[9,10,0,8,4,"cuda:0"]],"shapes":[[4,2]],"types":["Tensor(float)"]}},
 {"id":4,"name":"nccl:all_reduce","ctrl_deps":1,"inputs":{"values":[[[9,10,0,8,4,"cuda:0"]]],"shapes":[[[4,2]]],"types":["GenericList[Tensor(float)]"]},
  "outputs":{"values":[],"shapes":[],"types":[]}}]})et";

}  // namespace

TEST(Chakra, ReadsBackWhatItWrote) {
    const auto trace = sample();
    const auto bytes = chakra_bytes(trace);
    EXPECT_TRUE(looks_like_chakra(bytes));
    const auto back = read_chakra(bytes, "t.et");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->nodes, trace.nodes);
    EXPECT_EQ(back->names, trace.names);
    EXPECT_EQ(back->control, trace.control);
    EXPECT_EQ(back->data, trace.data);
    EXPECT_EQ(back->schema, trace.schema);
    EXPECT_EQ(comm_bytes(*back), 1 << 20);
}

TEST(Chakra, RefusesCutAndDamagedFilesWithTheirByte) {
    const auto bytes = chakra_bytes(sample());
    const auto cut = read_chakra(bytes.substr(0, bytes.size() - 3), "t.et");
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::file_cut);
    EXPECT_TRUE(cut.error().where.starts_with("t.et:byte ")) << cut.error().where;
    std::mt19937 random(5);
    for (int round = 0; round < 20000; ++round) {
        auto damaged = bytes;
        damaged[random() % damaged.size()] = static_cast<char>(random());
        if (const auto read = read_chakra(damaged, "t.et")) (void)exec_workload(*read);
    }
}

TEST(Chakra, ReadsRealTraces) {
    REQUIRE_SHARED_DATA();
    const auto resnet = read_file("traces/chakra/resnet_rank0.et");
    EXPECT_EQ(resnet.nodes.size(), 3664U);
    EXPECT_EQ(resnet.edges(), 185542U);
    EXPECT_EQ(nodes_by_type(resnet).at(static_cast<std::size_t>(ExecType::coll)), 21);
    const auto gather = read_file("traces/chakra/all_gather_4npus/all_gather.3.et");
    ASSERT_EQ(gather.nodes.size(), 1U);
    EXPECT_EQ(gather.nodes[0].comm_type, 2);
    EXPECT_EQ(comm_bytes(gather), 1 << 20);
    const auto back = read_chakra(chakra_bytes(resnet), "t.et");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->nodes, resnet.nodes);
    EXPECT_EQ(back->data, resnet.data);
}

TEST(PytorchEt, FollowsTensorsAndCountsWorkOnce) {
    const auto trace = read_et(kNew);
    ASSERT_TRUE(trace) << trace.error().message;
    ASSERT_EQ(trace->nodes.size(), 4U);
    EXPECT_EQ(trace->schema, "1.0.3");
    EXPECT_FALSE(trace->nodes[1].leaf);
    EXPECT_EQ(trace->nodes[2].macs, 64);
    EXPECT_EQ(trace->nodes[3].type, ExecType::coll);
    EXPECT_EQ(comm_bytes(*trace), 32);
    const auto workload = exec_workload(*trace);
    ASSERT_EQ(workload.operators.size(), 2U);
    ASSERT_EQ(workload.edges.size(), 1U);
    EXPECT_EQ(total_macs(workload), 64);
}

TEST(PytorchEt, CostsFollowShapes) {
    EXPECT_EQ(aten_macs("aten::cudnn_convolution", {{32, 3, 224, 224}, {64, 3, 7, 7}}, {{32, 64, 112, 112}}),
              32.0 * 64 * 112 * 112 * 3 * 49);
    EXPECT_EQ(aten_macs("aten::convolution_backward", {{1, 2, 4, 4}, {1, 3, 4, 4}, {2, 3, 3, 3}}, {}),
              2.0 * 32 * 27);
    EXPECT_EQ(aten_macs("aten::addmm", {{5}, {2, 3}, {3, 5}}, {{2, 5}}), 30);
    EXPECT_EQ(aten_macs("aten::bmm", {{7, 2, 3}, {7, 3, 5}}, {}), 210);
    EXPECT_EQ(aten_macs("aten::mm", {{}, {}}, {}), 0);
    EXPECT_EQ(aten_macs("mm", {{2, 3}, {3, 5}}, {}), 0);
}

TEST(PytorchEt, RefusesDamageAndSurvivesChangedBytes) {
    EXPECT_FALSE(read_et(R"({"nodes":[{"id":-1,"name":"x"}]})"));
    EXPECT_FALSE(read_et(R"({"nodes":[{"name":7}]})"));
    EXPECT_FALSE(read_et(R"({"nodes":[]})"));
    EXPECT_FALSE(read_et(R"({"nodes":7})"));
    std::mt19937 random(3);
    for (int round = 0; round < 3000; ++round) {
        std::string damaged(kNew);
        damaged[random() % damaged.size()] = static_cast<char>(random());
        if (const auto read = read_et(damaged)) (void)exec_workload(*read);
    }
}

TEST(PytorchEt, AgreesWithResNet) {
    REQUIRE_SHARED_DATA();
    const auto trace = read_file("traces/pytorch_et/resnet_1gpu_et.json.gz");
    EXPECT_EQ(trace.nodes.size(), 14391U);
    double forward = 0;
    for (const auto& node : trace.nodes)
        if (node.leaf && trace.names[node.name] == "aten::cudnn_convolution") forward += node.macs;
    EXPECT_NEAR(2 * forward, 784.7e9, 0.001 * 784.7e9);
    EXPECT_EQ(comm_bytes(trace),
              3 * 102441032.0);  // three steps of what the Chakra trace of the same model sends
    EXPECT_EQ(read_file("traces/pytorch_et/benchmark_simple_add_et.json.gz").nodes.size(), 38U);
    EXPECT_EQ(read_file("traces/pytorch_et/pt2_et.json.tar.gz").nodes.size(), 20U);
    EXPECT_EQ(read_workload(shared_data("traces/pytorch_et/pt2_et.json.tar.gz"))->format, "pytorch_et");
}

TEST(RunExecTrace, HasOneNodePerSliceInOrder) {
    waferscope::core::Run run;
    run.timeline.names = {"gemm", "all-reduce", "idle"};
    run.timeline.lanes.push_back(
        {.name = "Stage 0",
         .slices = {
             {.start_s = 0, .end_s = 2e-6, .name = 0},
             {.start_s = 2e-6, .end_s = 3e-6, .name = 2, .kind = SliceKind::wait},
             {.start_s = 3e-6, .end_s = 7e-6, .name = 1, .bytes = 64, .kind = SliceKind::collective}}});
    const auto back = read_chakra(chakra_bytes(run_exec_trace(run)), "t.et");
    ASSERT_TRUE(back);
    ASSERT_EQ(back->nodes.size(), 2U);
    EXPECT_EQ(back->nodes[1].start_us, 3U);
    EXPECT_EQ(back->nodes[1].duration_us, 4U);
    EXPECT_EQ(back->data.target, std::vector<std::uint64_t>{0});
    EXPECT_EQ(comm_bytes(*back), 64);
}
