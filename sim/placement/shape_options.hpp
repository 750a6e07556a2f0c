// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/kernel.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace waferscope::sim {

/// Most execution arguments a kernel can have: h', w' and c', k' of four parts.
inline constexpr std::size_t kMostArguments = 10;

/// One way to cut up a kernel, before rotation.
struct ShapeOption {
    int width = 0, height = 0;  ///< tiles
    double time = 0;            ///< of the slowest part, in the unit of ShapeLimits (contest: MACs)
    double memory = 0;          ///< 16-bit elements per tile, of the fullest part
    std::array<int, kMostArguments> arguments{};  ///< h', w', c' per part, k' per part
    std::size_t argument_count = 0;
};

/// A kernel of one or more parts side by side that share h' and w' (design/placement.md: a block). Its shape
/// for the execution arguments h', w', c1'.., k1'.. : height, time and memory of the worst part, summed
/// width. `arguments` has 2 + 2 * parts entries, each >= 1.
ShapeOption shape_of_parts(std::span<const Kernel> parts, std::span<const int> arguments,
                           const ShapeLimits& limits);

/// Every shape of at most `most_time` and limits.memory_elements that no other one beats in both width and
/// height, by rising height; sides at most `most_side`. Exact: all h', w', c' are tried, k' is the least that
/// meets time and memory. Empty when there is none.
std::vector<ShapeOption> pareto_shapes(std::span<const Kernel> parts, double most_time, int most_side,
                                       const ShapeLimits& limits);

}  // namespace waferscope::sim
