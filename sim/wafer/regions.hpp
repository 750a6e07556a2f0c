// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/placement.hpp"
#include "core/model/series.hpp"
#include "sim/wafer/wafer_spec.hpp"

namespace waferscope::sim {

inline constexpr double kReserveBytes = 2048;  ///< code and buffers of a core (estimate)

/// Square regions of side x side cores, dealt out row by row over as many wafers as needed.
struct Regions {
    int side = 0;
    int per_wafer = 1;  ///< that fit on the grid, at least 1
    int count = 1;      ///< in use
    int wafers = 1;
    [[nodiscard]] int wafer_of(int region) const { return region / per_wafer; }
    [[nodiscard]] core::Rect rect_of(int region, core::GridSize grid) const {
        const int across = std::max(1, grid.columns / side), slot = region % per_wafer;
        return {slot % across * side, slot / across * side, side, side};
    }
};
Regions make_regions(core::GridSize grid, int side, int count);

/// One class per region and one for idle cores, on each wafer; the regions in use become `placement`.
core::CoreClasses region_classes(const Regions& regions, core::GridSize grid, core::Placement& placement);
/// Class of a region's cores in region_classes().
std::size_t class_of(const Regions& regions, int region);

}  // namespace waferscope::sim
