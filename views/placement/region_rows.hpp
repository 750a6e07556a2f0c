// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/placement/floor_figures.hpp"

namespace waferscope::views {

/// The figures of a plan of regions: time per token, rates, slowest region, way, memory, wafers.
std::vector<FloorRow> region_rows(const Floorplan& plan);
/// "Region 3 is the slowest: 41.2 µs of 130 µs per token."
QString region_pace_text(const Floorplan& plan);

}  // namespace waferscope::views
