// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/regions.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace waferscope::sim {

Regions make_regions(core::GridSize grid, int side, int count) {
    Regions regions{.side = side, .count = count};
    regions.per_wafer = std::max(1, (grid.columns / side) * (grid.rows / side));
    regions.wafers = (count + regions.per_wafer - 1) / regions.per_wafer;
    return regions;
}

core::CoreClasses region_classes(const Regions& regions, core::GridSize grid, core::Placement& placement) {
    core::CoreClasses classes{.grid = grid,
                              .wafers = regions.wafers,
                              .classes_per_wafer = static_cast<std::uint32_t>(regions.per_wafer) + 1};
    classes.class_of_core.assign(grid.cells(), 0);
    for (int r = 0; r < regions.per_wafer; ++r) {
        const auto rect = regions.rect_of(r, grid);
        for (int y = rect.y; y < std::min(grid.rows, rect.y + rect.height); ++y)
            for (int x = rect.x; x < std::min(grid.columns, rect.x + rect.width); ++x)
                classes.class_of_core[static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.columns) +
                                      static_cast<std::size_t>(x)] = static_cast<std::uint32_t>(r) + 1;
        if (r < regions.count)
            placement.kernels.push_back(
                {.name = fmt::format("Region {}", r + 1), .slot = {.x = rect.x, .y = rect.y}, .rect = rect});
    }
    for (int w = 0; w < regions.wafers; ++w) {
        classes.classes.push_back({.name = "idle", .group = "idle"});
        for (int r = 0; r < regions.per_wafer; ++r)
            classes.classes.push_back({.name = fmt::format("wafer {}, region {}", w + 1, r + 1),
                                       .group = fmt::format("region {}", w * regions.per_wafer + r + 1)});
    }
    return classes;
}

std::size_t class_of(const Regions& regions, int region) {
    return static_cast<std::size_t>(regions.wafer_of(region)) *
               (static_cast<std::size_t>(regions.per_wafer) + 1) +
           static_cast<std::size_t>(region % regions.per_wafer) + 1;
}

}  // namespace waferscope::sim
