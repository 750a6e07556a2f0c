// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/workbench_model.hpp"

#include "tests/views/sample_runs.hpp"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include <cmath>

using namespace waferscope;
using namespace waferscope::views;

namespace {

TEST(WorkbenchModel, TakesTheLayerOfTheRun) {
    WorkbenchModel model;
    model.set_run(2, test::small_wafer());
    EXPECT_EQ(model.pane(2).layer, 'B');
    model.set_run(2, nullptr);
    EXPECT_EQ(model.pane(2).layer, 'C');
}

TEST(WorkbenchModel, TellsOncePerFrame) {
    WorkbenchModel model;
    model.set_run(0, test::small_wafer());
    model.flush();
    QSignalSpy time(&model, &WorkbenchModel::timeChanged);
    QSignalSpy runs(&model, &WorkbenchModel::runsChanged);
    for (int i = 1; i < 50; ++i) model.set_position(i * 1e-5);
    EXPECT_EQ(time.count(), 0);
    model.flush();
    EXPECT_EQ(time.count(), 1);
    EXPECT_EQ(runs.count(), 0);
    model.flush();
    EXPECT_EQ(time.count(), 1);
}

TEST(WorkbenchModel, SameValueIsNoChange) {
    WorkbenchModel model;
    model.set_run(0, test::small_wafer());
    model.flush();
    QSignalSpy views(&model, &WorkbenchModel::viewsChanged);
    QSignalSpy colors(&model, &WorkbenchModel::colorsChanged);
    model.set_view(0, ViewKind::map);
    model.set_color_range(model.color_range());
    model.set_metric("no such metric");
    model.flush();
    EXPECT_EQ(views.count() + colors.count(), 0);
}

TEST(WorkbenchModel, ClockEndsWithEachRun) {
    WorkbenchModel model;
    model.set_run(0, test::gpu_node());     // 9.6 ms
    model.set_run(1, test::small_wafer());  // 0.8 ms
    EXPECT_DOUBLE_EQ(model.duration(), 9.6e-3);
    model.set_position(4.8e-3);
    EXPECT_DOUBLE_EQ(model.time_of(0), 4.8e-3);
    EXPECT_DOUBLE_EQ(model.time_of(1), 8e-4);
    EXPECT_EQ(model.step_of(1), 7U);
}

TEST(WorkbenchModel, NormalisedClocksRunTogether) {
    WorkbenchModel model;
    model.set_run(0, test::gpu_node());
    model.set_run(1, test::small_wafer());
    model.set_alignment(Alignment::normalised);
    model.set_position(4.8e-3);
    EXPECT_DOUBLE_EQ(model.time_of(1), 4e-4);
    EXPECT_NEAR(model.position_for(1, 4e-4), 4.8e-3, 1e-15);
}

TEST(WorkbenchModel, PlaybackAdvancesAndWraps) {
    WorkbenchModel model;
    model.set_run(0, test::small_wafer());
    model.set_speed(1e-4);
    model.advance(2);
    EXPECT_NEAR(model.position(), 2e-4, 1e-12);
    model.advance(7);
    EXPECT_NEAR(model.position(), 1e-4, 1e-12);
}

TEST(WorkbenchModel, SpeedChangesInNotches) {
    WorkbenchModel model;
    model.set_speed(1e-3);
    model.change_speed(1);
    EXPECT_NEAR(model.speed(), 2e-3, 1e-9);
    model.change_speed(-1);
    EXPECT_NEAR(model.speed(), 1e-3, 1e-9);
    model.change_speed(-1);
    EXPECT_NEAR(model.speed(), 5e-4, 1e-9);
}

TEST(WorkbenchModel, StepsStayInsideTheRun) {
    WorkbenchModel model;
    model.set_run(0, test::small_wafer());
    for (int i = 0; i < 20; ++i) model.step_by(1);
    EXPECT_EQ(model.step_of(0), 7U);
    for (int i = 0; i < 20; ++i) model.step_by(-1);
    EXPECT_EQ(model.step_of(0), 0U);
}

TEST(WorkbenchModel, SelectionCarriesItsOperator) {
    WorkbenchModel model;
    model.set_run(1, test::small_wafer());
    model.select({.kind = Place::Kind::core, .pane = 1, .x = 13, .y = 2});
    EXPECT_EQ(model.selection().op, 1U);  // layer 1 ffn
    model.set_run(1, nullptr);
    EXPECT_EQ(model.selection().kind, Place::Kind::none);
}

TEST(WorkbenchModel, SwapTakesTheSelectionAlong) {
    WorkbenchModel model;
    model.set_run(0, test::gpu_node());
    model.set_run(1, test::small_wafer());
    model.select({.kind = Place::Kind::device, .pane = 0, .index = 4});
    model.swap_panes(0, 1);
    EXPECT_EQ(model.selection().pane, 1);
    EXPECT_EQ(model.pane(0).layer, 'B');
}

TEST(WorkbenchModel, NaturalRangeIsTheTable) {
    WorkbenchModel model;
    model.set_run(0, test::small_wafer());
    EXPECT_EQ(model.scale(0).low, 0);
    EXPECT_EQ(model.scale(0).high, 1);
    model.set_metric("sram");
    EXPECT_EQ(model.scale(0).high, 49152);
}

TEST(WorkbenchModel, PercentilesLieInsideTheValues) {
    WorkbenchModel model;
    model.set_run(0, test::small_wafer());
    model.set_color_range({.mode = ColorRange::Mode::percentile});
    const auto scale = model.scale(0);
    const auto* stats = model.stats(0);
    ASSERT_NE(stats, nullptr);
    EXPECT_GE(scale.low, stats->low);
    EXPECT_LE(scale.high, stats->high);
    EXPECT_LT(scale.low, scale.high);
    EXPECT_LE(stats->share_above(scale.high), 0.011);
}

TEST(WorkbenchModel, OneRangeForAllPanesUnlessOwn) {
    WorkbenchModel model;
    model.set_run(0, test::gpu_node());
    model.set_run(1, test::small_wafer());
    model.set_color_range({.mode = ColorRange::Mode::percentile});
    EXPECT_EQ(model.scale(0), model.scale(1));
    model.set_color_range({.mode = ColorRange::Mode::percentile, .own_scale = true});
    EXPECT_NE(model.scale(0), model.scale(1));
}

TEST(WorkbenchModel, LockKeepsWhatIsShown) {
    WorkbenchModel model;
    model.set_run(0, test::small_wafer());
    model.set_color_range({.mode = ColorRange::Mode::percentile});
    const auto before = model.scale(0);
    model.lock_range();
    EXPECT_EQ(model.color_range().mode, ColorRange::Mode::locked);
    EXPECT_EQ(model.scale(0), before);
}

TEST(WorkbenchModel, DifferencesAreSymmetric) {
    WorkbenchModel model;
    model.set_run(0, test::small_wafer());
    model.set_run(1, test::small_wafer());
    model.set_difference(0, 1);
    EXPECT_EQ(model.scale(0).low, -model.scale(0).high);
    EXPECT_EQ(model.scale(0).map, ColorMapId::diverging_dark);
    model.set_light_theme(true);
    EXPECT_EQ(model.scale(0).map, ColorMapId::diverging_light);
}

TEST(HotSpot, IsTheFullestLink) {
    const auto run = test::small_wafer();
    for (std::size_t step = 0; step < run->steps(); ++step) {
        const auto spot = find_hot_spot(*run, "utilisation", step);
        ASSERT_TRUE(spot);
        double top = 0;
        for (int y = 0; y < 20; ++y)
            for (int x = 0; x < 24; ++x) top = std::max(top, hottest_link(run->wafer->links, step, 0, x, y));
        EXPECT_NEAR(spot->value, top, 1e-6);
        EXPECT_NEAR(link_load(run->wafer->links, step, 0, spot->x, spot->y, spot->direction), top, 1e-6);
    }
}

TEST(HotSpot, AddsOverlappingPlanes) {
    core::LinkSeries links;
    for (const int x : {0, 4}) {
        core::FlowPlane plane{.box = {x, 0, 6, 1}, .direction = core::Direction::east};
        plane.wavelets.assign(6, 0.4F);
        links.plane.push_back(plane);
    }
    links.weight = {1, 1};
    const auto hot = HotLinks(links).hottest(0);
    ASSERT_TRUE(hot);
    EXPECT_NEAR(hot->load, 0.8, 1e-6);  // both cross x = 4 and 5
    EXPECT_GE(hot->x, 4);
    EXPECT_LE(hot->x, 5);
}

TEST(HotSpot, NothingStandsOutBelowHalf) {
    EXPECT_FALSE(find_hot_spot(*test::single_hot_core(8, 8, 3, 3, 0.3F), "utilisation", 0));
    const auto spot = find_hot_spot(*test::single_hot_core(8, 8, 3, 5, 0.9F), "utilisation", 0);
    ASSERT_TRUE(spot);
    EXPECT_EQ(spot->x, 3);
    EXPECT_EQ(spot->y, 5);
}

}  // namespace
