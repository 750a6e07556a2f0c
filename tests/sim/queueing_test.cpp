// SPDX-License-Identifier: GPL-3.0-or-later
// The flow engine's waits: worked numbers, and the cycle engine at the same load.
#include "sim/network/queueing.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace waferscope::sim;

TEST(QueueWait, WorkedNumberAndLimits) {
    EXPECT_NEAR(queue_wait(0.6, 0.09 + 0.09), 0.375, 1e-12);
    EXPECT_EQ(queue_wait(0.6, 0.36), 0) << "one input does not wait for itself";
    EXPECT_EQ(queue_wait(0, 0), 0);
    EXPECT_TRUE(std::isinf(queue_wait(1, 0.5)));
    EXPECT_EQ(waferscope::core::confidence_at(0.6), waferscope::core::Confidence::ok);
    EXPECT_EQ(waferscope::core::confidence_at(0.7), waferscope::core::Confidence::caution);
    EXPECT_EQ(waferscope::core::confidence_at(0.9), waferscope::core::Confidence::verify);
}

struct Case {
    int vcs, buffer;
    bool speculative;
    int flits;
    double share_of_bound, tolerance;
};

class FlowAgainstCycles : public testing::TestWithParam<Case> {};

TEST_P(FlowAgainstCycles, MeanLatencyAgrees) {
    const auto& c = GetParam();
    NocConfig config;
    config.vc.source.mesh = {6, 7};
    config.vc.vcs = c.vcs, config.vc.buffer = c.buffer, config.vc.speculative = c.speculative,
    config.vc.packet_flits = c.flits;
    config.rate = c.share_of_bound * rate_bound(Traffic::uniform, config.vc.source.mesh);
    config.seeds = 2;
    const auto cycles = run_noc(config, {});
    ASSERT_TRUE(cycles) << waferscope::core::to_text(cycles.error());
    const auto flow = estimate_mesh(config);
    EXPECT_NEAR(flow.latency_cycles / cycles->latency_cycles, 1, c.tolerance)
        << flow.latency_cycles << " against " << cycles->latency_cycles;
    EXPECT_GT(flow.latency_cycles, zero_load_cycles(config));
}

INSTANTIATE_TEST_SUITE_P(Uniform, FlowAgainstCycles,
                         testing::Values(Case{1, 8, false, 1, 0.2, 0.02}, Case{1, 8, true, 1, 0.4, 0.02},
                                         Case{4, 8, false, 1, 0.5, 0.02}, Case{1, 8, true, 4, 0.4, 0.02},
                                         Case{4, 8, false, 4, 0.4, 0.02},
                                         // Flits of several packets take turns on a link: to the end of the
                                         // route only where routers are speculative.
                                         Case{2, 8, true, 4, 0.4, 0.02}, Case{4, 8, true, 4, 0.4, 0.02},
                                         Case{2, 8, false, 8, 0.3, 0.02}, Case{4, 8, true, 8, 0.3, 0.02}));

TEST(FlowEngine, TurnsOfFlitsCostNothingFarFromTheTargetUnlessSpeculative) {
    // 4 flits: a tail up to 3 cycles late catches up in 3 routers without speculation. One channel: packets
    // go one after the other.
    NocConfig config;
    config.vc.source.mesh = {12, 12};
    config.vc.packet_flits = 4, config.vc.vcs = 4;
    config.rate = 0.3 * rate_bound(Traffic::uniform, config.vc.source.mesh);
    const auto wait = [&](bool speculative, int vcs) {
        config.vc.speculative = speculative, config.vc.vcs = vcs;
        return estimate_mesh(config).latency_cycles - zero_load_cycles(config);
    };
    const double in_turn = wait(true, 1), speculative = wait(true, 4), caught_up = wait(false, 4);
    EXPECT_GT(speculative, 1.3 * in_turn);
    EXPECT_GT(caught_up, in_turn);
    EXPECT_LT(caught_up, 1.1 * in_turn);
}
