// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/region_plan_json.hpp"

#include <fmt/format.h>

namespace waferscope::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostWafers = 4096, kMostCores = 4096;

Region read_region(JsonObject object) {
    Region region;
    for (const auto* key : {"x", "y", "side"}) object.require(key);
    int wafer = 1;
    object.read("wafer", wafer, 1, kMostWafers);
    region.wafer = wafer - 1;
    object.read("x", region.x, 0, kMostCores);
    object.read("y", region.y, 0, kMostCores);
    object.read("side", region.side, 2, kMostCores);
    object.read_word("role", region.role, {"decode", "prefill"});
    if (region.role == RegionRole::decode) object.require("layers");
    object.read("layers", region.layers, region.role == RegionRole::decode ? 1 : 0, 10'000);
    object.end();
    return region;
}

}  // namespace

RegionPlan read_region_plan(JsonObject object) {
    RegionPlan plan;
    object.require("regions");
    const Json* list = object.find("regions");
    object.end();
    if (list == nullptr) return plan;
    const auto pointer = object.pointer("regions");
    if (!list->is_array() || list->empty() || list->size() > kMostRegions) {
        object.context().refuse(ErrorCode::range,
                                fmt::format("regions must be a list of 1 to {} regions.", kMostRegions),
                                pointer);
        return plan;
    }
    for (std::size_t i = 0; i < list->size(); ++i)
        plan.regions.push_back(
            read_region(JsonObject((*list)[i], fmt::format("{}/{}", pointer, i), object.context())));
    return plan;
}

Json region_plan_json(const RegionPlan& plan) {
    Json list = Json::array();
    for (const auto& r : plan.regions)
        list.push_back({{"wafer", r.wafer + 1},
                        {"x", r.x},
                        {"y", r.y},
                        {"side", r.side},
                        {"layers", r.layers},
                        {"role", r.role == RegionRole::decode ? "decode" : "prefill"}});
    return {{"regions", std::move(list)}};
}

}  // namespace waferscope::core
