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

// Qi et al. 2023: with equal forward, input and weight gradients the bubble of ZB-H1 is a third of that of 1F1B; the
// greedy order comes close. Each pass happens once per stage and micro-batch, after what it needs.
TEST(Schedule, ZeroBubbleFillsWithWeightGradients) {
    constexpr int p = 8, m = 32;
    const auto events = sim::zero_bubble_schedule(std::vector<sim::StageTimes>(p, {.forward = 1, .backward = 2, .weights = 1}), m, 0);
    const auto plain = sim::one_f_one_b(std::vector<sim::StageTimes>(p, {.forward = 1, .backward = 2}), m, 0);
    const auto end_of = [](const auto& stages) {
        double end = 0;
        for (const auto& list : stages) end = std::max(end, list.back().end_s);
        return end;
    };
    const double ideal = 3.0 * m;
    EXPECT_DOUBLE_EQ(end_of(plain) - ideal, 3.0 * (p - 1));
    EXPECT_LE(end_of(events) - ideal, (end_of(plain) - ideal) / 2);
    EXPECT_GE(end_of(events) - ideal, (end_of(plain) - ideal) / 3 - 1e-9);
    std::vector<std::vector<double>> forward(p, std::vector<double>(m, -1)), input = forward, weights = forward;
    for (std::size_t s = 0; s < p; ++s) {
        double now = 0;
        int held = 0;
        for (const auto& e : events[s]) {
            EXPECT_GE(e.start_s, now);
            now = e.end_s;
            const auto micro = static_cast<std::size_t>(e.micro_batch);
            const bool fwd = e.pass == core::Pass::forward;
            auto& done = (fwd ? forward : e.weights ? weights : input)[s][micro];
            EXPECT_LT(done, 0) << "twice";
            done = e.end_s;
            held += fwd ? 1 : e.weights ? -1 : 0;
            EXPECT_LE(held, p);
            if (e.weights) {
                EXPECT_GE(e.start_s, input[s][micro]);
            }
        }
        EXPECT_EQ(events[s].size(), 3U * m);
    }
    for (std::size_t s = 1; s < p; ++s)
        for (std::size_t i = 0; i < m; ++i) {
            EXPECT_GE(forward[s][i], forward[s - 1][i] + 1);
            EXPECT_GE(input[s - 1][i], input[s][i] + 1);
        }
}
