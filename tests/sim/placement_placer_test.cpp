// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of the placer: always legal, repeatable, never slower than the bound allows.
#include "core/io/kgraph.hpp"
#include "sim/placement/contest_placer.hpp"
#include "sim/placement/contest_score.hpp"
#include "sim/placement/random.hpp"
#include "sim/placement/refine.hpp"
#include "sim/placement/row_search.hpp"
#include "sim/placement/slicing_search.hpp"
#include "tests/core/shared_data.hpp"

#include <gtest/gtest.h>

#include <atomic>

using namespace waferscope;

namespace {

core::ContestGraph case_graph(const std::string& name) {
    return *core::read_kgraph_file(shared_data("kgraph/" + name + ".kgraph").string());
}

/// A random graph of convolutions and blocks with forward edges.
core::ContestGraph random_graph(std::uint64_t seed) {
    sim::Random random(seed);
    const int n = 1 + random.below(14);
    core::ContestGraph graph;
    graph.fabric = {60 + random.below(200), 60 + random.below(200)};
    graph.weight_length = random.below(20);
    for (int i = 0; i < n; ++i) {
        core::ContestNode node;
        node.id = i;
        node.name = "k" + std::to_string(i);
        node.kind = random.chance(0.7)   ? core::ContestKind::conv
                    : random.chance(0.5) ? core::ContestKind::dblock
                                         : core::ContestKind::cblock;
        const auto size = [&](int most) { return std::int64_t{1} + random.below(most); };
        if (node.kind == core::ContestKind::conv)
            node.given = {size(40), size(40), size(128), size(128), size(3), size(3), size(2), 1};
        else
            node.given = {size(28), size(28), 4 * size(16)};
        graph.nodes.push_back(node);
    }
    for (int i = 1; i < n; ++i)
        graph.edges.push_back(
            {static_cast<std::size_t>(random.below(i)), static_cast<std::size_t>(i), {}, 0});
    return graph;
}

sim::PlacerOutcome place(const core::ContestGraph& graph, const sim::PlacerConfig& config) {
    const auto outcome = sim::solve_placement(sim::contest_problem(graph), config, {}, {});
    EXPECT_TRUE(outcome) << core::to_text(outcome.error());
    return outcome ? *outcome : sim::PlacerOutcome{};
}

void expect_legal(const core::ContestGraph& graph, const sim::PlacerOutcome& outcome,
                  const std::string& what) {
    const auto score =
        sim::score_contest(graph, sim::contest_layout(graph, outcome.placement), outcome.lower_bound);
    EXPECT_TRUE(score.legal) << what << ": "
                             << (score.violations.empty()
                                     ? ""
                                     : score.violations[0].rule + " " + score.violations[0].detail);
    EXPECT_NEAR(score.cost_without_adapters, outcome.placement.cost, 1e-6 * outcome.placement.cost) << what;
    EXPECT_GE(score.time, outcome.lower_bound) << what;
}

}  // namespace

TEST(Placer, EveryCaseIsLegalOnATinyBudget) {
    REQUIRE_SHARED_DATA();
    for (const char* name : {"A", "B", "C", "D", "E", "F", "G", "H", "M", "N"}) {
        const auto graph = case_graph(name);
        expect_legal(graph, place(graph, {.time_limit_s = 0.05}), name);
    }
}

TEST(Placer, RandomGraphsAreLegal) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        const auto graph = random_graph(seed);
        expect_legal(graph, place(graph, {.seed = seed, .time_limit_s = 0.1}),
                     "seed " + std::to_string(seed));
    }
}

TEST(Placer, SameSeedSameLayoutOnAnyNumberOfThreads) {
    // The clock is far away: iterations are set by the limit of 0.3 s, and the work is a few times that at
    // most even in a debug build.
    const auto graph = random_graph(7);
    const auto problem = sim::contest_problem(graph);
    const auto solve = [&](std::uint64_t seed, int threads) {
        const auto outcome = sim::solve_placement(
            problem, {.seed = seed, .time_limit_s = 30, .work_limit_s = 0.1, .threads = threads}, {}, {});
        EXPECT_FALSE(outcome->cut_short);
        return core::ContestLayout{{}, sim::contest_layout(graph, outcome->placement).kernels}.kernels;
    };
    const auto first = solve(5, 1);
    EXPECT_EQ(solve(5, 1), first);
    EXPECT_EQ(solve(5, 2), first);
}

TEST(Placer, CheapWireNeverBuysASlowerPipelineThanRowPacking) {
    REQUIRE_SHARED_DATA();
    const std::pair<const char*, double> rows[] = {{"A", 34496}, {"B", 63504}, {"D", 33516}, {"M", 2211840}};
    for (const auto& [name, time] : rows) {
        const auto outcome = place(case_graph(name), {.time_limit_s = 30, .work_limit_s = 0.1});
        EXPECT_LE(outcome.placement.time, time) << name;
    }
}

TEST(Placer, SinglesKernelsAndEmptyProblems) {
    EXPECT_TRUE(sim::solve_placement({}, {}, {}, {}));
    auto graph = random_graph(3);
    graph.nodes.resize(1);
    graph.edges.clear();
    const auto outcome = place(graph, {.time_limit_s = 0.1});
    expect_legal(graph, outcome, "one kernel");
    EXPECT_EQ(outcome.placement.time, outcome.lower_bound);
}

TEST(Placer, RefusesWhatCannotFit) {
    auto graph = random_graph(3);
    graph.fabric = {2, 2};
    const auto outcome = sim::solve_placement(sim::contest_problem(graph), {}, {}, {});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, core::ErrorCode::fit);
}

TEST(Placer, StopsWhenAsked) {
    const auto problem = sim::contest_problem(random_graph(7));
    std::stop_source stop;
    std::atomic<int> calls{0};
    const auto outcome = sim::solve_placement(problem, {.time_limit_s = 3600}, stop.get_token(),
                                              [&](double, const sim::PlacementResult&) {
                                                  ++calls;
                                                  stop.request_stop();
                                              });
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->cut_short);
    EXPECT_GE(calls, 1);
    const auto never = sim::solve_placement(problem, {}, stop.get_token(), {});
    ASSERT_FALSE(never);
    EXPECT_EQ(never.error().code, core::ErrorCode::cancelled);
}

TEST(Placer, TimeSpentPausedIsNotCountedAndTheResultIsTheSame) {
    const auto graph = case_graph("A");
    const sim::PlacerConfig hurried{.time_limit_s = 0.02, .work_limit_s = 0.3};
    EXPECT_TRUE(place(graph, hurried).cut_short);
    auto paused = hurried;
    std::atomic<int> asked{0};
    paused.paused_s = [&asked] {
        ++asked;
        return 1e6;
    };
    const auto outcome = place(graph, paused);
    EXPECT_GT(asked, 0);
    EXPECT_FALSE(outcome.cut_short);
    EXPECT_EQ(outcome.placement.cost, place(graph, {.time_limit_s = 600, .work_limit_s = 0.3}).placement.cost);
}

TEST(SlicingSearch, TwoEqualSquaresShareTheGridByTheBetterCut) {
    // One shape only, 6 x 4, on 10 x 10: stacked it needs 8 rows, side by side (turned) 8 columns.
    sim::PlacementProblem problem{.grid = {10, 10}};
    for (int i = 0; i < 2; ++i) {
        sim::PlaceableKernel kernel;
        kernel.shapes = [](double) {
            return std::vector{sim::ShapeOption{.width = 6, .height = 4, .time = 1}};
        };
        kernel.least_time = kernel.most_time = kernel.work = 1;
        problem.kernels.push_back(kernel);
    }
    problem.edges.push_back({0, 1, 1});
    const auto table = std::make_shared<const sim::ShapeTable>(sim::make_shape_table(problem, 1));
    const auto tree = sim::best_slicing(problem, *table, {0, 1}, 2);
    ASSERT_TRUE(tree);
    sim::SlicingLayout layout(problem, table, *tree);
    const auto measure = layout.measure();
    EXPECT_TRUE(measure.possible);
    EXPECT_EQ(measure.overflow, 0);
    EXPECT_EQ(measure.wire_length, 4);
}

TEST(Refine, NeverCostsMoreAndStaysLegal) {
    for (std::uint64_t seed = 20; seed < 26; ++seed) {
        const auto graph = random_graph(seed);
        const auto problem = sim::contest_problem(graph);
        const double bound = sim::least_time_by_area(problem);
        const auto table =
            std::make_shared<const sim::ShapeTable>(sim::make_shape_table(problem, bound * 1.5));
        const auto tree = sim::plain_rows(problem, *table, sim::data_path_order(problem));
        if (!tree) continue;
        sim::SlicingLayout layout(problem, table, *tree);
        const auto m = layout.measure();
        sim::PlacementResult before{layout.placed(), m.time, m.wire_length,
                                    problem.weight_time * m.time + problem.weight_length * m.wire_length};
        const auto after = sim::refine(problem, *table, before);
        EXPECT_LE(after.cost, before.cost + 1e-9);
        expect_legal(graph, {after, bound, false}, "seed " + std::to_string(seed));
    }
}

TEST(DataPathOrder, FollowsTheDataAndSurvivesCircles) {
    sim::PlacementProblem problem;
    problem.kernels.resize(5);
    problem.edges = {{3, 1, 1}, {1, 0, 1}, {0, 4, 1}, {4, 2, 1}};
    EXPECT_EQ(sim::data_path_order(problem), (std::vector{3, 1, 0, 4, 2}));
    problem.edges.push_back({2, 3, 1});
    EXPECT_EQ(sim::data_path_order(problem).size(), 5U);
}
