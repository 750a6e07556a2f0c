// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/problem.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace waferscope::sim {

/// A side of a rectangle in tiles. Two of them must add up in 16 bits.
using Side = std::int16_t;
inline constexpr Side kNoSide = 16383;  ///< "does not fit at any height"

/// Least height per width (or least width per height): curve[s] for s = 0 .. size-1, never rising.
using Curve = std::vector<Side>;

/// sum[i] = a[i] + b[i], at most kNoSide. All of one size.
void add_curves(std::span<const Side> a, std::span<const Side> b, std::span<Side> sum);
/// least[i] = min(least[i], a[i] + b[i]).
void keep_least_sum(std::span<const Side> a, std::span<const Side> b, std::span<Side> least);
/// inverse[v] = least s with curve[s] <= v. For a never rising curve this swaps width and height.
void invert_curve(std::span<const Side> curve, std::span<Side> inverse);

/// The shapes of one kind of kernel at one time limit, both orientations when rotation is allowed.
struct KindShapes {
    std::vector<PlacedShape> shapes;      ///< rect holds width and height as occupied
    Curve height_at, width_at;            ///< least height per width, least width per height
    std::vector<std::int16_t> at_width;   ///< which shape has that least height; -1 = none
    std::vector<std::int16_t> at_height;  ///< which shape has that least width; -1 = none
    std::int64_t least_area = 0;          ///< tiles; 0 = no shape fits the grid
    double least_area_time = 0;           ///< of the fastest shape of least area
};

/// The shapes of every kind of a problem at one time limit. Immutable once made; shared by all searches.
struct ShapeTable {
    double time_limit = 0;   ///< the slowest shape in it: no shape is lost by lowering the limit to it
    std::size_t domain = 0;  ///< size of the curves; sides up to domain - 1 are known exactly
    std::vector<KindShapes> kinds;
    std::int64_t least_area = 0;  ///< summed over kernels
    bool complete = false;        ///< every kernel has a shape that fits the grid
};

/// Pure; any thread.
ShapeTable make_shape_table(const PlacementProblem& problem, double time_limit);

/// Smallest time at which the summed least areas fit the grid: no legal placement is faster. 0 when even the
/// slowest shapes do not fit or a kernel has none.
double least_time_by_area(const PlacementProblem& problem);

}  // namespace waferscope::sim
