// SPDX-License-Identifier: GPL-3.0-or-later
// The cycle engine under the flow engine's flows: the same loads below saturation, the same slow-down above.
#include "core/io/formats.hpp"
#include "core/io/machine_json.hpp"
#include "sim/noc/collective_window.hpp"
#include "sim/noc/cycle_window.hpp"
#include "sim/wafer/cycle_run.hpp"
#include "sim/wafer/collectives.hpp"
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

TEST(CollectiveFilm, ShowsEveryWaveletOfABroadcastOnce) {
    const sim::CollectiveTask task{.kind = sim::Collective::broadcast, .length = 64, .wavelets = 16};
    const auto film = sim::film_collective(task, {64, 3}, {}, 16, {});
    ASSERT_TRUE(film);
    EXPECT_EQ(film->cycles, 16U + 64 + 2 * 2);  // B + P + 2 T_R
    double crossed = 0;
    for (const auto& frame : film->frames)
        for (const float load : frame.link_load[static_cast<std::size_t>(Direction::east)]) crossed += static_cast<double>(load) * film->cycles_per_frame;
    EXPECT_NEAR(crossed, 3 * 63 * 16, 1e-3);  // three rows, 63 links, 16 wavelets
}

// Decode on 420 x 420 (design/wafer_models.md 5): 35 wavelets of the hidden state; gate and up are longer.
TEST(CycleWindow, WindowOfDecodeFilmsItsLongestSum) {
    const auto machines = core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    const core::LlmConfig llama{.layers = 32, .hidden = 4200, .heads = 1, .kv_heads = 1, .head_dim = 4200, .ffn = 14700, .vocab = 128256, .gated_ffn = true};
    sim::Request request{.scenario = {.name = "decode", .workload = llama, .phase = core::Phase::decode, .global_batch = 1, .seq = 4200, .output_tokens = 1, .machine = "cerebras_cs2"}, .machine = *machines->find("cerebras_cs2")};
    request.scenario.wafer.region = {420, 420};
    const auto run = sim::simulate_cycles(request, {100, 100, 64, 16}, {});
    ASSERT_TRUE(run) << core::to_text(run.error());
    EXPECT_EQ(run->wafer->classes.grid, (core::GridSize{64, 420}));  // gate and up are summed along columns
    // F against C within what the formula of two trees leaves out.
    const double formula = sim::two_tree_all_reduce(420, 20, 35, 2), cycles = run->summary.step_time_s * 1.1e9;  // 70 values: 639
    EXPECT_GT(cycles, 0.9 * formula);
    EXPECT_LT(cycles, 1.3 * formula);
    EXPECT_LE(run->summary.hottest_link->load, 1.0 + 1e-6);
    EXPECT_FALSE(sim::simulate_cycles(request, {600, 800, 8, 8}, {}));  // beyond the region
    std::cout << run->bottlenecks.front().text << "\n";
}
