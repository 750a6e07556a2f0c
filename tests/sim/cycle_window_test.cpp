// SPDX-License-Identifier: GPL-3.0-or-later
// The cycle engine under the flow engine's flows: the same loads below saturation, the same slow-down above.
#include "core/io/formats.hpp"
#include "core/io/machine_json.hpp"
#include "sim/noc/cycle_window.hpp"
#include "sim/wafer/cycle_run.hpp"
#include "sim/wafer/pipelined.hpp"

#include <gtest/gtest.h>

#include <filesystem>

using namespace waferscope;
using core::Direction;

namespace {

/// Two kernels on 64 x 64 cores: the reduce rows of one (column 12) send to the west edge of the other (column 40),
/// everything through the link (40, 31) south.
sim::WindowConfig two_kernels(double rho) {
    sim::WindowConfig config{.mesh = {64, 64}};
    for (int i = 0; i < 16; ++i) config.flows.push_back({12, 10 + i, 40, 40 + i, rho / 16});
    return config;
}

}  // namespace

TEST(CycleWindow, IntervalOfTwoKernelsAgreesWithTheFlowEngine) {
    for (const double rho : {0.5, 0.9, 1.3}) {
        const auto result = sim::simulate_window(two_kernels(rho), {});
        ASSERT_TRUE(result) << core::to_text(result.error());
        const double crossed = result->mean_load[static_cast<std::size_t>(Direction::south)][31 * 64 + 40];
        // F: T' = T max(1, rho). C: as much longer as the link carries less than it was asked for.
        EXPECT_NEAR(rho / crossed, std::max(1.0, rho), 0.02 * std::max(1.0, rho)) << rho;
    }
}

TEST(CycleWindow, DeliversWhatIsOfferedBelowSaturation) {
    const auto result = sim::simulate_window(two_kernels(0.6), {});
    ASSERT_TRUE(result);
    EXPECT_NEAR(result->delivered / result->offered, 1, 0.02);
    EXPECT_EQ(result->lost_rate, 0);
    for (const auto& plane : result->mean_load)
        for (const double load : plane) ASSERT_LE(load, 1.0 + 1e-9);
}

TEST(CycleWindow, WindowOfAPipelinedRunIsARunOfItsOwn) {
    const std::filesystem::path file = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "onnx/light/light_resnet50.onnx";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
    auto workload = core::read_workload(file, {});
    const auto machines = core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    sim::Request request{.scenario = {.name = "ResNet-50", .workload = core::FileWorkload{file.string()}, .phase = core::Phase::train, .global_batch = 256, .machine = "cerebras_cs1"},
                         .workload = std::make_shared<const core::Workload>(std::move(*workload)), .machine = *machines->find("cerebras_cs1")};
    const auto whole = sim::simulate(request, sim::Detail::summary, {}, {});
    ASSERT_TRUE(whole);
    const auto place = whole->bottlenecks.front().place.value_or(core::Rect{100, 100, 1, 1});
    const core::Rect window{std::clamp(place.x - 24, 0, 633 - 48), std::clamp(place.y - 24, 0, 633 - 48), 48, 48};
    const auto run = sim::simulate_cycles(request, window, {});
    ASSERT_TRUE(run) << core::to_text(run.error());
    EXPECT_EQ(run->wafer->classes.grid, (core::GridSize{48, 48}));
    EXPECT_EQ(run->steps(), 64U);
    EXPECT_GT(run->summary.hottest_link->load, 0.02);
    EXPECT_LE(run->summary.hottest_link->load, 1.0 + 1e-9);
    std::cout << run->bottlenecks.front().text << "\n";
    for (const auto& w : run->warnings) std::cout << w << "\n";
}

TEST(CycleWindow, RefusesWhatItCannotDo) {
    EXPECT_FALSE(sim::simulate_window({.mesh = {1, 64}}, {}));
    EXPECT_FALSE(sim::simulate_window({.mesh = {4096, 64}}, {}));
}
