// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/series.hpp"

#include "core/model/timeline.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

namespace {

/// 3 x 2 cores, two wafers, two classes each (idle and busy); busy is the right column.
CoreClasses two_wafers() {
    return {.grid = {3, 2},
            .wafers = 2,
            .classes_per_wafer = 2,
            .class_of_core = {0, 0, 1, 0, 0, 1},
            .classes = std::vector<CoreClass>(4)};
}

}  // namespace

TEST(ClassSeries, ExpandsOneWaferOfOneStep) {
    const ClassSeries series{.metric = "utilisation", .value = {0, 0.25F, 0, 0.5F, 0, 0.75F, 0, 1}};
    std::vector<float> out(6);
    expand(two_wafers(), series, 1, 0, out);
    EXPECT_EQ(out, (std::vector<float>{0, 0, 0.75F, 0, 0, 0.75F}));
    expand(two_wafers(), series, 0, 1, out);
    EXPECT_EQ(out, (std::vector<float>{0, 0, 0.5F, 0, 0, 0.5F}));
}

TEST(LinkSeries, AddsPlanesOfOneDirection) {
    LinkSeries links;
    links.plane.push_back({.box = {1, 0, 2, 1}, .direction = Direction::east, .wavelets = {10, 20}});
    links.plane.push_back({.box = {0, 0, 3, 2}, .direction = Direction::east, .wavelets = {1, 1, 1, 2, 2, 2}});
    links.plane.push_back({.box = {0, 0, 1, 1}, .direction = Direction::south, .wavelets = {100}});
    links.weight = {0.5F, 1, 1};
    std::vector<float> out(6);
    expand(links, {3, 2}, 0, 0, Direction::east, out);
    EXPECT_EQ(out, (std::vector<float>{1, 6, 11, 2, 2, 2}));
    expand_hottest(links, {3, 2}, 0, 0, out);
    EXPECT_EQ(out, (std::vector<float>{100, 6, 11, 2, 2, 2}));
}

TEST(Timeline, EndsWithItsLastSliceAndCountsOverlap) {
    Timeline timeline;
    const auto name = timeline.intern("a");
    EXPECT_EQ(timeline.intern("a"), name);
    Lane lane{.name = "Stage 0"};
    lane.slices = {{.start_s = 0, .end_s = 1, .name = name},
                   {.start_s = 1, .end_s = 3, .name = name, .kind = SliceKind::wait},
                   {.start_s = 3, .end_s = 4, .name = name}};
    timeline.lanes.push_back(lane);
    EXPECT_DOUBLE_EQ(timeline.end_s(), 4);
    EXPECT_DOUBLE_EQ(busy_in(lane, 0.5, 3.5), 1.0);
    EXPECT_DOUBLE_EQ(time_in(lane, SliceKind::wait), 2.0);
    static_assert(sizeof(Slice) <= 32, "the budget is 32 bytes per slice");
}
