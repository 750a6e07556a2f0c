// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/placement.hpp"
#include "core/model/region_plan.hpp"
#include "core/model/series.hpp"

namespace waferscope::sim {

/// The cores of a plan as classes. All wafers share one class per core: cores that lie in the same regions on
/// every wafer are one class, so a region may be several.
struct RegionClasses {
    core::CoreClasses classes;
    std::vector<std::vector<std::size_t>> of_region;  ///< per region of the plan
    [[nodiscard]] bool empty() const { return classes.classes.empty(); }
};
/// Precondition: every region lies inside the grid. Empty when the wafers differ so much that there would be
/// more than 65,536 classes in all.
RegionClasses region_classes(const core::RegionPlan& plan, core::GridSize grid);

/// The regions as outlines with their names.
core::Placement region_outlines(const core::RegionPlan& plan);

}  // namespace waferscope::sim
