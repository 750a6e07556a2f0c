// SPDX-License-Identifier: GPL-3.0-or-later
// Difference planes against routes walked link by link.
#include "sim/network/link_loads.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <tuple>

using namespace waferscope;
using core::Direction;

namespace {

using Link = std::tuple<Direction, int, int>;

/// Links of an X-then-Y tree from one tile.
std::set<Link> tree(int x, int y, std::span<const sim::Offset> targets) {
    std::set<Link> links;
    for (const auto& t : targets) {
        int cx = x, cy = y;
        for (; cx < x + t.dx; ++cx) links.insert({Direction::east, cx, cy});
        for (; cx > x + t.dx; --cx) links.insert({Direction::west, cx, cy});
        for (; cy < y + t.dy; ++cy) links.insert({Direction::south, cx, cy});
        for (; cy > y + t.dy; --cy) links.insert({Direction::north, cx, cy});
    }
    return links;
}

struct Case {
    core::Rect source;
    std::vector<sim::Offset> targets;
    sim::FixedWavelets wavelets;
    [[nodiscard]] sim::RectFlow flow(int sign = 1) const { return {source, targets, sign * wavelets}; }
};

Case random_case(std::mt19937& random, core::GridSize grid) {
    const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
    Case c;
    c.source.width = pick(1, 9), c.source.height = pick(1, 9);
    c.source.x = pick(0, grid.columns - c.source.width), c.source.y = pick(0, grid.rows - c.source.height);
    for (int n = pick(0, 3) == 0 ? pick(2, 16) : 1; n > 0; --n)
        c.targets.push_back({pick(0, grid.columns - c.source.width) - c.source.x,
                             pick(0, grid.rows - c.source.height) - c.source.y});
    c.wavelets = pick(1, 1'000'000);
    return c;
}

constexpr core::GridSize kGrid{37, 29};

std::map<Link, sim::FixedWavelets> walked(const std::vector<Case>& cases) {
    std::map<Link, sim::FixedWavelets> loads;
    for (const auto& c : cases)
        for (int y = c.source.y; y < c.source.y + c.source.height; ++y)
            for (int x = c.source.x; x < c.source.x + c.source.width; ++x)
                for (const auto& link : tree(x, y, c.targets)) loads[link] += c.wavelets;
    return loads;
}

void expect_equal(const sim::LinkLoads& loads, std::map<Link, sim::FixedWavelets> truth) {
    for (int d = 0; d < core::kDirections; ++d)
        for (int y = 0; y < kGrid.rows; ++y)
            for (int x = 0; x < kGrid.columns; ++x) {
                const auto direction = static_cast<Direction>(d);
                ASSERT_EQ(loads.at(direction, x, y), (truth[{direction, x, y}])) << d << " " << x << " " << y;
            }
}

}  // namespace

TEST(LinkLoads, RectanglesAndTreesEqualRoutesWalkedLinkByLink) {
    std::mt19937 random(3);
    std::vector<Case> cases;
    sim::LinkLoads loads(kGrid);
    for (int i = 0; i < 60; ++i) cases.push_back(random_case(random, kGrid));
    for (const auto& c : cases) loads.add(c.flow());
    loads.finish();
    expect_equal(loads, walked(cases));
    EXPECT_EQ(loads.total(), loads.flow_hops());
}

TEST(LinkLoads, ManyAtOnceOnTwoThreadsEqualOneByOne) {
    std::mt19937 random(4);
    std::vector<Case> cases;
    for (int i = 0; i < 5'000; ++i) cases.push_back(random_case(random, kGrid));
    std::vector<sim::RectFlow> flows;
    sim::LinkLoads one(kGrid), many(kGrid);
    for (const auto& c : cases) flows.push_back(c.flow()), one.add(c.flow());
    many.add(flows);
    one.finish();
    many.finish();
    for (int d = 0; d < core::kDirections; ++d)
        for (int y = 0; y < kGrid.rows; ++y)
            for (int x = 0; x < kGrid.columns; ++x)
                ASSERT_EQ(one.at(static_cast<Direction>(d), x, y), many.at(static_cast<Direction>(d), x, y));
    EXPECT_EQ(one.flow_hops(), many.flow_hops());
}

TEST(LinkLoads, AThousandEditsEqualAFreshBuildToTheLastBit) {
    std::mt19937 random(5);
    std::vector<Case> cases;
    sim::LinkLoads loads(kGrid);
    for (int i = 0; i < 40; ++i) cases.push_back(random_case(random, kGrid)), loads.add(cases.back().flow());
    loads.finish();
    for (int edit = 0; edit < 1'000; ++edit) {
        auto& changed = cases[std::uniform_int_distribution<std::size_t>(0, cases.size() - 1)(random)];
        loads.add(changed.flow(-1));
        changed = random_case(random, kGrid);
        loads.add(changed.flow());
        loads.finish();
    }
    expect_equal(loads, walked(cases));
    EXPECT_EQ(loads.total(), loads.flow_hops());
}
