// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/adapter.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace waferscope::sim {
namespace {

/// Elements two parts of one dimension share.
struct Overlap {
    int from = 0, to = 0;  ///< part of the producer, of the consumer
    double elements = 0;
};

/// Parts `a` of the producer against parts `b` of the consumer over `n` elements, each consumer part
/// widened by `halo` elements in all.
std::vector<Overlap> overlaps(std::int64_t n, int a, int b, std::int64_t halo) {
    std::vector<Overlap> out;
    for (int j = 0; j < b; ++j) {
        const auto begin = std::max<std::int64_t>(0, n * j / b - halo / 2);
        const auto end = std::min<std::int64_t>(n, n * (j + 1) / b + halo - halo / 2);
        if (n * j / b == n * (j + 1) / b) continue;  // an empty part reads nothing
        const auto first = static_cast<int>(std::max<std::int64_t>(0, begin * a / n - 1));
        for (int i = first; i < a && n * i / a < end; ++i) {
            const auto shared = std::min(end, n * (i + 1) / a) - std::max(begin, n * i / a);
            if (shared > 0) out.push_back({i, j, static_cast<double>(shared)});
        }
    }
    return out;
}

/// Visits reduce column k' of the producer with its row, row of the consumer (both inside their kernels), and
/// what flows.
template <class Visit>
void for_each_pair(const KernelGraph& graph, const PackedKernels& packed, const KernelEdge& edge,
                   const Visit& visit) {
    const auto from = static_cast<std::size_t>(edge.from), to = static_cast<std::size_t>(edge.to);
    const Kernel& consumer = graph.kernels[to];
    const KernelShape& sa = packed.shapes[from];
    const KernelShape& sb = packed.shapes[to];
    const auto rows = overlaps(consumer.H, sa.h, sb.h, consumer.R - 1);
    const auto columns = overlaps(consumer.W, sa.w, sb.w, consumer.S - 1);
    const auto channels = overlaps(consumer.C, sa.k, sb.c, 0);
    // The edge may carry a part of the consumer's input only (concatenation, a skip edge).
    const double whole = static_cast<double>(consumer.H * consumer.W * consumer.C);
    const double share = whole > 0 ? std::min(1.0, edge.elements / whole) : 0;
    for (const auto& row : rows)
        for (const auto& column : columns) {
            const int ya = (row.from * sa.w + column.from) * (sa.c + 1) + sa.c;
            const int block_b = (row.to * sb.w + column.to) * (sb.c + 1);
            for (const auto& channel : channels)
                visit(channel.from, ya, block_b + channel.to,
                      to_fixed(row.elements * column.elements * channel.elements * share / 2));
        }
}

}  // namespace

std::vector<TileFlow> adapter_flows(const KernelGraph& graph, const PackedKernels& packed,
                                    const KernelEdge& edge) {
    std::vector<TileFlow> flows;
    const auto& producer = packed.placed[static_cast<std::size_t>(edge.from)];
    const auto& consumer = packed.placed[static_cast<std::size_t>(edge.to)];
    for_each_pair(graph, packed, edge, [&](int k, int ya, int yb, FixedWavelets v) {
        const auto from = tile_of(producer, k, ya), to = tile_of(consumer, 0, yb);
        flows.push_back({from.x, from.y, to.x, to.y, v});
    });
    return flows;
}

std::vector<TileFlow> gradient_flows(const KernelGraph& graph, const PackedKernels& packed,
                                     const KernelEdge& edge) {
    std::vector<TileFlow> flows;
    const auto p = static_cast<std::size_t>(edge.from), c = static_cast<std::size_t>(edge.to);
    for_each_pair(graph, packed, edge, [&](int k, int ya, int yb, FixedWavelets v) {
        const auto from = tile_of(packed.placed[c], packed.shapes[c].k, yb);
        const auto to = tile_of(packed.placed[p], packed.shapes[p].k + k, ya);
        flows.push_back({from.x, from.y, to.x, to.y, v});
    });
    return flows;
}

namespace {

/// Wavelets on the busiest link when only these flows travel.
FixedWavelets busiest_link(const std::vector<RoutedFlow>& flows) {
    // Stretches as differences, per line and direction.
    std::map<std::pair<int, bool>, std::map<int, FixedWavelets>> rows, columns;
    const auto add = [](auto& lines, int line, int from, int to, FixedWavelets v) {
        if (from == to) return;
        auto& line_loads = lines[{line, to > from}];
        line_loads[std::min(from, to)] += v;
        line_loads[std::max(from, to)] -= v;
    };
    for (const auto& [f, order] : flows) {
        const bool x_first = order == RouteOrder::x_first;
        add(rows, x_first ? f.from_y : f.to_y, f.from_x, f.to_x, f.wavelets);
        add(columns, x_first ? f.to_x : f.from_x, f.from_y, f.to_y, f.wavelets);
    }
    FixedWavelets most = 0;
    for (const auto* lines : {&rows, &columns})
        for (const auto& [line, differences] : *lines) {
            FixedWavelets load = 0;
            for (const auto& [at, change] : differences) most = std::max(most, load += change);
        }
    return most;
}

std::vector<RoutedFlow> all(const std::vector<TileFlow>& flows, RouteOrder order) {
    std::vector<RoutedFlow> routed;
    routed.reserve(flows.size());
    for (const auto& flow : flows) routed.push_back({flow, order});
    return routed;
}

}  // namespace

std::vector<RoutedFlow> route(const std::vector<TileFlow>& flows) {
    auto x_first = all(flows, RouteOrder::x_first), y_first = all(flows, RouteOrder::y_first);
    return busiest_link(y_first) < busiest_link(x_first) ? y_first : x_first;
}

bool crosses(const RoutedFlow& routed, core::Direction direction, int x, int y) {
    const auto& f = routed.flow;
    const bool x_first = routed.order == RouteOrder::x_first;
    const int row = x_first ? f.from_y : f.to_y, column = x_first ? f.to_x : f.from_x;
    switch (direction) {
        case core::Direction::east: return y == row && f.from_x <= x && x < f.to_x;
        case core::Direction::west: return y == row && f.to_x < x && x <= f.from_x;
        case core::Direction::south: return x == column && f.from_y <= y && y < f.to_y;
        case core::Direction::north: return x == column && f.to_y < y && y <= f.from_y;
    }
    return false;
}

}  // namespace waferscope::sim
