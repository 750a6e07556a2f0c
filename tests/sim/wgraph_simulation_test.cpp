// SPDX-License-Identifier: GPL-3.0-or-later
// A graph written as .wgraph.json and read again is the same work to every engine.
#include "core/io/formats.hpp"
#include "core/io/machine_json.hpp"
#include "core/io/wgraph_reader.hpp"
#include "core/io/wgraph_writer.hpp"
#include "sim/simulate.hpp"

#include <gtest/gtest.h>
#include <filesystem>

using namespace waferscope;

namespace {

core::Result<core::Run> simulated(const core::Workload& workload, const std::string& machine,
                                  core::Phase phase, int chips = 1) {
    auto machines =
        core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    sim::Request request;
    request.workload = std::make_shared<const core::Workload>(workload);
    request.machine = *machines->find(machine);
    request.scenario = {.name = "w",
                        .workload = core::FileWorkload{"w"},
                        .phase = phase,
                        .global_batch = 8,
                        .machine = machine,
                        .chips = chips};
    if (phase == core::Phase::decode) request.scenario.seq = 128;
    return sim::simulate(request, sim::Detail::summary, {}, {});
}

void expect_same_runs(const core::Workload& workload, core::Phase phase) {
    const auto again = core::read_wgraph(core::wgraph_json(workload), "w", {});
    ASSERT_TRUE(again) << core::to_text(again.error());
    for (const auto* machine : {"h100_sxm", "cerebras_cs2", "tpu_v5p"}) {
        const auto first = simulated(workload, machine, phase), second = simulated(*again, machine, phase);
        ASSERT_TRUE(first) << machine << core::to_text(first.error());
        ASSERT_TRUE(second) << machine << core::to_text(second.error());
        EXPECT_GT(first->summary.step_time_s, 0);
        EXPECT_EQ(first->summary.step_time_s, second->summary.step_time_s) << machine;
        EXPECT_EQ(first->summary.samples_per_s, second->summary.samples_per_s) << machine;
    }
}

}  // namespace

TEST(WgraphSimulation, ResNet50RunsLikeItsOnnxFile) {
    const auto file = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "onnx/light/light_resnet50.onnx";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
    expect_same_runs(*core::read_workload(file), core::Phase::inference);
}

TEST(WgraphSimulation, ALayerTableRunsLikeItsCsv) {
    const auto file = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "scalesim/Resnet50.csv";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
    expect_same_runs(*core::read_workload(file), core::Phase::inference);
}

TEST(WgraphSimulation, WeightFilesRunAsLanguageModels) {
    for (const auto* file : {"gguf/tiny_llama.gguf", "safetensors/tiny_moe.safetensors"}) {
        const auto workload = core::read_workload(std::filesystem::path(WAFERSCOPE_TEST_DATA) / file);
        ASSERT_TRUE(workload) << core::to_text(workload.error());
        const auto run = simulated(*workload, "h100_sxm", core::Phase::decode);
        ASSERT_TRUE(run) << core::to_text(run.error());
        EXPECT_GT(run->summary.tokens_per_s.value_or(0), 0);
        expect_same_runs(*workload, core::Phase::decode);
    }
}

TEST(WgraphSimulation, HloModulesRunOnWaferAndCluster) {
    const auto workload = core::read_workload(std::filesystem::path(WAFERSCOPE_TEST_DATA) / "hlo/loop.txt");
    ASSERT_TRUE(workload) << core::to_text(workload.error());
    expect_same_runs(*workload, core::Phase::inference);
}

// A product, then an all-reduce of 64 MiB over four devices, a second product that reads it.
TEST(WgraphSimulation, CollectivesOfAGraphTakeTheTimeOfTheCollectiveModel) {
    const auto graph = [](const char* comm) {
        const auto json = std::string(R"({"format":"waferscope.workload","version":1,"tensors":[
            {"id":0,"shape":[4096,4096],"dtype":"bf16","kind":"input"},{"id":1,"shape":[4096,8192],"dtype":"bf16"},{"id":2,"shape":[4096,8192],"dtype":"bf16"}],
            "nodes":[{"id":0,"op":"dot","inputs":[0],"outputs":[1],"gemm":{"m":4096,"n":8192,"k":4096}},
            {"id":1,"op":"all-reduce","inputs":[1],"outputs":[2],"comm":)") + comm + "}]}";
        const auto read = core::read_wgraph(json, "w", {});
        EXPECT_TRUE(read) << core::to_text(read.error());
        return *read;
    };
    const auto four = simulated(graph(R"({"kind":"all_reduce","bytes":67108864,"group_size":4})"), "a100_sxm_80g", core::Phase::inference, 4);
    ASSERT_TRUE(four) << core::to_text(four.error());
    sim::Request lone{.scenario = four->scenario, .workload = nullptr, .machine = four->machine};
    lone.scenario.workload = core::CollectiveWorkload{core::CollectiveKind::all_reduce, 67108864};
    const auto sum = sim::simulate(lone, sim::Detail::summary, {}, {});
    ASSERT_TRUE(sum);
    EXPECT_NEAR(*four->summary.communication_s, sum->summary.step_time_s, 1e-9);
    EXPECT_NEAR(*four->summary.exposed_communication_s, *four->summary.communication_s, 1e-12);
    EXPECT_NEAR(*four->summary.compute_s + *four->summary.communication_s, four->summary.step_time_s, 1e-9);
    // One chip has nobody to sum with.
    const auto one = simulated(graph(R"({"kind":"all_reduce","bytes":67108864,"group_size":4})"), "a100_sxm_80g", core::Phase::inference);
    EXPECT_EQ(one->summary.communication_s.value_or(0), 0);
}
