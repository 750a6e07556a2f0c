// SPDX-License-Identifier: GPL-3.0-or-later
// The laws of pipelined mode on a real network: work and wavelets are conserved.
#include "core/io/formats.hpp"
#include "core/io/machine_json.hpp"
#include "sim/simulate.hpp"
#include "sim/wafer/link_users.hpp"
#include "sim/wafer/pipelined.hpp"
#include "sim/wafer/pipelined_colours.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <set>

using namespace waferscope;

namespace {

class ResNet50 : public testing::TestWithParam<core::Phase> {
protected:
    void SetUp() override {
        const std::filesystem::path file = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "onnx/light/light_resnet50.onnx";
        if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
        static const auto workload = core::read_workload(file, {});  // one graph: layouts are found once
        ASSERT_TRUE(workload) << core::to_text(workload.error());
        static const auto shared = std::make_shared<const core::Workload>(*workload);
        auto machines = core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
        ASSERT_TRUE(machines);
        request.workload = shared;
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
        sim::LinkLoads loads(spec.grid);
        sim::add_kernel_flows(*layout, k, 256, sim::kAllFlows, loads);
        loads.finish();
        EXPECT_EQ(loads.total(), loads.flow_hops());
    }
}

TEST_P(ResNet50, MovingAKernelChangesOnlyLinksOfItsOwnRoutes) {
    const sim::WaferSpec spec{.grid = {633, 633}, .clock_hz = 0.85e9, .cycles_per_mac = 0.25, .sram_bytes = 49152};
    auto layout = sim::lay_out(request, spec);
    ASSERT_TRUE(layout) << core::to_text(layout.error());
    const auto loads_of = [&](const sim::PipelineLayout& l, auto belongs) {
        sim::LinkLoads loads(spec.grid);
        for (std::size_t k = 0; k < l.graph.kernels.size(); ++k) sim::add_kernel_flows(l, k, 256, belongs, loads);
        loads.finish();
        return loads;
    };
    constexpr int kMoved = 20;
    const auto touches = [](int from, int to) { return from == kMoved || to == kMoved; };
    const auto any = [](int, int) { return true; };
    const auto before = loads_of(*layout, any), own_before = loads_of(*layout, touches);
    layout->packed.placed[kMoved].rect.y = spec.grid.rows - layout->packed.placed[kMoved].rect.height;
    const auto after = loads_of(*layout, any), own_after = loads_of(*layout, touches);
    int changed = 0;
    for (int d = 0; d < core::kDirections; ++d)
        for (int y = 0; y < spec.grid.rows; ++y)
            for (int x = 0; x < spec.grid.columns; ++x) {
                const auto at = [&](const sim::LinkLoads& loads) { return loads.at(static_cast<core::Direction>(d), x, y); };
                // Everything that is not a route of the moved kernel stays to the last bit.
                ASSERT_EQ(at(before) - at(own_before), at(after) - at(own_after)) << d << " " << x << " " << y;
                changed += at(before) != at(after);
            }
    EXPECT_GT(changed, 20);
}

// Every link that carries wavelets between kernels joins two routers that hold a colour for them.
TEST_P(ResNet50, ColoursCoverEveryLoadedLink) {
    const sim::WaferSpec spec{.grid = {633, 633}, .clock_hz = 0.85e9, .cycles_per_mac = 0.25, .sram_bytes = 49152};
    const auto layout = sim::lay_out(request, spec);
    ASSERT_TRUE(layout) << core::to_text(layout.error());
    const auto use = sim::colour_use(*layout, spec.grid);
    sim::LinkLoads loads(spec.grid);
    for (std::size_t k = 0; k < layout->graph.kernels.size(); ++k) sim::add_kernel_flows(*layout, k, 256, sim::kAllFlows, loads);
    loads.finish();
    for (int y = 0; y < spec.grid.rows; ++y)
        for (int x = 0; x < spec.grid.columns; ++x) {
            bool loaded = false;
            for (int d = 0; d < core::kDirections; ++d) loaded = loaded || loads.at(static_cast<core::Direction>(d), x, y) != 0;
            const int colours = use.needed[static_cast<std::size_t>(y * spec.grid.columns + x)];
            if (loaded) {
                ASSERT_GT(colours, 0) << x << " " << y;
            }
            ASSERT_LE(colours, use.most);
        }
    EXPECT_EQ(use.needed[static_cast<std::size_t>(use.y * spec.grid.columns + use.x)], use.most);
    EXPECT_GE(use.most, GetParam() == core::Phase::train ? 9 : 4);  // those inside a rectangle and one stream
}

TEST_P(ResNet50, UsersOfALinkAddUpToItsLoad) {
    const sim::WaferSpec spec{.grid = {633, 633}, .clock_hz = 0.85e9, .cycles_per_mac = 0.25, .sram_bytes = 49152};
    const auto layout = sim::lay_out(request, spec);
    ASSERT_TRUE(layout) << core::to_text(layout.error());
    sim::LinkLoads loads(spec.grid);
    for (std::size_t k = 0; k < layout->graph.kernels.size(); ++k) sim::add_kernel_flows(*layout, k, 256, sim::kAllFlows, loads);
    loads.finish();
    for (const auto& [direction, x, y] : {std::tuple{layout->hottest_direction, layout->hottest_x, layout->hottest_y}, {core::Direction::east, 300, 300}, {core::Direction::south, 200, 100}}) {
        double sum = 0;
        for (const auto& user : sim::link_users(*layout, 256, direction, x, y)) sum += user.wavelets;
        EXPECT_NEAR(sum, static_cast<double>(loads.at(direction, x, y)) / sim::kFixedOne, 1e-6 * sum + 1e-9);
    }
}

TEST_P(ResNet50, FramesAndValuesAreComputedOneByOne) {
    const auto run = sim::simulate(request, sim::Detail::full, {}, {});
    ASSERT_TRUE(run) << core::to_text(run.error());
    const auto& wafer = *run->wafer;
    const auto& value = wafer.series[0].value;
    const auto classes = static_cast<std::ptrdiff_t>(wafer.classes.classes.size());
    std::set<std::vector<float>> frames;
    for (std::size_t t = 0; t < run->steps(); ++t) {
        const auto begin = value.begin() + static_cast<std::ptrdiff_t>(t) * classes;
        frames.emplace(begin, begin + classes);
    }
    std::set<float> loads;
    for (const auto& plane : wafer.links.plane) loads.insert(plane.wavelets.begin(), plane.wavelets.end());
    const std::set<float> values(value.begin(), value.end());
    std::cout << frames.size() << " distinct frames, " << values.size() << " utilisation values, " << loads.size() << " link loads\n";
    EXPECT_GT(frames.size(), 20U);
    EXPECT_GT(values.size(), 20U);
    EXPECT_GT(loads.size(), 20U);
}

INSTANTIATE_TEST_SUITE_P(Phases, ResNet50, testing::Values(core::Phase::train, core::Phase::inference));
