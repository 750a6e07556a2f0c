// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waferscope::core {

inline constexpr std::size_t kMostRegions = 4096;  ///< in one plan

/// What a region works on: tokens of decode with its layers, or all layers of a prompt.
enum class RegionRole : std::uint8_t { decode, prefill };

/// A square of side x side cores that holds consecutive layers. Wafers count from 0 here, from 1 in files.
struct Region {
    int wafer = 0;
    int x = 0, y = 0;  ///< of the core nearest the origin
    int side = 1;
    std::int64_t layers = 0;  ///< of a decode region; those of prefill regions do not count
    RegionRole role = RegionRole::decode;
    [[nodiscard]] Rect rect() const { return {x, y, side, side}; }
    friend bool operator==(const Region&, const Region&) = default;
};

/// Regions of resident inference (design/wafer_models.md 6). Decode regions hold the model's layers in the
/// order of the list.
struct RegionPlan {
    std::vector<Region> regions;
    [[nodiscard]] int wafers() const;           ///< highest wafer in use + 1; 0 when empty
    [[nodiscard]] std::int64_t layers() const;  ///< of the decode regions
    friend bool operator==(const RegionPlan&, const RegionPlan&) = default;
};

/// Where a plan must lie and what it must hold.
struct RegionBounds {
    GridSize grid;
    int wafers = 1;
    std::int64_t layers = 0;   ///< the decode regions hold exactly these
    bool needs_decode = true;  ///< false: a plan of prefill regions only is whole
};

/// A breach of the rules: in words, with the key of the region it is about.
struct RegionIssue {
    enum class Rule : std::uint8_t { outside, wafer, overlap, empty, layers };
    Rule rule = Rule::outside;
    std::size_t region = 0, other = 0;  ///< other: of an overlap, else the same
    Rect place;                         ///< cores that are wrong; empty for `layers`
    std::string text, hint;
};
/// At most 100 of them, in the order of the list; what is wrong with the whole comes last.
std::vector<RegionIssue> region_issues(const RegionPlan& plan, const RegionBounds& bounds);

/// The first of region_issues() as an error at its JSON pointer: E-layout, or E-plan for layers.
Result<void> check_regions(const RegionPlan& plan, const RegionBounds& bounds);

/// Cores between the nearest edges of two rectangles, columns plus rows; 0 when they touch.
int gap(const Rect& a, const Rect& b);

}  // namespace waferscope::core
