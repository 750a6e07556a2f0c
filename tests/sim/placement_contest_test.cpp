// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes, scores and bounds of the contest's rules against the golden values of design/placement.md.
#include "core/io/kgraph.hpp"
#include "core/io/paint.hpp"
#include "sim/placement/contest_kernel.hpp"
#include "sim/placement/contest_placer.hpp"
#include "sim/placement/contest_score.hpp"
#include "sim/placement/shape_curve.hpp"
#include "tests/core/shared_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace waferscope;
using core::ContestKind;

namespace {

sim::ShapeOption shape(ContestKind kind, const std::vector<std::int64_t>& given,
                       const std::vector<int>& arguments) {
    return sim::shape_of_parts(sim::contest_parts(kind, given), arguments, {.grid = {633, 633}});
}

core::ContestGraph chain(int kernels) {
    std::string text = "(*\nwidth=100\nheight=100\nwdeltat=1\nwlength=1\nwadapter=1\nmemlimit=24576\n*)\n";
    for (int i = 1; i <= kernels; ++i)
        text += "conv[" + std::to_string(i) + "] H=8 W=8 R=1 S=1 C=16 K=16 T=1 U=1\n";
    for (int i = 1; i < kernels; ++i)
        text += "conv[" + std::to_string(i) + "]:y -> conv[" + std::to_string(i + 1) + "]:x\n";
    return *core::read_kgraph(text, "chain");
}

std::string rules_of(const sim::ContestScore& score) {
    std::string rules;
    for (const auto& v : score.violations)
        rules += v.kernel + ":" + v.rule + ":" + std::to_string(v.line) + " ";
    return rules;
}

}  // namespace

TEST(ContestKernel, ShapesHaveTheGoldenValues) {
    const auto k1 = shape(ContestKind::dblock, {56, 56, 256}, {4, 4, 8, 8, 8, 8, 64, 16});
    EXPECT_EQ(k1.height, 144);
    EXPECT_EQ(k1.width, 264);
    EXPECT_EQ(k1.time, 50176);
    EXPECT_EQ(k1.memory, 3264);
    const auto k2 = shape(ContestKind::cblock, {56, 56, 512}, {4, 4, 8, 8, 8, 8, 32, 32, 8, 19});
    EXPECT_EQ(k2.height, 144);
    EXPECT_EQ(k2.width, 273);
    EXPECT_EQ(k2.time, 50176);
    EXPECT_EQ(k2.memory, 6144);
    const auto k3 = shape(ContestKind::dblock, {28, 28, 512}, {4, 4, 8, 8, 8, 8, 32, 8});
    EXPECT_EQ(k3.height, 144);
    EXPECT_EQ(k3.width, 144);
    EXPECT_EQ(k3.time, 50176);
    EXPECT_EQ(k3.memory, 4160);
    const auto a = shape(ContestKind::conv, {14, 14, 1024, 512, 1, 1, 1, 1}, {1, 2, 34, 34});
    EXPECT_EQ(a.height, 70);
    EXPECT_EQ(a.width, 102);
    EXPECT_EQ(a.time, 48608);
    EXPECT_NEAR(a.memory, 1929.301, 5e-4);
    const auto b = shape(ContestKind::conv, {112, 112, 128, 64, 1, 1, 1, 1}, {8, 7, 6, 7});
    EXPECT_EQ(b.height, 392);
    EXPECT_EQ(b.width, 21);
    EXPECT_EQ(b.time, 49280);
    EXPECT_NEAR(b.memory, 2243.0476, 5e-5);
    const auto c = shape(ContestKind::conv, {7, 7, 2048, 512, 1, 1, 1, 1}, {1, 1, 63, 19});
    EXPECT_EQ(c.height, 64);
    EXPECT_EQ(c.width, 57);
    EXPECT_EQ(c.time, 43659);
    EXPECT_NEAR(c.memory, 2196.4244, 5e-5);
}

TEST(ContestScore, SampleHasTheGoldenScore) {
    REQUIRE_SHARED_DATA();
    const auto graph = core::read_kgraph_file(shared_data("kgraph/D.kgraph").string());
    const auto layout = core::read_paint_file(shared_data("kgraph/D_sample.paint").string());
    ASSERT_TRUE(graph && layout);
    const auto score = sim::score_contest(*graph, *layout, 32256);
    EXPECT_TRUE(score.legal) << rules_of(score);
    EXPECT_EQ(score.time, 56448);
    EXPECT_EQ(score.wire_length, 5443.5);
    EXPECT_NEAR(score.most_memory, 9272.9, 0.05);
    EXPECT_NEAR(score.area_fraction, 0.733, 5e-4);
    EXPECT_EQ(score.cost_without_adapters, 56448 + 5443.5);
    EXPECT_DOUBLE_EQ(score.gap, 56448.0 / 32256 - 1);
    EXPECT_EQ(score.kernels.size(), 52U);
}

TEST(ContestScore, EveryBreachIsListedWithItsLine) {
    const auto graph = chain(6);
    const auto layout = core::read_paint(
        "k01 = conv( 8 8 16 16 1 1 1 1 1 1 4 4 )\nk01 : place(0 0 R0)\n"  // legal: 5 high, 12 wide
        "k2 = conv( 8 8 16 16 1 1 1 1 1 1 4 4 )\nk2 : place(11 4 R0)\n"   // one tile over k1
        "k3 = conv( 8 8 16 99 1 1 1 1 1 1 4 4 )\nk3 : place(95 0 R90)\n"  // wrong K; 5 wide when turned: fits
        "k4 = conv( 8 8 16 16 1 1 1 1 0 1 4 4 )\nk4 : place(0 40 R0)\n"   // h' = 0
        "k5 = conv( 8 8 16 16 1 1 1 1 1 1 4 4 )\n"                        // no place
        "k1 = conv( 8 8 16 16 1 1 1 1 1 1 4 4 )\n"
        "k9 = conv( 8 8 16 16 1 1 1 1 1 1 4 4 )\n",
        "x");
    ASSERT_TRUE(layout) << core::to_text(layout.error());
    const auto score = sim::score_contest(graph, *layout, 0);
    EXPECT_FALSE(score.legal);
    EXPECT_EQ(rules_of(score),
              "k3:arguments:5 k4:execution:7 k5:unplaced:9 k1:repeated:10 k9:unknown:11 k6:missing:14 "
              "k2:overlap:3 ");
}

TEST(ContestScore, HugeArgumentsDoNotOverflow) {
    const auto graph = chain(1);
    const auto layout = core::read_paint(
        "k1 = conv( 8 8 16 16 1 1 1 1 2147483647 2147483647 2147483647 2147483647 )\n"
        "k1 : place(2147483647 -2147483648 R0)\n",
        "x");
    ASSERT_TRUE(layout);
    EXPECT_EQ(rules_of(sim::score_contest(graph, *layout, 0)), "k1:range:1 ");
}

TEST(ContestScore, WireLengthKeepsHalvesAndAdaptersCountMismatches) {
    // k1 is 5 high and 12 wide at the origin: centre (6, 2.5). k2 turned is 5 wide, 9 high at (20, 10): its
    // c' is 2, k' 3, so 3 high, 9 wide, turned 3 wide and 9 high: centre (21.5, 14.5). Distance 15.5 + 12
    // = 27.5. h' and w' agree; k' = 4 of k1 meets c' = 2 of k2: one mismatch.
    const auto graph = chain(2);
    const auto layout = core::read_paint(
        "k1 = conv( 8 8 16 16 1 1 1 1 1 1 4 4 )\nk1 : place(0 0 R0)\nk2 = conv( 8 8 16 16 1 1 1 1 1 1 2 3 )\n"
        "k2 : place(20 10 R90)\n",
        "x");
    ASSERT_TRUE(layout);
    const auto score = sim::score_contest(graph, *layout, 0);
    EXPECT_TRUE(score.legal) << rules_of(score);
    EXPECT_EQ(score.wire_length, 27.5);
    EXPECT_EQ(score.adapter_cost, 1);
    EXPECT_EQ(score.cost, score.cost_without_adapters + 1);
}

TEST(LeastTimeByArea, IsTheReferenceBound) {
    REQUIRE_SHARED_DATA();
    const std::pair<const char*, double> bounds[] = {{"A", 33152}, {"B", 62181},   {"C", 60270},
                                                     {"D", 32256}, {"M", 2156544}, {"N", 1020}};
    for (const auto& [name, bound] : bounds) {
        const auto graph =
            core::read_kgraph_file(shared_data(std::string("kgraph/") + name + ".kgraph").string());
        ASSERT_TRUE(graph);
        EXPECT_EQ(sim::least_time_by_area(sim::contest_problem(*graph)), bound) << name;
    }
}

TEST(ParetoShapes, AreTheOnlyShapesThatCount) {
    // Every choice of arguments of a small convolution is tried: none may beat the set.
    const auto parts = sim::contest_parts(ContestKind::conv, {{4, 4, 8, 6, 3, 3, 1, 1}});
    const sim::ShapeLimits limits{.grid = {60, 60}, .memory_elements = 400};
    for (const double most_time : {300.0, 1000.0, 4000.0}) {
        const auto options = sim::pareto_shapes(parts, most_time, 60, limits);
        for (const auto& o : options) {
            EXPECT_LE(o.time, most_time);
            EXPECT_LE(o.memory, 400);
        }
        for (int h = 1; h <= 4; ++h)
            for (int w = 1; w <= 4; ++w)
                for (int c = 1; c <= 8; ++c)
                    for (int k = 1; k <= 6; ++k) {
                        const std::vector<int> arguments{h, w, c, k};
                        const auto s = sim::shape_of_parts(parts, arguments, limits);
                        if (s.time > most_time || s.memory > 400 || s.width > 60 || s.height > 60) continue;
                        EXPECT_TRUE(std::ranges::any_of(options, [&](const auto& o) {
                            return o.width <= s.width && o.height <= s.height;
                        }));
                    }
    }
}

TEST(ShapeCurve, InverseIsTheLeastSideThatReachesAValue) {
    const sim::Curve curve{sim::kNoSide, 9, 9, 5, 5, 4, 2, 2};
    sim::Curve inverse(8);
    sim::invert_curve(curve, inverse);
    EXPECT_EQ(inverse, (sim::Curve{sim::kNoSide, sim::kNoSide, 6, 6, 5, 3, 3, 3}));
}
