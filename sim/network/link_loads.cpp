// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/network/link_loads.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace waferscope::sim {

using core::Direction;

FixedWavelets to_fixed(double wavelets) { return std::llround(wavelets * kFixedOne); }

LinkLoads::LinkLoads(core::GridSize grid) : grid_(grid) {
    // One spare row and column hold the ends of stretches.
    for (auto& plane : load_) plane.assign(grid.cells() + static_cast<std::size_t>(grid.columns) + 1, 0);
}

void LinkLoads::add_row(int y, int from, int to, FixedWavelets wavelets) {
    if (from == to) return;
    flow_hops_ += wavelets * std::abs(to - from);
    auto& plane = load_[static_cast<std::size_t>(to > from ? Direction::east : Direction::west)];
    // East links leave columns from..to-1, west links leave columns to+1..from.
    const int first = to > from ? from : to + 1;
    const int end = to > from ? to : from + 1;
    plane[index(first, y)] += wavelets;
    plane[index(end, y)] -= wavelets;  // end == columns spills into the next row: finish() sums the plane as one run
}

void LinkLoads::add_column(int x, int from, int to, FixedWavelets wavelets) {
    if (from == to) return;
    flow_hops_ += wavelets * std::abs(to - from);
    auto& plane = load_[static_cast<std::size_t>(to > from ? Direction::south : Direction::north)];
    const int first = to > from ? from : to + 1;
    const int end = to > from ? to : from + 1;
    plane[index(x, first)] += wavelets;
    plane[index(x, end)] -= wavelets;
}

int LinkLoads::add_flow(int from_x, int from_y, int to_x, int to_y, FixedWavelets wavelets, RouteOrder order) {
    const bool x_first = order == RouteOrder::x_first;
    add_row(x_first ? from_y : to_y, from_x, to_x, wavelets);
    add_column(x_first ? to_x : from_x, from_y, to_y, wavelets);
    return std::abs(to_x - from_x) + std::abs(to_y - from_y);
}

void LinkLoads::finish() {
    const auto columns = static_cast<std::size_t>(grid_.columns);
    for (const auto direction : {Direction::east, Direction::west}) {
        auto& plane = load_[static_cast<std::size_t>(direction)];
        for (std::size_t i = 1; i < plane.size(); ++i) plane[i] += plane[i - 1];
    }
    for (const auto direction : {Direction::north, Direction::south}) {
        auto& plane = load_[static_cast<std::size_t>(direction)];
        for (std::size_t i = columns; i < plane.size(); ++i) plane[i] += plane[i - columns];
    }
}

FixedWavelets LinkLoads::at(Direction direction, int x, int y) const {
    return load_[static_cast<std::size_t>(direction)][index(x, y)];
}

FixedWavelets LinkLoads::total() const {
    FixedWavelets sum = 0;
    for (const auto& plane : load_)
        for (std::size_t i = 0; i < grid_.cells(); ++i) sum += plane[i];
    return sum;
}

void LinkLoads::append_planes(int wafer, std::vector<core::FlowPlane>& planes) const {
    for (int d = 0; d < core::kDirections; ++d) {
        int x0 = grid_.columns, y0 = grid_.rows, x1 = -1, y1 = -1;
        const auto& plane = load_[static_cast<std::size_t>(d)];
        for (int y = 0; y < grid_.rows; ++y)
            for (int x = 0; x < grid_.columns; ++x)
                if (plane[index(x, y)] != 0)
                    x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
        if (x1 < 0) continue;
        core::FlowPlane out{.box = {x0, y0, x1 - x0 + 1, y1 - y0 + 1}, .wafer = wafer, .direction = static_cast<Direction>(d)};
        out.wavelets.reserve(static_cast<std::size_t>(out.box.area()));
        for (int y = y0; y <= y1; ++y)
            for (int x = x0; x <= x1; ++x)
                out.wavelets.push_back(static_cast<float>(static_cast<double>(plane[index(x, y)]) / kFixedOne));
        planes.push_back(std::move(out));
    }
}

}  // namespace waferscope::sim
