// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "views/map/viewport.hpp"
#include "views/theme/color_map.hpp"
#include "views/theme/theme.hpp"
#include "views/workbench_model.hpp"

#include <QPainterPath>

class QPainter;

namespace waferscope::views {

/// Rectangle around all devices, with room for the stubs of wrapping links.
QRectF device_world(const core::DeviceMap& map);

/// What a device map shows: chips by `metric`, links by load; or the difference to `minus` (same devices).
struct DeviceSource {
    const core::Run* run = nullptr;
    std::string_view metric;
    std::size_t step = 0;
    const core::Run* minus = nullptr;
    std::size_t minus_step = 0;
    [[nodiscard]] std::optional<double> value(std::size_t device) const;
    [[nodiscard]] std::optional<double> link(std::size_t index) const;
};

/// Chips as tiles with name and value, memory bar when the run has memory bandwidth, switches, links by load.
void paint_devices(QPainter& painter, const Viewport& viewport, const DeviceSource& source,
                   const ColorScale& scale, const Theme& theme);

QRectF device_rect(const Viewport& viewport, const core::DeviceMap& map, std::size_t device);
/// Course of a link on the screen; wrapping links give their two stubs.
QPainterPath device_link_path(const Viewport& viewport, const core::DeviceMap& map, std::size_t link);
/// Device or link under a point; kind none when it hits nothing.
Place device_place_at(const Viewport& viewport, const core::DeviceMap& map, QPointF point);

}  // namespace waferscope::views
