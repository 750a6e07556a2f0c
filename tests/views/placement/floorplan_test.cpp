// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_figures.hpp"
#include "views/placement/floor_scene.hpp"
#include "views/placement/link_heat.hpp"
#include "views/theme/theme.hpp"

#include <gtest/gtest.h>

#include <QPainter>
#include <algorithm>

using namespace waferscope;
using views::FloorColor;
using views::Floorplan;

namespace {

Floorplan small_plan() {
    Floorplan plan{
        .title = QStringLiteral("small"), .grid = {100, 80}, .memory_limit = 24576, .clock_hz = 1e9};
    plan.kernels = {{.name = QStringLiteral("k1"),
                     .what = QStringLiteral("conv 3 × 3, 8 → 16"),
                     .rect = {5, 5, 30, 40},
                     .placed = true,
                     .time = 1000,
                     .memory = 6000,
                     .utilisation = 0.9},
                    {.name = QStringLiteral("k2"),
                     .what = QStringLiteral("conv 1 × 1, 16 → 16"),
                     .kind = core::SliceKind::send_recv,
                     .rect = {50, 20, 30, 40},
                     .placed = true,
                     .time = 500,
                     .memory = 12000,
                     .utilisation = 0.45}};
    plan.edges = {{0, 1, 4096}};
    plan.pipeline = {0, 1};
    plan.now = {.time = 1000,
                .slowest = 0,
                .link_time = 400,
                .wire_length = 60,
                .adapters = 1,
                .cost = 1060,
                .area_fraction = 0.3,
                .placed = 2};
    plan.busiest = {.x = 40,
                    .y = 25,
                    .direction = core::Direction::east,
                    .wavelets = 400,
                    .streams = QStringLiteral("100 % from k1 to k2"),
                    .from = 0,
                    .to = 1};
    plan.link_wavelets.assign(plan.grid.cells(), 0);
    for (int x = 34; x < 50; ++x) plan.link_wavelets[static_cast<std::size_t>(25 * 100 + x)] = 400;
    return plan;
}

QImage draw(const Floorplan& plan, views::FloorScene scene,
            const views::Theme& theme = views::Theme::dark()) {
    scene.plan = &plan;
    return views::render_floorplan(scene, {700, 560}, theme);
}

}  // namespace

TEST(Floorplan, TheLargerIntervalIsTheStrongOneAndSetsThePace) {
    auto plan = small_plan();
    auto rows = views::floor_rows(plan);
    EXPECT_TRUE(rows[0].strong);
    EXPECT_FALSE(rows[1].strong);
    EXPECT_TRUE(views::pace_text(plan).startsWith(QStringLiteral("k1 sets the pace")));
    plan.now.link_time = 3000;
    rows = views::floor_rows(plan);
    EXPECT_FALSE(rows[0].strong);
    EXPECT_TRUE(rows[1].strong);
    // A stall by a link is never blamed on a kernel.
    EXPECT_TRUE(views::pace_text(plan).contains(QStringLiteral("no kernel")));
    EXPECT_TRUE(views::pace_text(plan).contains(QStringLiteral("from k1 to k2")));
    EXPECT_TRUE(rows[2].now.startsWith(QStringLiteral("~333"))) << rows[2].now.toStdString();  // 1e9 / 3000
}

TEST(Floorplan, ASolverThatIsFasterIsMarkedBetter) {
    auto plan = small_plan();
    plan.automatic = plan.now;
    plan.automatic->time = 800, plan.automatic->wire_length = 90;
    const auto rows = views::floor_rows(plan);
    EXPECT_EQ(rows[0].better, 1);
    EXPECT_TRUE(rows[0].change.contains(QStringLiteral("20")));
    EXPECT_EQ(rows[3].better, -1);
}

TEST(Floorplan, ColoursFollowTheChosenValue) {
    const auto plan = small_plan();
    const auto& theme = views::Theme::dark();
    EXPECT_EQ(views::slack(plan, plan.kernels[0]), 0);
    EXPECT_EQ(views::slack(plan, plan.kernels[1]), 0.5);
    for (int c = 0; c < views::kFloorColors; ++c) {
        const auto color = static_cast<FloorColor>(c);
        EXPECT_NE(views::floor_fill(plan, plan.kernels[0], color, theme),
                  views::floor_fill(plan, plan.kernels[1], color, theme))
            << c;
        EXPECT_NE(draw(plan, {.color = color}),
                  draw(plan, {.color = static_cast<FloorColor>((c + 1) % views::kFloorColors)}))
            << c;
        EXPECT_FALSE(views::floor_value_text(plan, plan.kernels[0], color).isEmpty());
    }
}

TEST(Floorplan, EveryLayerShows) {
    auto plan = small_plan();
    const auto plain = draw(plan, {.links = false, .arrows = false});
    EXPECT_NE(draw(plan, {.links = true, .arrows = false}), plain);
    EXPECT_NE(draw(plan, {.links = false, .arrows = true}), plain);
    EXPECT_NE(draw(plan, {.links = false, .arrows = false, .selection = {1}}), plain);
    EXPECT_NE(draw(plan, {.links = false, .arrows = false, .hover = 1}), plain);
    EXPECT_NE(draw(plan, {.links = false, .arrows = false, .drag = views::FloorDrag{{{10, 10, 30, 40}}, 1}}),
              plain);
    plan.issues = {{QStringLiteral("k1 and k2 overlap"), 0, {30, 20, 8, 8}, true}};
    EXPECT_NE(draw(plan, {.links = false, .arrows = false}), plain);
    plan = small_plan();
    plan.kernels[1].locked = true;
    EXPECT_NE(draw(plan, {.links = false, .arrows = false}), plain);
}

TEST(Floorplan, ThemesLeaveNoColourOfAnother) {
    const auto plan = small_plan();
    const auto light = draw(plan, {.links = false, .arrows = false}, views::Theme::light());
    const QRgb ground = views::Theme::dark().sunken.rgb();
    for (int y = 0; y < light.height(); ++y)
        for (int x = 0; x < light.width(); ++x) ASSERT_NE(light.pixel(x, y), ground) << x << ' ' << y;
}

TEST(Floorplan, ChartsShowTheSelectedShapeAndFindThePointedOne) {
    const auto plan = small_plan();
    const std::vector<views::FloorShape> shapes{{60, 20, 900}, {40, 30, 950}, {30, 40, 1000}, {20, 60, 990}};
    const QRectF rect(0, 0, 420, 260);
    const auto chart = [&](std::size_t kernel, const std::vector<views::FloorShape>& list) {
        QImage image(420, 260, QImage::Format_RGB32);
        QPainter painter(&image);
        views::paint_shapes(painter, rect, plan, kernel, list, views::Theme::dark());
        return image;
    };
    EXPECT_NE(chart(0, shapes), chart(1, shapes));
    EXPECT_NE(chart(0, shapes), chart(0, {shapes[0], shapes[1]}));
    std::vector<bool> found(shapes.size(), false);
    for (int y = 0; y < 260; ++y)
        for (int x = 0; x < 420; ++x)
            if (const auto at = views::shape_at(rect, shapes, plan.kernels[0], QPointF(x, y)))
                found[*at] = true;
    EXPECT_EQ(std::ranges::count(found, true), 4);
    EXPECT_EQ(views::shape_at(rect, shapes, plan.kernels[0], QPointF(0, 0)), std::nullopt);
}

TEST(LinkHeat, IdleLinksKeepTheGroundAndPixelsShowTheLargestOfTheirCores) {
    std::vector<float> values(64 * 64, 0);
    values[10 * 64 + 20] = 1;
    values[40 * 64 + 40] = 0.5;
    views::Viewport viewport{.world = {0, 0, 64, 64}, .canvas = {0, 0, 32, 32}, .frame = {0, 0, 32, 32}};
    viewport.fit();
    const auto pixels = viewport.pixels({64, 64});
    const views::LinkHeatColors colors{.scale = {.low = 0, .high = 1, .map = views::ColorMapId::inferno},
                                       .ground = qRgb(1, 2, 3)};
    QImage image;
    views::paint_link_heat(values, 64, pixels, colors, image);
    ASSERT_EQ(image.size(), QSize(32, 32));
    EXPECT_EQ(image.pixel(0, 0), qRgb(1, 2, 3));
    EXPECT_EQ(image.pixel(10, 5), views::ColorMap::of(views::ColorMapId::inferno).at(1));
    int lit = 0;
    for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 32; ++x) lit += image.pixel(x, y) != qRgb(1, 2, 3) ? 1 : 0;
    EXPECT_EQ(lit, 2);
}

TEST(LinkHeat, SmallLoadsFadeIntoTheGroundOfTheTheme) {
    const views::LinkHeatColors light{.scale = {.map = views::ColorMapId::inferno},
                                      .ground = qRgb(255, 255, 255)};
    const auto table = views::link_heat_table(light);
    EXPECT_EQ(table[0], light.ground);
    EXPECT_GT(qBlue(table[10]), qBlue(table[40]));
    EXPECT_EQ(table[200], views::ColorMap::of(views::ColorMapId::inferno).table()[200]);
}
