// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/device_painter.hpp"

#include "tests/views/sample_runs.hpp"
#include "views/field.hpp"
#include "views/map/fabric_image.hpp"
#include "views/map/overlays.hpp"

#include <gtest/gtest.h>

#include <QImage>
#include <QPainter>

using namespace waferscope;
using namespace waferscope::views;

namespace {

Viewport fitted(const QRectF& world) {
    Viewport v{.world = world, .canvas = QRectF(0, 0, 600, 500), .frame = QRectF(10, 10, 580, 480)};
    v.fit();
    return v;
}

TEST(DevicePainter, ChipIsFilledWithItsColour) {
    for (const auto& run : {test::gpu_node(), test::torus()}) {
        const auto& map = *run->devices;
        const auto viewport = fitted(device_world(map));
        QImage image(600, 500, QImage::Format_RGB32);
        image.fill(Theme::dark().sunken);
        const ColorScale scale;
        {
            QPainter painter(&image);
            paint_devices(painter, viewport, {.run = run.get(), .metric = "utilisation", .step = 3}, scale,
                          Theme::dark());
        }
        for (std::size_t i = 0; i < map.devices.size(); ++i) {
            if (map.devices[i].kind != core::Device::Kind::chip) continue;
            const QRectF rect = device_rect(viewport, map, i);
            const QPoint inside(static_cast<int>(rect.left()) + 10, static_cast<int>(rect.bottom()) - 10);
            EXPECT_EQ(image.pixel(inside), scale.color(*device_value(*run, "utilisation", 3, i))) << i;
        }
    }
}

TEST(DevicePainter, PointsHitDevicesAndLinks) {
    const auto run = test::torus();
    const auto& map = *run->devices;
    const auto viewport = fitted(device_world(map));
    for (std::size_t i = 0; i < map.devices.size(); ++i) {
        const auto place = device_place_at(viewport, map, device_rect(viewport, map, i).center());
        EXPECT_EQ(place.kind, Place::Kind::device);
        EXPECT_EQ(place.index, i);
    }
    for (std::size_t i = 0; i < map.links.size(); ++i) {
        const auto path = device_link_path(viewport, map, i);
        const auto place =
            device_place_at(viewport, map, path.pointAtPercent(map.links[i].wraps ? 0.25 : 0.5));
        EXPECT_EQ(place.kind, Place::Kind::device_link);
        EXPECT_EQ(place.index, i);
    }
    EXPECT_EQ(device_place_at(viewport, map, QPointF(1, 1)).kind, Place::Kind::none);
}

TEST(DevicePainter, AllDevicesLieInsideTheCanvas) {
    for (const auto& run : {test::gpu_node(), test::torus()}) {
        const auto viewport = fitted(device_world(*run->devices));
        for (std::size_t i = 0; i < run->devices->devices.size(); ++i)
            EXPECT_TRUE(viewport.canvas.contains(device_rect(viewport, *run->devices, i)));
    }
}

TEST(Fabric, WindowHoldsTheLoadsOfItsCores) {
    const auto run = test::small_wafer();
    const auto window = fabric_window(run->wafer->links, {24, 20}, 4, 0, {5, 3, 14, 12});
    for (int y = 3; y < 15; ++y)
        for (int x = 5; x < 19; ++x)
            for (int d = 0; d < core::kDirections; ++d) {
                const auto direction = static_cast<core::Direction>(d);
                EXPECT_NEAR(static_cast<double>(window.at(direction, x, y)),
                            link_load(run->wafer->links, 4, 0, x, y, direction), 1e-6);
            }
}

TEST(Fabric, PointsHitRoutersAndLinks) {
    const core::GridSize grid{24, 20};
    auto viewport = fitted({0, 0, 24, 20});
    viewport.zoom(3, QPointF(300, 250));
    for (int y = 8; y < 12; ++y)
        for (int x = 10; x < 14; ++x) {
            const auto core = fabric_place_at(viewport, grid, router_rect(viewport, x, y).center());
            EXPECT_EQ(core.kind, Place::Kind::core);
            EXPECT_EQ(QPoint(core.x, core.y), QPoint(x, y));
            for (int d = 0; d < core::kDirections; ++d) {
                const auto direction = static_cast<core::Direction>(d);
                const auto link =
                    fabric_place_at(viewport, grid, link_rect(viewport, x, y, direction).center());
                EXPECT_EQ(link.kind, Place::Kind::link);
                EXPECT_EQ(QPoint(link.x, link.y), QPoint(x, y));
                EXPECT_EQ(link.direction, direction);
            }
        }
}

TEST(Fabric, OppositeLinksDoNotTouch) {
    const auto viewport = fitted({0, 0, 12, 10});
    EXPECT_FALSE(link_rect(viewport, 4, 4, core::Direction::east)
                     .intersects(link_rect(viewport, 5, 4, core::Direction::west)));
    EXPECT_FALSE(link_rect(viewport, 4, 4, core::Direction::south)
                     .intersects(link_rect(viewport, 4, 5, core::Direction::north)));
}

TEST(Overlays, LabelsShortenToInitialsAndNumbers) {
    EXPECT_EQ(short_label(QStringLiteral("layer 31 attention")), QStringLiteral("L31"));
    EXPECT_EQ(short_label(QStringLiteral("conv1")), QStringLiteral("C1"));
    EXPECT_EQ(short_label(QStringLiteral("head")), QStringLiteral("H"));
    EXPECT_EQ(short_label(QStringLiteral("L2")), QString());
}

}  // namespace
