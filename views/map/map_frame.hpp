// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/map/device_painter.hpp"
#include "views/map/map_source.hpp"
#include "views/theme/theme.hpp"
#include "views/workbench_model.hpp"

#include <memory>
#include <optional>

namespace waferscope::views {

/// Everything one picture of a pane depends on. A value; made from the model or by hand for exports.
struct MapFrame {
    std::shared_ptr<const core::Run> run, minus;  ///< `minus` only for differences
    std::string_view metric;                      ///< id of the metric table
    std::size_t step = 0, minus_step = 0;
    int wafer = 0, minus_wafer = 0;
    ViewKind view = ViewKind::map;
    ColorScale scale;
    Place selection, hover;  ///< drawn when they belong to `pane` or share an operator
    int pane = 0;
    std::optional<HotSpot> hot_spot;
    std::optional<QPoint> cursor;  ///< keyboard core cursor
    bool caption = true, minimap = true;
    bool complete = false;  ///< bring all thumbnails up to date at once, however long it takes

    [[nodiscard]] MapSource source() const;
    [[nodiscard]] DeviceSource device_source() const;
    [[nodiscard]] int wafers() const;  ///< 0 for device maps
    /// Precondition: the run has a wafer.
    [[nodiscard]] core::GridSize grid() const { return run->wafer->classes.grid; }
};

/// Wafer of `run` that is compared with wafer `wafer` of another run: the same, or the last.
int matching_wafer(const core::Run* run, int wafer);

/// The frame of one pane of the model.
MapFrame frame_of(const WorkbenchModel& model, int pane);

/// Rectangles of a canvas of `size`: caption strip, map, thumbnails of the other wafers.
struct MapLayout {
    QRectF caption, canvas, fit, thumbnails;
};
MapLayout map_layout(const MapFrame& frame, const QSizeF& size, const Theme& theme);
/// World of the frame: cores of a wafer or units of a device map; empty when there is nothing to draw.
QRectF map_world(const MapFrame& frame);
/// Why nothing can be drawn, as two sentences; empty when it can.
QString empty_reason(const MapFrame& frame);
/// Whether single routers and links are drawn.
bool shows_fabric_detail(const MapFrame& frame, const Viewport& viewport);
/// Rectangle of the small picture of `wafer` in the strip; empty when it does not fit.
QRectF thumbnail_rect(const MapFrame& frame, const MapLayout& layout, int wafer);

}  // namespace waferscope::views
