// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/placement/floorplan.hpp"
#include "views/theme/color_bar.hpp"

namespace waferscope::views {

/// What the colour of a kernel says.
enum class FloorColor : std::uint8_t { slack, time, memory, utilisation, type };
inline constexpr int kFloorColors = 5;

QString floor_color_name(FloorColor color);
/// How long the kernel waits for the slowest one, 0..1 of the pace.
double slack(const Floorplan& plan, const FloorKernel& kernel);
/// The value that is coloured, as the scale of the legend counts it.
double floor_value(const Floorplan& plan, const FloorKernel& kernel, FloorColor color);
/// Short text of that value, with unit.
QString floor_value_text(const Floorplan& plan, const FloorKernel& kernel, FloorColor color);
QColor floor_fill(const Floorplan& plan, const FloorKernel& kernel, FloorColor color, const Theme& theme);
/// The legend of the kernels' colours; no meaning for FloorColor::type.
ColorBarSpec floor_legend(const Floorplan& plan, FloorColor color);
/// Colours of link loads, in wavelets per sample: up to what a link can carry in an interval.
ColorScale link_scale(const Floorplan& plan);

}  // namespace waferscope::views
