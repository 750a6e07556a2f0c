// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/map/map_image.hpp"
#include "views/workbench_model.hpp"

class QPainter;

namespace waferscope::views {

/// Logical px per core from which routers and links are drawn one by one.
inline constexpr double kFabricDetailCell = 24;

/// The four loads of the cores in a window, for the detailed picture.
struct FabricWindow {
    core::Rect cores;
    std::array<std::vector<float>, core::kDirections> load;  ///< [direction][row by row]
    [[nodiscard]] float at(core::Direction direction, int x, int y) const;
    [[nodiscard]] float hottest(int x, int y) const;
};
FabricWindow fabric_window(const core::LinkSeries& links, core::GridSize grid, std::size_t step, int wafer,
                           core::Rect cores);

/// Cores that are at least partly on the canvas.
core::Rect visible_cores(const Viewport& viewport, core::GridSize grid);

/// Routers and directed links, wider and brighter with load, coordinates on the edges of the canvas.
void paint_fabric(QPainter& painter, const Viewport& viewport, core::GridSize grid,
                  const FabricWindow& window, const ColorScale& scale, const Theme& theme);

/// Router square and link band of one core, logical px.
QRectF router_rect(const Viewport& viewport, int x, int y);
QRectF link_rect(const Viewport& viewport, int x, int y, core::Direction direction);
/// Core or link under a point of a detailed fabric; kind none when it hits nothing.
Place fabric_place_at(const Viewport& viewport, core::GridSize grid, QPointF point);

QString direction_name(core::Direction direction);

}  // namespace waferscope::views
