// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "sim/placement/shape_options.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace waferscope::sim {

/// A kernel as the placer sees it: a set of rectangles that depends on the time it may take.
struct PlaceableKernel {
    /// The shapes of at most `most_time` that no other beats in width and height, by rising height, falling
    /// width. Called from several threads at once; must be pure.
    std::function<std::vector<ShapeOption>(double most_time)> shapes;
    std::size_t kind = 0;   ///< kernels of one kind have the same shapes
    double least_time = 0;  ///< no shape is faster; >= 0
    double work = 0;        ///< tiles times time it needs about; a first guess only
    double most_time = 0;   ///< more time allows no further shape
};

struct PlacementEdge {
    std::size_t from = 0, to = 0;
    double weight = 1;  ///< of its L1 distance between centres
};

/// What to place. Kernels stand in an order that keeps connected ones near (the data path).
struct PlacementProblem {
    core::GridSize grid;
    std::vector<PlaceableKernel> kernels;
    std::vector<PlacementEdge> edges;
    bool may_rotate = true;
    double weight_time = 1;    ///< cost = weight_time * slowest kernel + weight_length * sum of edges
    double weight_length = 1;  ///< tiles to cost
};

/// Where one kernel lies.
struct PlacedShape {
    ShapeOption option;
    bool rotated = false;
    core::Rect rect;  ///< as occupied
};

/// A legal placement: one entry per kernel, in range and free of overlaps.
struct PlacementResult {
    std::vector<PlacedShape> kernels;
    double time = 0;         ///< of the slowest kernel
    double wire_length = 0;  ///< weighted L1 distances, tiles
    double cost = 0;
};

/// Weighted sum of L1 distances between the centres, in tiles; halves are exact.
double wire_length(const PlacementProblem& problem, const std::vector<PlacedShape>& kernels);

}  // namespace waferscope::sim
