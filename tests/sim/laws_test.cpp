// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/schedule.hpp"
#include "sim/network/link_loads.hpp"
#include "sim/placement/kernel.hpp"
#include "sim/wafer/collectives.hpp"

#include <gtest/gtest.h>

#include <random>

using namespace waferscope;

// Worked in design/wafer_models.md 5: 10*6+35 + 10*26+35 + 35+210+4.
TEST(Collectives, TwoTreeAllReduceOfTheWorkedExample) { EXPECT_DOUBLE_EQ(sim::two_tree_all_reduce(420, 20, 35, 2), 639); }

TEST(LinkLoads, SumOverLinksEqualsWaveletsTimesHops) {
    sim::LinkLoads loads({40, 30});
    std::mt19937 random(1);
    for (int i = 0; i < 500; ++i)
        loads.add_flow(static_cast<int>(random() % 40), static_cast<int>(random() % 30), static_cast<int>(random() % 40), static_cast<int>(random() % 30), static_cast<std::int64_t>(random() % 1000));
    loads.finish();
    EXPECT_EQ(loads.total(), loads.flow_hops());
}

// 40 + 4 tiles by hand: east along row 1 from column 0 to 3, then south along column 3 to row 2.
TEST(LinkLoads, RoutesGoXFirst) {
    sim::LinkLoads loads({5, 4});
    EXPECT_EQ(loads.add_flow(0, 1, 3, 2, 7), 4);
    loads.finish();
    EXPECT_EQ(loads.at(core::Direction::east, 0, 1), 7);
    EXPECT_EQ(loads.at(core::Direction::east, 2, 1), 7);
    EXPECT_EQ(loads.at(core::Direction::east, 3, 1), 0);
    EXPECT_EQ(loads.at(core::Direction::south, 3, 1), 7);
}

// Golden rows of design/placement.md.
TEST(KernelShape, GoldenValuesOfConvolutions) {
    const auto s = sim::shape_of({.H = 14, .W = 14, .C = 1024, .K = 512}, 1, 2, 34, 34, 3);
    EXPECT_EQ(s.height, 70);
    EXPECT_EQ(s.width, 102);
    EXPECT_DOUBLE_EQ(s.time, 48608);
    EXPECT_NEAR(s.memory, 1929.301, 1e-3);
}

// Equal stages, no transfer time: the bubble is (p - 1)/m of the useful time.
TEST(Schedule, OneForwardOneBackwardHasTheIdealBubble) {
    const int p = 4, m = 8;
    const auto events = sim::one_f_one_b(std::vector<sim::StageTimes>(p, {.forward = 1, .backward = 2}), m, 0);
    EXPECT_EQ(events.front().size(), 2U * m);
    EXPECT_DOUBLE_EQ(events.front().back().end_s, (m + p - 1) * 3.0);
}
