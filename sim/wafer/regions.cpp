// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/regions.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <limits>
#include <map>

namespace waferscope::sim {
namespace {

constexpr std::size_t kMostClasses = 65'536;
constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Splits the classes that the cores of `rect` have: those inside get new ones. Returns old -> new.
std::vector<std::uint32_t> split(core::CoreClasses& classes, const core::Rect& rect, std::uint32_t& count) {
    std::vector<std::uint32_t> renamed(count, kNone);
    for (int y = rect.y; y < rect.y + rect.height; ++y)
        for (int x = rect.x; x < rect.x + rect.width; ++x) {
            auto& own = classes.class_of_core[static_cast<std::size_t>(y) *
                                                  static_cast<std::size_t>(classes.grid.columns) +
                                              static_cast<std::size_t>(x)];
            if (renamed[own] == kNone) renamed[own] = count++;
            own = renamed[own];
        }
    return renamed;
}

struct ByRect {
    bool operator()(const core::Rect& a, const core::Rect& b) const {
        return std::tie(a.x, a.y, a.width, a.height) < std::tie(b.x, b.y, b.width, b.height);
    }
};

}  // namespace

RegionClasses region_classes(const core::RegionPlan& plan, core::GridSize grid) {
    RegionClasses result;
    auto& classes = result.classes;
    const auto wafers = static_cast<std::size_t>(std::max(1, plan.wafers()));
    classes.grid = grid, classes.wafers = static_cast<int>(wafers);
    classes.class_of_core.assign(grid.cells(), 0);
    std::uint32_t count = 1;
    // Equal squares of many wafers are cut out once. `inside`: the classes of the cores of each of them.
    std::map<core::Rect, std::vector<std::uint32_t>, ByRect> inside;
    for (const auto& region : plan.regions) {
        if (inside.contains(region.rect())) continue;
        const auto renamed = split(classes, region.rect(), count);
        if (static_cast<std::size_t>(count) * wafers > kMostClasses) return {};
        auto& own = inside[region.rect()];
        for (auto& [rect, list] : inside)
            for (std::size_t i = 0, n = list.size(); i < n; ++i)
                if (list[i] < renamed.size() && renamed[list[i]] != kNone) list.push_back(renamed[list[i]]);
        for (const auto fresh : renamed)
            if (fresh != kNone) own.push_back(fresh);
    }
    classes.classes_per_wafer = count;
    classes.classes.assign(wafers * count, {.name = "idle", .group = "idle"});
    for (std::size_t r = 0; r < plan.regions.size(); ++r) {
        const auto& region = plan.regions[r];
        auto& own = result.of_region.emplace_back();
        for (const auto index : inside.at(region.rect())) {
            own.push_back(static_cast<std::size_t>(region.wafer) * count + index);
            classes.classes[own.back()] = {
                .name = fmt::format("wafer {}, region {}", region.wafer + 1, r + 1),
                .group = fmt::format("region {}", r + 1)};
        }
    }
    return result;
}

core::Placement region_outlines(const core::RegionPlan& plan) {
    core::Placement placement;
    for (std::size_t r = 0; r < plan.regions.size(); ++r) {
        const auto& region = plan.regions[r];
        placement.kernels.push_back({.name = fmt::format("Region {}", r + 1),
                                     .slot = {.x = region.x, .y = region.y},
                                     .rect = region.rect(),
                                     .wafer = region.wafer});
    }
    return placement;
}

}  // namespace waferscope::sim
