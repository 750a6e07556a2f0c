// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/region_plan.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace waferscope::core {
namespace {

constexpr std::size_t kMostIssues = 100;

Rect common(const Rect& a, const Rect& b) {
    const int x = std::max(a.x, b.x), y = std::max(a.y, b.y);
    return {x, y, std::min(a.x + a.width, b.x + b.width) - x, std::min(a.y + a.height, b.y + b.height) - y};
}

bool inside(const Region& r, GridSize grid) {
    return r.x >= 0 && r.y >= 0 && r.side >= 1 && r.side <= grid.columns - r.x && r.side <= grid.rows - r.y;
}

}  // namespace

int RegionPlan::wafers() const {
    int most = 0;
    for (const auto& region : regions) most = std::max(most, region.wafer + 1);
    return most;
}

std::int64_t RegionPlan::layers() const {
    std::int64_t sum = 0;
    for (const auto& region : regions)
        if (region.role == RegionRole::decode) sum += region.layers;
    return sum;
}

std::vector<RegionIssue> region_issues(const RegionPlan& plan, const RegionBounds& bounds) {
    using Rule = RegionIssue::Rule;
    std::vector<RegionIssue> issues;
    const auto& list = plan.regions;
    bool decode = false;
    for (std::size_t i = 0; i < list.size() && issues.size() < kMostIssues; ++i) {
        const auto& r = list[i];
        decode |= r.role == RegionRole::decode;
        if (r.wafer < 0 || r.wafer >= bounds.wafers)
            issues.push_back({Rule::wafer, i, i, r.rect(),
                              fmt::format("Region {} is on wafer {}, but there {} {}.", i + 1, r.wafer + 1,
                                          bounds.wafers == 1 ? "is" : "are", bounds.wafers),
                              "more chips, or another wafer"});
        if (!inside(r, bounds.grid))
            issues.push_back(
                {Rule::outside, i, i, r.rect(),
                 fmt::format("Region {} of {} x {} at ({},{}) reaches outside the {} x {} grid.", i + 1,
                             r.side, r.side, r.x, r.y, bounds.grid.columns, bounds.grid.rows),
                 "move it or make it smaller"});
        if (r.role == RegionRole::decode && r.layers < 1)
            issues.push_back({Rule::empty, i, i, r.rect(), fmt::format("Region {} holds no layer.", i + 1),
                              "give it one, or leave it out"});
        for (std::size_t j = 0; j < i && issues.size() < kMostIssues; ++j) {
            if (list[j].wafer != r.wafer || !list[j].rect().overlaps(r.rect())) continue;
            const auto both = common(list[j].rect(), r.rect());
            issues.push_back({Rule::overlap, i, j, both,
                              fmt::format("Region {} and region {} overlap in {} x {} cores at ({},{}).",
                                          j + 1, i + 1, both.width, both.height, both.x, both.y),
                              "move one of them"});
        }
    }
    if ((decode || bounds.needs_decode) && plan.layers() != bounds.layers)
        issues.push_back({Rule::layers,
                          0,
                          0,
                          {},
                          fmt::format("The decode regions hold {} layers, the model has {}.", plan.layers(),
                                      bounds.layers),
                          "the layers of all decode regions add up to the model's"});
    return issues;
}

Result<void> check_regions(const RegionPlan& plan, const RegionBounds& bounds) {
    const auto issues = region_issues(plan, bounds);
    if (issues.empty()) return {};
    const auto& first = issues.front();
    const bool whole = first.rule == RegionIssue::Rule::layers;
    return fail(whole ? ErrorCode::plan : ErrorCode::layout, first.text,
                whole ? "/placement/regions" : fmt::format("/placement/regions/{}", first.region),
                first.hint);
}

int gap(const Rect& a, const Rect& b) {
    const int across = std::max({0, b.x - a.x - a.width, a.x - b.x - b.width});
    const int down = std::max({0, b.y - a.y - a.height, a.y - b.y - b.height});
    return across + down;
}

}  // namespace waferscope::core
