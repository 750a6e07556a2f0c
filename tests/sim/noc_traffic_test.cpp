// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/source.hpp"

#include <gtest/gtest.h>

using namespace waferscope;
using sim::Traffic;

TEST(NocTraffic, BoundsAndPathsOfTheFivePatterns) {
    struct Known {
        Traffic traffic;
        double routers8, bound8, bound16;  // exact channel loads: 4/k, 1/(k-1), 2/k, 1, 1/k^2
    };
    for (const auto& [traffic, routers8, bound8, bound16] : {Known{Traffic::uniform, 6.25, 0.5, 0.25},
                                                             {Traffic::transpose, 6.25, 1.0 / 7, 1.0 / 15},
                                                             {Traffic::bitcomp, 9, 0.25, 0.125},
                                                             {Traffic::neighbor, 4.5, 1, 1},
                                                             {Traffic::hotspot, 5, 1.0 / 64, 1.0 / 256}}) {
        EXPECT_DOUBLE_EQ(sim::mean_routers(traffic, {8, 8}), routers8);
        EXPECT_DOUBLE_EQ(sim::rate_bound(traffic, {8, 8}), bound8);
        EXPECT_DOUBLE_EQ(sim::rate_bound(traffic, {16, 16}), bound16);
    }
}

TEST(NocTraffic, UniformReachesEveryNodeEquallyOftenItselfIncluded) {
    sim::Random random(7);
    std::vector<int> hits(12, 0);
    for (int i = 0; i < 120000; ++i) {
        const auto to = sim::destination(Traffic::uniform, {4, 3}, {1, 1}, random);
        ++hits[to.y * 4 + to.x];
    }
    for (const int count : hits) EXPECT_NEAR(count, 10000, 500);
}

TEST(NocSource, CreatesAtItsRate) {
    const sim::Sources sources({.mesh = {1, 1}, .packet_rate = 0.3, .seed = 5});
    auto source = sources.start({0, 0});
    for (int i = 0; i < 30000; ++i) sources.draw(source, {0, 0});
    EXPECT_NEAR(source.created, 100000, 1500);
}

TEST(NocSource, RateOneCreatesInEveryCycle) {
    const sim::Sources sources({.mesh = {1, 1}, .packet_rate = 1});
    auto source = sources.start({0, 0});
    for (std::uint32_t cycle = 0; cycle < 100; ++cycle, sources.draw(source, {0, 0}))
        EXPECT_EQ(source.created, cycle);
}

TEST(NocSource, WindowHoldsTheLeastPacketsAndCycles) {
    const auto busy = sim::measured_window({.mesh = {8, 8}, .packet_rate = 0.25}, {});
    EXPECT_EQ(busy.window.begin, 3000U);
    EXPECT_EQ(busy.window.end, 9000U);
    EXPECT_NEAR(static_cast<double>(busy.packets), 96000, 2000);

    const auto quiet = sim::measured_window({.mesh = {8, 8}, .packet_rate = 0.01}, {});
    EXPECT_GE(quiet.packets, 10000U);
    EXPECT_LE(quiet.packets, 10064U);  // at most one per node in the last cycle more

    const auto rare = sim::measured_window({.mesh = {8, 8}, .packet_rate = 0.0002}, {});
    EXPECT_EQ(rare.window.end - rare.window.begin, 100000U);
}
