// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of design/wafer.md 2 against the general formula of design/wafer_models.md 5.
#include "sim/wafer/collectives.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace waferscope::sim;

TEST(Collectives, WorkedNumbers) {
    EXPECT_EQ(std::lround(reduce_cycles(Reduce::star, 64, 16, 2)), 1013);
    EXPECT_EQ(std::lround(reduce_cycles(Reduce::chain, 64, 16, 2)), 394);
    EXPECT_EQ(std::lround(reduce_cycles(Reduce::tree, 64, 16, 2)), 142);
    EXPECT_EQ(std::lround(reduce_cycles(Reduce::two_phase, 64, 16, 2)), 161);
    EXPECT_DOUBLE_EQ(two_tree_all_reduce(420, 20, 35, 2), 639);
    EXPECT_DOUBLE_EQ(reduce_cycles(Reduce::star, 4, 1, 2), 8);
    EXPECT_DOUBLE_EQ(broadcast_cycles(4, 1, 2), 9);
}

TEST(Collectives, RowsFollowFromTheGeneralFormula) {
    const double t = 2;
    for (const int p : {4, 16, 64, 256})
        for (const double b : {1.0, 8.0, 100.0, 5000.0}) {
            const double levels = std::log2(p), s = std::sqrt(p);
            EXPECT_DOUBLE_EQ(reduce_cycles(Reduce::chain, p, b, t), b + (2 * t + 2) * (p - 1));
            EXPECT_DOUBLE_EQ(
                reduce_cycles(Reduce::tree, p, b, t),
                std::max(b * levels, b * p / (2.0 * (p - 1)) * levels + p - 1) + (2 * t + 1) * levels);
            EXPECT_DOUBLE_EQ(reduce_cycles(Reduce::two_phase, p, b, t),
                             std::max(2 * b, 2 * b * (p - s) / (p - 1) + p - 1) + (2 * t + 1) * (2 * s - 2));
            EXPECT_DOUBLE_EQ(broadcast_cycles(p, b, t), b + p + 2 * t);
            EXPECT_DOUBLE_EQ(ring_all_reduce_cycles(p, b, t),
                             2 * (p - 1) * b / p + 4 * p - 6 + 2 * (p - 1) * (2 * t + 1));
            const double general = collective_cycles(reduce_shape(Reduce::star, p, b), t),
                         star = reduce_cycles(Reduce::star, p, b, t);
            if (b > 2) {
                EXPECT_DOUBLE_EQ(general, star);
            } else {
                EXPECT_GE(general, star);
            }
        }
}

TEST(Collectives, TwoPhaseOfALineThatIsNoSquareIsTwoChains) {
    // 8 = 2 groups of 4: 6 edges of one hop and one of 4, at most 3 + 1 dependent steps.
    const auto shape = reduce_shape(Reduce::two_phase, 8, 3);
    EXPECT_EQ(shape.contention, 6);
    EXPECT_EQ(shape.energy, 3 * (6 + 4));
    EXPECT_EQ(shape.depth, 4);
    EXPECT_EQ(reduce_cycles(Reduce::two_phase, 7, 3, 2), reduce_cycles(Reduce::chain, 7, 3, 2));
}

TEST(Collectives, PlannerFindsTheRegions) {
    EXPECT_EQ(choose_reduce(64, 1, 2).best, Reduce::star);
    EXPECT_EQ(choose_reduce(64, 8, 2).best, Reduce::tree);
    EXPECT_EQ(choose_reduce(256, 256, 2).best, Reduce::two_phase);
    EXPECT_EQ(choose_reduce(16, 5000, 2).best, Reduce::chain);
    const auto choice = choose_reduce(64, 16, 2);
    EXPECT_GE(choice.second_cycles, choice.cycles);
    for (const double b : {1.0, 64.0, 4096.0})
        EXPECT_GE(reduce_2d_cycles(512, 512, b, 2), reduce_2d_bound(512, 512, b, 2));
}
