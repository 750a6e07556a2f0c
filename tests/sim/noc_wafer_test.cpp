// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/drive.hpp"
#include "sim/noc/noc.hpp"

#include <gtest/gtest.h>

using namespace waferscope;
using sim::Collective;

namespace {

constexpr int kRamp = 2;

sim::NocResult run(const sim::NocConfig& config) {
    auto result = sim::run_noc(config, {});
    EXPECT_TRUE(result) << core::to_text(result.error());
    return result ? *result : sim::NocResult{};
}

sim::NocConfig line(Collective kind, int length, std::uint32_t wavelets) {
    sim::NocConfig config{.wafer = true, .collective = sim::CollectiveTask{kind, length, wavelets}};
    config.vc.source.mesh = {length, 1};
    return config;
}

}  // namespace

TEST(NocWafer, DelaysEnterTheStepTime) {
    auto config = line(Collective::chain, 16, 10);
    config.fabric = {.hop_cycles = 2, .ramp_cycles = 3, .dispatch_cycles = 4, .queue_depth = 8};
    // One step: ramp in, hop, ramp out, pass on = 3 + 2 + 3 + 4.
    EXPECT_EQ(run(config).latency_cycles, 15 * 12 + 10);
}

TEST(NocWafer, LinksPassAWaveletPerInterval) {
    auto config = line(Collective::broadcast, 4, 8000);
    config.fabric.wavelet_interval = 1.125;
    EXPECT_NEAR(run(config).latency_cycles / 9000, 1, 0.002);
}

TEST(NocWafer, ShallowQueuesSlowDownButLoseNothing) {
    auto config = line(Collective::broadcast, 9, 200);
    const auto deep = run(config);
    config.fabric.queue_depth = 1;
    const auto shallow = run(config);
    EXPECT_GT(shallow.latency_cycles, 1.5 * deep.latency_cycles);
    EXPECT_EQ(shallow.flits_delivered, deep.flits_delivered);
}

TEST(NocWafer, UnicastAtLightLoadTakesRampsAndHops) {
    sim::NocConfig config{.rate = 0.001, .wafer = true};
    config.vc.source.mesh = {16, 16};
    config.vc.source.traffic = sim::Traffic::bitcomp;
    const auto result = run(config);
    EXPECT_DOUBLE_EQ(*result.zero_load_cycles, 2 * kRamp + 16);
    EXPECT_NEAR(result.latency_cycles, *result.zero_load_cycles, 0.1 + *result.ci95_latency);
}

TEST(NocWafer, SameResultForAnyNumberOfThreads) {
    sim::NocConfig traffic{.rate = 0.3,
                           .seeds = 1,
                           .window = {.warmup = 100, .least_cycles = 600, .least_packets = 0},
                           .wafer = true};
    traffic.vc.source.mesh = {9, 7};
    traffic.fabric.queue_depth = 2;
    auto chain = line(Collective::tree, 16, 9);
    chain.vc.source.mesh = {70, 7};
    for (auto config : {traffic, chain}) {
        const auto one = run(config);
        for (const int threads : {2, 3}) {
            config.threads = threads;
            const auto many = run(config);
            EXPECT_EQ(many.checksum, one.checksum);
            EXPECT_EQ(many.latency_cycles, one.latency_cycles);
            EXPECT_EQ(many.flits_delivered, one.flits_delivered);
        }
    }
}

TEST(NocWafer, RouterFitsIn800Bytes) {
    EXPECT_LE(run(line(Collective::chain, 64, 16)).bytes_per_router, 400);
    EXPECT_LE(run(line(Collective::tree, 64, 16)).bytes_per_router, 800);
    sim::NocConfig config{.rate = 0.1,
                          .seeds = 1,
                          .window = {.warmup = 0, .least_cycles = 64, .least_packets = 0},
                          .wafer = true};
    config.vc.source.mesh = {32, 32};
    EXPECT_LE(run(config).bytes_per_router, 800);
}
