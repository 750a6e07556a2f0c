// SPDX-License-Identifier: GPL-3.0-or-later
// Regions of resident inference inside a scenario. Included by the .cpp files of core/io only.
#pragma once

#include "core/io/json_reader.hpp"
#include "core/model/region_plan.hpp"

namespace waferscope::core {

/// {"regions":[{"wafer":1,"x":0,"y":0,"side":420,"layers":11,"role":"decode"},...]}; wafer counts from 1 and
/// is 1 when left out, layers may be left out of prefill regions. Every number has its range, refused by JSON
/// pointer.
RegionPlan read_region_plan(JsonObject object);
nlohmann::ordered_json region_plan_json(const RegionPlan& plan);

}  // namespace waferscope::core
