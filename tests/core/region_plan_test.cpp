// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/region_plan.hpp"

#include "core/io/scenario_json.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

namespace {

const RegionBounds kBounds{.grid = {100, 80}, .wafers = 2, .layers = 5};

RegionPlan two(Region a, Region b) {
    return {{a, b}};
}

std::string where(const RegionPlan& plan) {
    const auto legal = check_regions(plan, kBounds);
    return legal ? "legal" : std::string(error_id(legal.error().code)) + " " + legal.error().where;
}

Result<Scenario> with_placement(const std::string& placement) {
    return parse_scenario(
        R"({"format":"waferscope.scenario","workload":{"gemm":{"m":8,"n":8,"k":8}},"phase":"decode","machine":"m","placement":)" +
            placement + "}",
        "s.json");
}

std::string refused_at(const std::string& placement) {
    const auto parsed = with_placement(placement);
    return parsed ? "read" : parsed.error().where;
}

}  // namespace

TEST(RegionPlan, TouchingRegionsOfTwoWafersAreLegal) {
    EXPECT_EQ(where(two({.side = 40, .layers = 2}, {.x = 40, .side = 60, .layers = 3})), "legal");
    EXPECT_EQ(where(two({.side = 80, .layers = 2}, {.wafer = 1, .side = 80, .layers = 3})), "legal");
}

TEST(RegionPlan, EachBreachNamesItsRegion) {
    const Region good{.side = 40, .layers = 2};
    EXPECT_EQ(where(two(good, {.x = 39, .y = 39, .side = 40, .layers = 3})), "E-layout /placement/regions/1");
    EXPECT_EQ(where(two(good, {.x = 61, .side = 40, .layers = 3})), "E-layout /placement/regions/1");
    EXPECT_EQ(where(two({.y = 41, .side = 40, .layers = 2}, good)), "E-layout /placement/regions/0");
    EXPECT_EQ(where(two(good, {.wafer = 2, .side = 40, .layers = 3})), "E-layout /placement/regions/1");
    EXPECT_EQ(where(two(good, {.x = 40, .side = 40, .layers = 4})), "E-plan /placement/regions");
    EXPECT_EQ(where(two(good, {.x = 40, .side = 40, .layers = 0})), "E-layout /placement/regions/1");
}

TEST(RegionPlan, AnOverlapIsNamedInCores) {
    const auto issues =
        region_issues(two({.side = 40, .layers = 2}, {.x = 30, .y = 25, .side = 40, .layers = 3}), kBounds);
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_EQ(issues[0].place, (Rect{30, 25, 10, 15}));
    EXPECT_EQ(issues[0].text, "Region 1 and region 2 overlap in 10 x 15 cores at (30,25).");
}

TEST(RegionPlan, PrefillRegionsDoNotCountLayers) {
    auto plan =
        two({.side = 40, .layers = 5}, {.x = 40, .side = 40, .layers = 9, .role = RegionRole::prefill});
    EXPECT_EQ(where(plan), "legal");
    plan.regions.erase(plan.regions.begin());
    EXPECT_EQ(where(plan), "E-plan /placement/regions");
    auto prompts = kBounds;
    prompts.needs_decode = false;
    EXPECT_TRUE(check_regions(plan, prompts));
}

TEST(RegionPlan, GapIsTheManhattanDistanceOfTheNearestEdges) {
    const Rect a{10, 10, 5, 5};
    EXPECT_EQ(gap(a, {15, 12, 5, 5}), 0);  // touch
    EXPECT_EQ(gap(a, {18, 10, 5, 5}), 3);
    EXPECT_EQ(gap(a, {18, 20, 5, 5}), 3 + 5);
    EXPECT_EQ(gap({18, 20, 5, 5}, a), 3 + 5);
}

TEST(RegionPlan, ReadsAndWritesTheFormOfTheManual) {
    const auto scenario = with_placement(
        R"({"regions":[{"wafer":2,"x":1,"y":2,"side":42,"layers":11,"role":"decode"},{"x":0,"y":0,"side":3,"role":"prefill"}]})");
    ASSERT_TRUE(scenario) << to_text(scenario.error());
    ASSERT_TRUE(scenario->regions);
    EXPECT_EQ(*scenario->regions, two({.wafer = 1, .x = 1, .y = 2, .side = 42, .layers = 11},
                                      {.side = 3, .role = RegionRole::prefill}));
    const auto again = parse_scenario(scenario_json(*scenario), "s.json");
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(*again->regions, *scenario->regions);
    EXPECT_TRUE(again->placement.empty());
}

TEST(RegionPlan, BadFilesAreRefusedByPointer) {
    EXPECT_EQ(refused_at(R"({"region":[]})"), "s.json:/placement/regions");
    EXPECT_EQ(refused_at(R"({"regions":[]})"), "s.json:/placement/regions");
    EXPECT_EQ(refused_at(R"({"regions":{}})"), "s.json:/placement/regions");
    EXPECT_EQ(refused_at(R"({"regions":[7]})"), "s.json:/placement/regions/0");
    EXPECT_EQ(
        refused_at(R"({"regions":[{"x":0,"y":0,"side":9,"layers":1},{"x":-1,"y":0,"side":9,"layers":1}]})"),
        "s.json:/placement/regions/1/x");
    EXPECT_EQ(refused_at(R"({"regions":[{"x":0,"y":0,"side":9}]})"), "s.json:/placement/regions/0/layers");
    EXPECT_EQ(refused_at(R"({"regions":[{"x":0,"y":0,"layers":1}]})"), "s.json:/placement/regions/0/side");
    EXPECT_EQ(refused_at(R"({"regions":[{"x":0,"y":0,"side":1e9,"layers":1}]})"),
              "s.json:/placement/regions/0/side");
    EXPECT_EQ(refused_at(R"({"regions":[{"x":0,"y":0,"side":9,"layers":1,"wafer":0}]})"),
              "s.json:/placement/regions/0/wafer");
    EXPECT_EQ(refused_at(R"({"regions":[{"x":0,"y":0,"side":9,"layers":1,"role":"train"}]})"),
              "s.json:/placement/regions/0/role");
    EXPECT_EQ(refused_at(R"({"regions":[{"x":0,"y":0,"side":9,"layers":1,"hight":2}]})"),
              "s.json:/placement/regions/0/hight");
    EXPECT_EQ(refused_at("7"), "s.json:/placement");
}
