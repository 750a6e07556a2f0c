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
                                  core::Phase phase) {
    auto machines =
        core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    sim::Request request;
    request.workload = std::make_shared<const core::Workload>(workload);
    request.machine = *machines->find(machine);
    request.scenario = {.name = "w",
                        .workload = core::FileWorkload{"w"},
                        .phase = phase,
                        .global_batch = 8,
                        .machine = machine};
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
