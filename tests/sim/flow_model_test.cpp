// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/flow_model.hpp"

#include "sim/placement/contest_score.hpp"
#include "sim/placement/floor_legalise.hpp"

#include <gtest/gtest.h>

#include <random>

using namespace waferscope;
using sim::FloorEdit;
using sim::FloorSlots;
using sim::FlowModel;

namespace {

core::ContestNode node(core::ContestKind kind, int id, std::array<std::int64_t, core::kConvArguments> given) {
    return {.kind = kind, .id = id, .name = "k" + std::to_string(id), .given = given};
}

/// Three convolutions, a dblock and a cblock in a row, and a skip tensor, on a small fabric.
core::ContestGraph small_graph() {
    core::ContestGraph graph{
        .source = "small", .fabric = {160, 140}, .weight_length = 2, .weight_adapter = 3};
    graph.nodes = {node(core::ContestKind::conv, 1, {16, 16, 8, 16, 3, 3, 1, 1}),
                   node(core::ContestKind::dblock, 2, {16, 16, 16}),
                   node(core::ContestKind::cblock, 3, {16, 16, 32}),
                   node(core::ContestKind::conv, 4, {8, 8, 32, 16, 1, 1, 1, 1}),
                   node(core::ContestKind::conv, 5, {8, 8, 16, 16, 3, 3, 2, 2})};
    graph.edges = {{0, 1, {16, 16, 16}, 0},
                   {1, 2, {16, 16, 16}, 0},
                   {2, 3, {8, 8, 32}, 0},
                   {3, 4, {8, 8, 16}, 0},
                   {2, 4, {8, 8, 16}, 0}};
    return graph;
}

core::Slot random_slot(const sim::FloorProblem& problem, std::size_t kernel, std::mt19937& random) {
    const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    core::Slot slot{.rotated = upto(2) == 1};
    const auto count = core::execution_argument_count(problem.kernels[kernel].kind);
    for (std::size_t i = 0; i < count; ++i) slot.arguments.push_back(1 + upto(i < 2 ? 2 : 4));
    // Some reach outside on purpose.
    slot.x = upto(problem.limits.grid.columns) - 4;
    slot.y = upto(problem.limits.grid.rows) - 4;
    return slot;
}

void expect_equal(const FlowModel& edited, const FlowModel& fresh) {
    const auto grid = edited.problem().limits.grid;
    for (int d = 0; d < core::kDirections; ++d)
        for (int y = 0; y < grid.rows; ++y)
            for (int x = 0; x < grid.columns; ++x) {
                const auto direction = static_cast<core::Direction>(d);
                ASSERT_EQ(edited.loads().at(direction, x, y), fresh.loads().at(direction, x, y))
                    << d << ' ' << x << ' ' << y;
            }
    const auto a = edited.estimate(), b = fresh.estimate();
    EXPECT_EQ(a.time, b.time);
    EXPECT_EQ(a.wire_length, b.wire_length);
    EXPECT_EQ(a.adapters, b.adapters);
    EXPECT_EQ(a.link_time, b.link_time);
    EXPECT_EQ(a.violations.size(), b.violations.size());
}

}  // namespace

TEST(FlowModel, AThousandRandomEditsEqualAFreshBuild) {
    const auto problem = sim::floor_problem(small_graph());
    std::mt19937 random(7);
    FloorSlots slots(problem.kernels.size());
    FlowModel model(problem, slots);
    bool flowed = false;
    for (int i = 0; i < 1000; ++i) {
        std::vector<FloorEdit> edits;
        for (int n = 1 + static_cast<int>(random() % 3); n > 0; --n) {
            const auto kernel = random() % problem.kernels.size();
            FloorEdit edit{.kernel = kernel};
            if (random() % 8 != 0) edit.slot = random_slot(problem, kernel, random);
            slots[kernel] = edit.slot;
            edits.push_back(std::move(edit));
        }
        model.apply(edits);
        ASSERT_EQ(model.slots(), slots);
        flowed |= model.loads().total() > 0;
        if (i % 20 == 19) expect_equal(model, FlowModel(problem, slots));
        if (testing::Test::HasFatalFailure()) return;
    }
    EXPECT_TRUE(flowed);
    std::vector<FloorEdit> all;
    for (std::size_t k = 0; k < slots.size(); ++k) all.push_back({.kernel = k});
    model.apply(all);
    EXPECT_EQ(model.loads().total(), 0);  // what was added is taken away to the last bit
    EXPECT_EQ(model.loads().busiest().wavelets, 0);
}

TEST(FlowModel, OnlyTheReportedAreaChanges) {
    const auto problem = sim::floor_problem(small_graph());
    std::mt19937 random(3);
    FloorSlots slots(problem.kernels.size());
    for (std::size_t k = 0; k < slots.size(); ++k) slots[k] = random_slot(problem, k, random);
    for (auto& slot : slots) slot->x = std::clamp(slot->x, 0, 90), slot->y = std::clamp(slot->y, 0, 90);
    FlowModel model(problem, slots);
    const auto grid = problem.limits.grid;
    std::vector<float> before(grid.cells()), after(grid.cells());
    const core::Rect all{0, 0, grid.columns, grid.rows};
    for (int i = 0; i < 60; ++i) {
        model.hottest(all, before);
        const auto kernel = random() % slots.size();
        auto slot = *model.slots()[kernel];
        slot.x = static_cast<int>(random() % 90);
        const auto dirty = model.apply({{kernel, slot}});
        model.hottest(all, after);
        for (int y = 0; y < grid.rows; ++y)
            for (int x = 0; x < grid.columns; ++x)
                if (const auto at = static_cast<std::size_t>(y * grid.columns + x); before[at] != after[at]) {
                    ASSERT_TRUE(dirty.contains(x, y)) << x << ' ' << y;
                }
    }
}

TEST(FlowModel, FiguresAreThoseOfTheContestScore) {
    const auto graph = small_graph();
    const auto problem = sim::floor_problem(graph);
    std::mt19937 random(11);
    for (int i = 0; i < 50; ++i) {
        FloorSlots slots(problem.kernels.size());
        for (std::size_t k = 0; k < slots.size(); ++k) slots[k] = random_slot(problem, k, random);
        const FlowModel model(problem, slots);
        const auto estimate = model.estimate();
        const auto score = sim::score_contest(graph, sim::slots_layout(problem, slots), 0);
        EXPECT_EQ(estimate.time, score.time);
        EXPECT_EQ(estimate.wire_length, score.wire_length);
        EXPECT_EQ(estimate.adapters, score.adapter_cost);
        EXPECT_EQ(estimate.cost, score.cost);
        EXPECT_EQ(estimate.violations.size(), score.violations.size());
        EXPECT_DOUBLE_EQ(estimate.area_fraction, score.area_fraction);
    }
}

TEST(FlowModel, ATurnedPlacementHasTheTurnedLoads) {
    auto graph = small_graph();
    graph.fabric = {150, 150};
    const auto problem = sim::floor_problem(graph);
    FloorSlots slots(problem.kernels.size());
    std::mt19937 random(5);
    for (std::size_t k = 0; k < slots.size(); ++k) {
        slots[k] = random_slot(problem, k, random);
        slots[k]->rotated = false;
        slots[k]->x = static_cast<int>(k) * 12, slots[k]->y = static_cast<int>(k) * 7;
    }
    // One edge at a time has no better order to choose: inner flows and straight ways only.
    auto alone = problem;
    alone.graph.edges.clear();
    const FlowModel model(alone, slots);
    auto turned = slots;
    for (auto& slot : turned) slot->rotated = true, std::swap(slot->x, slot->y);
    const FlowModel other(alone, turned);
    ASSERT_GT(model.loads().total(), 0);
    for (int y = 0; y < 150; ++y)
        for (int x = 0; x < 150; ++x) {
            ASSERT_EQ(model.loads().at(core::Direction::east, x, y),
                      other.loads().at(core::Direction::south, y, x));
            ASSERT_EQ(model.loads().at(core::Direction::north, x, y),
                      other.loads().at(core::Direction::west, y, x));
        }
}

TEST(FlowModel, SharesOfTheBusiestLinkAddUpToItsLoad) {
    const auto problem = sim::floor_problem(small_graph());
    std::mt19937 random(9);
    FloorSlots slots(problem.kernels.size());
    for (std::size_t k = 0; k < slots.size(); ++k) {
        slots[k] = random_slot(problem, k, random);
        slots[k]->x = static_cast<int>(k) * 20, slots[k]->y = 10;
    }
    const FlowModel model(problem, slots);
    const auto busiest = model.loads().busiest();
    ASSERT_GT(busiest.wavelets, 0);
    sim::FixedWavelets sum = 0;
    for (const auto& share : model.shares(busiest)) sum += share.wavelets;
    EXPECT_EQ(sum, busiest.wavelets);
}

TEST(FloorProblem, LayoutsRoundTripAndBadOnesNameTheLine) {
    const auto problem = sim::floor_problem(small_graph());
    std::mt19937 random(2);
    FloorSlots slots(problem.kernels.size());
    for (std::size_t k = 1; k < slots.size(); ++k) slots[k] = random_slot(problem, k, random);
    auto layout = sim::slots_layout(problem, slots);
    EXPECT_EQ(sim::layout_slots(problem, layout).value(), slots);  // k1 is left out and stays unplaced
    layout.source = "a.paint";
    for (std::size_t i = 0; i < layout.kernels.size(); ++i) layout.kernels[i].line = 10 + static_cast<int>(i);
    const auto refused = [&](const core::ContestLayout& bad, const char* where, const char* word) {
        const auto result = sim::layout_slots(problem, bad);
        ASSERT_FALSE(result) << word;
        EXPECT_EQ(result.error().code, core::ErrorCode::layout);
        EXPECT_EQ(result.error().where, where);
        EXPECT_NE(result.error().message.find(word), std::string::npos) << result.error().message;
    };
    auto bad = layout;
    bad.kernels[1].name = "k77";
    refused(bad, "a.paint:11", "k77");
    bad = layout;
    bad.kernels[2] = bad.kernels[1], bad.kernels[2].line = 12;
    refused(bad, "a.paint:12", "twice");
    bad = layout;
    bad.kernels[0].slot.arguments[3] = -2;
    refused(bad, "a.paint:10", "-2");
    bad = layout;
    bad.kernels[0].given[0] = 99;
    refused(bad, "a.paint:10", "99");
    bad = layout;
    bad.kernels[3].slot.x = 2'000'000'000;
    refused(bad, "a.paint:13", "outside");
    bad = layout;
    bad.kernels[3].slot.arguments = {40000, 40000, 2, 2};
    refused(bad, "a.paint:13", "outside");
}

TEST(FloorProblem, TheFastestShapeInABoxIsInTheBoxAndNoSlowerThanASmallerBoxAllows) {
    const auto problem = sim::floor_problem(small_graph());
    for (std::size_t k = 0; k < problem.kernels.size(); ++k) {
        double last = 0;
        for (const int side : {100, 60, 40, 30}) {
            const auto shape = sim::fastest_shape(problem, k, side, side);
            ASSERT_TRUE(shape) << k << ' ' << side;
            EXPECT_LE(shape->width, side);
            EXPECT_LE(shape->height, side);
            EXPECT_GE(shape->time, last);
            last = shape->time;
            // Nothing on any curve at a lower time limit fits.
            for (const auto& other : sim::floor_shapes(problem, k, shape->time / 1.001))
                EXPECT_TRUE(other.width > side || other.height > side) << k << ' ' << side;
        }
        EXPECT_FALSE(sim::fastest_shape(problem, k, 2, 1));
    }
}

TEST(Legalise, MovesOnlyWhatBreachesAndLeavesLockedKernels) {
    const auto problem = sim::floor_problem(small_graph());
    FloorSlots slots(problem.kernels.size());
    for (std::size_t k = 0; k < slots.size(); ++k) {
        const auto shape = sim::fastest_shape(problem, k, 40, 40);
        slots[k] = core::Slot{
            .x = static_cast<int>(k % 3) * 45,
            .y = static_cast<int>(k / 3) * 45,
            .arguments = {shape->arguments.begin(),
                          shape->arguments.begin() + static_cast<std::ptrdiff_t>(shape->argument_count)}};
    }
    ASSERT_TRUE(FlowModel(problem, slots).estimate().violations.empty());
    const std::vector<bool> none(slots.size(), false);
    EXPECT_EQ(sim::legalise(problem, slots, none).value(), slots);
    auto broken = slots;
    broken[1]->x = 3;    // onto k1
    broken[4]->y = 139;  // outside
    auto fixed = none;
    fixed[1] = true;
    const auto cured = sim::legalise(problem, broken, fixed).value();
    EXPECT_TRUE(FlowModel(problem, cured).estimate().violations.empty());
    EXPECT_EQ(cured[1], broken[1]);  // locked
    EXPECT_NE(cured[0], broken[0]);  // so the other one moved
    EXPECT_EQ(cured[2], broken[2]);
    EXPECT_EQ(cured[3], broken[3]);
}

TEST(Legalise, ThePlaceNearestToTheWishIsFound) {
    const std::vector<core::Rect> taken{{10, 10, 10, 10}};
    EXPECT_EQ(sim::nearest_free(taken, {40, 40}, {12, 11, 4, 4}), (core::Rect{12, 6, 4, 4}));
    EXPECT_EQ(sim::nearest_free(taken, {40, 40}, {38, 30, 4, 4}), (core::Rect{36, 30, 4, 4}));
    EXPECT_EQ(sim::nearest_free(taken, {20, 20}, {5, 5, 15, 15}), std::nullopt);
}

TEST(Legalise, TheRestIsPlacedLegallyAndTheOthersStay) {
    const auto problem = sim::floor_problem(small_graph());
    FloorSlots slots(problem.kernels.size());
    const auto shape = sim::fastest_shape(problem, 1, 60, 60);
    slots[1] = core::Slot{
        .x = 50,
        .y = 40,
        .arguments = {shape->arguments.begin(),
                      shape->arguments.begin() + static_cast<std::ptrdiff_t>(shape->argument_count)}};
    const auto full = sim::place_rest(problem, slots).value();
    EXPECT_EQ(full[1], slots[1]);
    EXPECT_TRUE(FlowModel(problem, full).estimate().violations.empty());
}
