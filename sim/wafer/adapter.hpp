// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/network/link_loads.hpp"
#include "sim/placement/kernel.hpp"

#include <vector>

namespace waferscope::sim {

/// One stream from a tile to a tile, per sample.
struct TileFlow {
    int from_x = 0, from_y = 0, to_x = 0, to_y = 0;
    FixedWavelets wavelets = 0;
};

struct Tile {
    int x = 0, y = 0;
};

/// The tile in column `column` and row `row` of a kernel before rotation. Rotation swaps the axes.
inline Tile tile_of(const core::PlacedKernel& placed, int column, int row) {
    return placed.slot.rotated ? Tile{placed.rect.x + row, placed.rect.y + column}
                               : Tile{placed.rect.x + column, placed.rect.y + row};
}

/// What one kernel sends to the next (design/wafer_models.md 2, exact form): every reduce tile (i, j, k) of
/// the producer sends consumer row (i', j', c') the overlap of its output box with that row's input box, halo
/// included, two FP16 values per wavelet. Where the two tensors differ in size (a pool in between), parts are
/// matched in the consumer's coordinates.
std::vector<TileFlow> adapter_flows(const KernelGraph& graph, const PackedKernels& packed,
                                    const KernelEdge& edge);

/// The gradients of the same tensor: from the west edge of the consumer's second copy back to the producer's.
std::vector<TileFlow> gradient_flows(const KernelGraph& graph, const PackedKernels& packed,
                                     const KernelEdge& edge);

/// A flow and the axis its route travels first.
struct RoutedFlow {
    TileFlow flow;
    RouteOrder order = RouteOrder::x_first;
};

/// All X first or all Y first: the order that leaves the busiest link of these flows alone the less loaded;
/// routes are static per colour, so a placer is free to choose it for each edge. X first when equal.
std::vector<RoutedFlow> route(const std::vector<TileFlow>& flows);

/// Whether the route uses the link that leaves (x, y) in `direction`.
bool crosses(const RoutedFlow& flow, core::Direction direction, int x, int y);

}  // namespace waferscope::sim
