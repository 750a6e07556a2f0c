// SPDX-License-Identifier: GPL-3.0-or-later
// The laws of pipelined mode on a real network: work and wavelets are conserved.
#include "core/io/formats.hpp"
#include "core/io/machine_json.hpp"
#include "sim/simulate.hpp"
#include "sim/wafer/pipelined.hpp"

#include <gtest/gtest.h>

#include <filesystem>

using namespace waferscope;

namespace {

class ResNet50 : public testing::TestWithParam<core::Phase> {
protected:
    void SetUp() override {
        const std::filesystem::path file = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "onnx/light/light_resnet50.onnx";
        if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
        auto workload = core::read_workload(file, {});
        ASSERT_TRUE(workload) << core::to_text(workload.error());
        auto machines = core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
        ASSERT_TRUE(machines);
        request.workload = std::make_shared<const core::Workload>(std::move(*workload));
        request.machine = *machines->find("cerebras_cs1");
        request.scenario = {.name = "ResNet-50", .workload = core::FileWorkload{file.string()}, .phase = GetParam(), .global_batch = 256, .machine = "cerebras_cs1"};
    }
    sim::Request request;
};

}  // namespace

TEST_P(ResNet50, BusyCyclesOfComputeTilesAreItsMacs) {
    const auto run = sim::simulate(request, sim::Detail::full, {}, {});
    ASSERT_TRUE(run) << core::to_text(run.error());
    const auto& wafer = *run->wafer;
    std::vector<double> tiles(wafer.classes.classes.size(), 0);
    for (const auto c : wafer.classes.class_of_core) tiles[c] += 1;
    const double clock = 0.85e9, cycles_per_mac = 0.25;
    double busy = 0;
    for (std::size_t t = 0; t < run->steps(); ++t)
        for (std::size_t c = 0; c < tiles.size(); ++c)
            if (wafer.classes.classes[c].name.find(" compute ") != std::string::npos)
                busy += static_cast<double>(wafer.series[0].value[t * tiles.size() + c]) * tiles[c] * (run->step_edges_s[t + 1] - run->step_edges_s[t]) * clock;
    const double copies = GetParam() == core::Phase::train ? 3 : 1;
    EXPECT_NEAR(busy / cycles_per_mac / (copies * core::total_macs(*request.workload) * 256), 1.0, 1e-6);
    EXPECT_DOUBLE_EQ(run->summary.step_time_s, run->timeline.end_s());
    for (const float value : wafer.series[0].value) ASSERT_LE(value, 1.0F);
}

TEST_P(ResNet50, WaveletsOnLinksEqualWaveletsTimesHops) {
    const sim::WaferSpec spec{.grid = {633, 633}, .clock_hz = 0.85e9, .cycles_per_mac = 0.25, .sram_bytes = 49152};
    const auto layout = sim::lay_out(request, spec);
    ASSERT_TRUE(layout) << core::to_text(layout.error());
    for (std::size_t a = 0; a < layout->packed.placed.size(); ++a)
        for (std::size_t b = a + 1; b < layout->packed.placed.size(); ++b)
            ASSERT_FALSE(layout->packed.placed[a].rect.overlaps(layout->packed.placed[b].rect));
    for (std::size_t k = 0; k < layout->graph.kernels.size(); ++k) {
        auto loads = sim::kernel_flows(*layout, spec.grid, k, 256);
        loads.finish();
        EXPECT_EQ(loads.total(), loads.flow_hops());
    }
}

INSTANTIATE_TEST_SUITE_P(Phases, ResNet50, testing::Values(core::Phase::train, core::Phase::inference));
