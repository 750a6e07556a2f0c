// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/map_image.hpp"

#include "tests/views/sample_runs.hpp"
#include "views/field.hpp"
#include "views/hot_links.hpp"
#include "views/map/fabric_image.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace waferscope;
using namespace waferscope::views;

namespace {

Viewport fitted(core::GridSize grid, QSizeF canvas, double dpr = 1) {
    Viewport v{.world = QRectF(0, 0, grid.columns, grid.rows),
               .canvas = QRectF({}, canvas),
               .frame = QRectF({}, canvas),
               .dpr = dpr};
    v.fit();
    return v;
}

MapColors colors(ColorScale scale = {}, double dpr = 1) {
    MapColors out(Theme::dark(), scale, dpr);
    out.cell_line_alpha = 0;
    return out;
}

bool contains(const QImage& image, QRgb color) {
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixel(x, y) == color) return true;
    return false;
}

TEST(MapImage, MaxPoolingNeverLosesAHotCore) {
    const ColorScale scale;
    for (const auto& [columns, rows] : {std::pair(762, 1172), std::pair(97, 31), std::pair(640, 480)})
        for (const QSizeF canvas : {QSizeF(400, 300), QSizeF(123, 77), QSizeF(641, 480), QSizeF(48, 48)})
            for (const auto& hot : {QPoint(0, 0), QPoint(columns - 1, rows - 1),
                                    QPoint(columns / 3, rows / 2), QPoint(columns - 1, 0)}) {
                const auto run = test::single_hot_core(columns, rows, hot.x(), hot.y());
                const auto viewport = fitted({columns, rows}, canvas);
                const auto image = map_image({.run = run.get(), .metric = "utilisation"},
                                             viewport.pixels({columns, rows}), colors());
                EXPECT_TRUE(contains(image, scale.color(1)))
                    << columns << "x" << rows << " on " << canvas.width() << ", core " << hot.x() << ","
                    << hot.y();
            }
}

TEST(MapImage, PixelOfACoreIsTheColourOfItsValue) {
    const auto run = test::small_wafer();
    const core::GridSize grid{24, 20};
    const ColorScale scale;
    for (const double dpr : {1.0, 1.25, 2.0})
        for (const double zoom : {1.0, 1.7, 3.0}) {
            auto viewport = fitted(grid, {500, 400}, dpr);
            viewport.zoom(zoom, QPointF(200, 200));
            const auto pixels = viewport.pixels(grid);
            const auto image =
                map_image({.run = run.get(), .metric = "utilisation", .step = 3}, pixels, colors(scale, dpr));
            for (int y = 0; y < grid.rows; ++y)
                for (int x = 0; x < grid.columns; ++x) {
                    const QPointF middle = viewport.core_rect(x, y).center();
                    const QPoint px(static_cast<int>(middle.x() * dpr) - pixels.rect().left(),
                                    static_cast<int>(middle.y() * dpr) - pixels.rect().top());
                    if (!image.rect().contains(px)) continue;
                    EXPECT_EQ(image.pixel(px), scale.color(*core_value(*run, "utilisation", 3, 0, x, y)))
                        << x << "," << y;
                }
        }
}

TEST(MapImage, ClassesAndCellsGiveTheSamePicture) {
    const auto run = test::full_wafer(1);
    const core::GridSize grid{762, 1172};
    for (const double zoom : {1.0, 1.3, 5.0}) {
        auto viewport = fitted(grid, {500, 600});
        viewport.zoom(zoom, QPointF(250, 200));
        const auto pixels = viewport.pixels(grid);
        const MapSource source{.run = run.get(), .metric = "utilisation", .step = 9};
        const auto tiled = map_image(source, pixels, colors());
        QImage direct;
        paint_cells(row_reader(source), grid, pixels, colors(), direct);
        EXPECT_EQ(tiled, direct) << zoom;
    }
}

TEST(MapImage, CachedPictureEqualsAFreshOne) {
    const auto run = test::small_wafer();
    auto viewport = fitted({24, 20}, {300, 300});
    MapPicture picture;
    for (std::size_t step = 0; step < run->steps(); ++step) {
        if (step == 4) viewport.zoom(2, QPointF(100, 100));
        const auto pixels = viewport.pixels({24, 20});
        const MapSource source{.run = run.get(), .metric = "utilisation", .step = step};
        EXPECT_EQ(picture.update(source, pixels, colors()), map_image(source, pixels, colors()));
    }
}

TEST(MapImage, NoDataIsDottedAndNeverAColourOfTheMap) {
    auto run = std::make_shared<core::Run>(*test::single_hot_core(8, 8, 2, 2));
    run->wafer->series[0].value[0] = std::numeric_limits<float>::quiet_NaN();
    const auto viewport = fitted({8, 8}, {160, 160});
    const auto image =
        map_image({.run = run.get(), .metric = "utilisation"}, viewport.pixels({8, 8}), colors());
    EXPECT_TRUE(contains(image, Theme::dark().no_data.rgb()));
    EXPECT_TRUE(contains(image, Theme::dark().no_data_dot.rgb()));
    EXPECT_FALSE(contains(image, ColorScale{}.color(0)));
    EXPECT_TRUE(contains(image, ColorScale{}.color(1)));
}

TEST(MapImage, PoolingSkipsNoData) {
    auto run = std::make_shared<core::Run>(*test::single_hot_core(400, 400, 200, 200, 0.5F));
    run->wafer->series[0].value[0] = std::numeric_limits<float>::quiet_NaN();
    const auto viewport = fitted({400, 400}, {50, 50});
    const auto image =
        map_image({.run = run.get(), .metric = "utilisation"}, viewport.pixels({400, 400}), colors());
    EXPECT_TRUE(contains(image, ColorScale{}.color(0.5)));
}

TEST(MapImage, ClippedCoresAreHatched) {
    const auto run = test::single_hot_core(8, 8, 2, 2, 0.9F);
    const ColorScale scale{.low = 0, .high = 0.5};
    const auto viewport = fitted({8, 8}, {160, 160});
    const auto image =
        map_image({.run = run.get(), .metric = "utilisation"}, viewport.pixels({8, 8}), colors(scale));
    EXPECT_TRUE(contains(image, Theme::dark().clip_hatch.rgb()));
    EXPECT_TRUE(contains(image, scale.color(0.5)));
}

TEST(MapImage, DifferenceOfARunToItselfIsZeroEverywhere) {
    const auto run = test::small_wafer();
    const ColorScale scale{.low = -1, .high = 1, .map = ColorMapId::diverging_dark};
    const auto viewport = fitted({24, 20}, {240, 200});
    const MapSource source{
        .run = run.get(), .metric = "utilisation", .step = 2, .minus = run.get(), .minus_step = 2};
    const auto image = map_image(source, viewport.pixels({24, 20}), colors(scale));
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) ASSERT_EQ(image.pixel(x, y), scale.color(0));
}

TEST(MapImage, DifferentGridsHaveNoDifference) {
    const auto small = test::small_wafer();
    const auto other = test::single_hot_core(8, 8, 1, 1);
    EXPECT_FALSE(has_field({.run = small.get(), .metric = "utilisation", .minus = other.get()}));
    EXPECT_FALSE(has_field({.run = small.get(), .metric = "power"}));
    EXPECT_TRUE(has_field({.run = small.get(), .metric = "link_load"}));
}

TEST(MapImage, LinkLoadIsTheHottestOfFour) {
    const auto run = test::small_wafer();
    std::vector<float> field(24 * 20);
    expand_field({.run = run.get(), .metric = "link_load", .step = 5}, field);
    for (int y = 0; y < 20; ++y)
        for (int x = 0; x < 24; ++x)
            EXPECT_NEAR(static_cast<double>(field[static_cast<std::size_t>(y * 24 + x)]),
                        hottest_link(run->wafer->links, 5, 0, x, y), 1e-6);
}

TEST(Viewport, EveryCoreHasAPixelAtEveryZoom) {
    const core::GridSize grid{762, 1172};
    for (double width = 30; width < 3000; width *= 1.37) {
        const auto viewport = fitted(grid, {width, width});
        const auto pixels = viewport.pixels(grid);
        std::vector<bool> seen(static_cast<std::size_t>(grid.columns));
        for (int i = 0; i < pixels.x.size(); ++i)
            for (int x = pixels.x.first[static_cast<std::size_t>(i)];
                 x <= pixels.x.last[static_cast<std::size_t>(i)]; ++x)
                seen[static_cast<std::size_t>(x)] = true;
        EXPECT_TRUE(std::ranges::all_of(seen, [](bool s) { return s; })) << width;
    }
}

TEST(Viewport, ZoomKeepsThePointUnderThePointer) {
    const core::GridSize grid{762, 1172};
    auto viewport = fitted(grid, {800, 900});
    viewport.zoom(5, QPointF(400, 450));
    const QPointF at(311, 222);
    const QPointF before = viewport.to_world(at);
    viewport.zoom(1.5, at);
    const QPointF after = viewport.to_world(at);
    EXPECT_NEAR(before.x(), after.x(), 1.0);
    EXPECT_NEAR(before.y(), after.y(), 1.0);
}

TEST(Viewport, NeverLeavesTheWorld) {
    auto viewport = fitted({100, 100}, {500, 500});
    viewport.zoom(4, QPointF(250, 250));
    viewport.pan(QPointF(1e6, -1e6));
    EXPECT_TRUE(viewport.world.contains(viewport.centre));
    EXPECT_FALSE(viewport.visible().isEmpty());
    viewport.zoom(1e-6, QPointF(0, 0));
    EXPECT_TRUE(viewport.is_fit());
}

TEST(Viewport, HitsTheCoreItDraws) {
    const core::GridSize grid{24, 20};
    for (const double dpr : {1.0, 1.5, 2.0})
        for (const double zoom : {1.0, 1.37, 2.5, 6.0}) {
            auto viewport = fitted(grid, {400, 400}, dpr);
            viewport.zoom(zoom, QPointF(120, 160));
            for (int y = 0; y < grid.rows; ++y)
                for (int x = 0; x < grid.columns; ++x) {
                    const QPointF middle = viewport.core_rect(x, y).center();
                    if (!viewport.canvas.contains(middle)) continue;
                    EXPECT_EQ(viewport.core_at(middle, grid), QPoint(x, y));
                }
            EXPECT_FALSE(viewport.core_at(QPointF(-5, 20), grid));
        }
}

}  // namespace

// A plane of one value stands for all its links: every reader must give what the written-out plane gives.
TEST(UniformPlane, ReadsLikeTheSamePlaneWrittenOut) {
    core::LinkSeries uniform, written;
    const core::Rect box{3, 2, 7, 5};
    uniform.plane = {{.box = box, .direction = core::Direction::east, .wavelets = {2.0F}}};
    written.plane = {{.box = box, .direction = core::Direction::east, .wavelets = std::vector<float>(35, 2.0F)}};
    uniform.weight = written.weight = {0.25F};
    const core::GridSize grid{16, 12};
    std::vector<float> a(grid.cells()), b(grid.cells());
    core::expand_hottest(uniform, grid, 0, 0, a);
    core::expand_hottest(written, grid, 0, 0, b);
    EXPECT_EQ(a, b);
    EXPECT_EQ(views::link_load(uniform, 0, 0, 9, 6, core::Direction::east), 0.5);
    EXPECT_EQ(views::fabric_window(uniform, grid, 0, 0, {0, 0, 16, 12}).load, views::fabric_window(written, grid, 0, 0, {0, 0, 16, 12}).load);
    const auto hot_uniform = views::HotLinks(uniform).hottest(0), hot_written = views::HotLinks(written).hottest(0);
    ASSERT_TRUE(hot_uniform && hot_written);
    EXPECT_EQ(hot_uniform->load, hot_written->load);
}
