// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/network/link_loads.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <thread>
#include <utility>

namespace waferscope::sim {

using core::Direction;

namespace {

constexpr std::size_t kWorthAThread = 200'000;  ///< numbers to add up
constexpr bool horizontal(Direction d) {
    return d == Direction::east || d == Direction::west;
}

/// Runs both, the second on its own thread when the work is worth it.
template <class A, class B>
void both(bool parallel, const A& a, const B& b) {
    if (!parallel) return a(), b();
    const std::jthread other(b);
    a();
}

}  // namespace

FixedWavelets to_fixed(double wavelets) {
    return std::llround(wavelets * kFixedOne);
}

LinkLoads::LinkLoads(core::GridSize grid) : grid_(grid), stride_(static_cast<std::size_t>(grid.columns) + 2) {
    const auto cells = stride_ * (static_cast<std::size_t>(grid.rows) + 2);
    for (auto& plane : planes_) plane.difference.assign(cells, 0), plane.load.assign(cells, 0);
}

/// Each tile of a width x height rectangle at (x, y) sends along `hops` links in `direction`. Along the way
/// the load is a trapezoid: its second difference has four corners; across it, a first difference has two.
void LinkLoads::stretch(Direction direction, int x, int y, int width, int height, int hops,
                        FixedWavelets wavelets) {
    if (hops == 0) return;
    const bool along_x = horizontal(direction);
    if (direction == Direction::west) x -= hops - 1;  // links of a westward route leave x - hops + 1 .. x
    if (direction == Direction::north) y -= hops - 1;
    auto& plane = planes_[static_cast<std::size_t>(direction)];
    const int size = along_x ? width : height, across = along_x ? height : width;
    const std::size_t step = along_x ? 1 : stride_, side = along_x ? stride_ : 1;
    auto* at = plane.difference.data() + index(x, y);
    for (int edge = 0; edge < 2; ++edge) {
        const auto v = edge == 0 ? wavelets : -wavelets;
        at[0] += v;
        at[static_cast<std::size_t>(size) * step] -= v;
        at[static_cast<std::size_t>(hops) * step] -= v;
        at[static_cast<std::size_t>(size + hops) * step] += v;
        at += static_cast<std::size_t>(across) * side;
    }
    auto& box = plane.touched;
    box.x0 = std::min(box.x0, x), box.y0 = std::min(box.y0, y);
    box.x1 = std::max(box.x1, x + (along_x ? size + hops : across)),
    box.y1 = std::max(box.y1, y + (along_x ? across : size + hops));
}

void LinkLoads::add_row(int y, int from, int to, FixedWavelets wavelets) {
    flow_hops_[0] += wavelets * std::abs(to - from);
    stretch(to > from ? Direction::east : Direction::west, from, y, 1, 1, std::abs(to - from), wavelets);
}

void LinkLoads::add_column(int x, int from, int to, FixedWavelets wavelets) {
    flow_hops_[1] += wavelets * std::abs(to - from);
    stretch(to > from ? Direction::south : Direction::north, x, from, 1, 1, std::abs(to - from), wavelets);
}

int LinkLoads::add_flow(int from_x, int from_y, int to_x, int to_y, FixedWavelets wavelets,
                        RouteOrder order) {
    const bool x_first = order == RouteOrder::x_first;
    add_row(x_first ? from_y : to_y, from_x, to_x, wavelets);
    add_column(x_first ? to_x : from_x, from_y, to_y, wavelets);
    return std::abs(to_x - from_x) + std::abs(to_y - from_y);
}

void LinkLoads::add_horizontal(const RectFlow& flow) {
    int east = 0, west = 0;
    for (const auto& target : flow.targets)
        east = std::max(east, target.dx), west = std::max(west, -target.dx);
    const auto& s = flow.source;
    stretch(Direction::east, s.x, s.y, s.width, s.height, east, flow.wavelets);
    stretch(Direction::west, s.x, s.y, s.width, s.height, west, flow.wavelets);
    flow_hops_[0] += flow.wavelets * s.area() * (east + west);
}

void LinkLoads::add_vertical(const RectFlow& flow) {
    const auto& s = flow.source;
    const auto& targets = flow.targets;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        // One branch per column of targets, drawn by the first target of that column.
        int south = 0, north = 0;
        bool drawn = false;
        for (std::size_t j = 0; j < targets.size() && !drawn; ++j)
            if (targets[j].dx == targets[i].dx) {
                drawn = j < i;
                south = std::max(south, targets[j].dy), north = std::max(north, -targets[j].dy);
            }
        if (drawn) continue;
        stretch(Direction::south, s.x + targets[i].dx, s.y, s.width, s.height, south, flow.wavelets);
        stretch(Direction::north, s.x + targets[i].dx, s.y, s.width, s.height, north, flow.wavelets);
        flow_hops_[1] += flow.wavelets * s.area() * (south + north);
    }
}

void LinkLoads::add(const RectFlow& flow) {
    add_horizontal(flow);
    add_vertical(flow);
}

void LinkLoads::add(std::span<const RectFlow> flows) {
    both(
        flows.size() > kWorthAThread / 64,
        [&] {
            for (const auto& flow : flows) add_horizontal(flow);
        },
        [&] {
            for (const auto& flow : flows) add_vertical(flow);
        });
}

/// Adds the touched differences up, into the loads, and forgets them.
void LinkLoads::finish(Direction direction) {
    auto& plane = planes_[static_cast<std::size_t>(direction)];
    const Box box = plane.touched;
    if (box.x1 < 0) return;
    plane.touched = {};
    const auto width = static_cast<std::size_t>(box.x1 - box.x0 + 1);
    std::vector<FixedWavelets> slope(width, 0), sum(width, 0);
    for (int y = box.y0; y <= box.y1; ++y) {
        auto* difference = plane.difference.data() + index(box.x0, y);
        auto* load = plane.load.data() + index(box.x0, y);
        if (horizontal(direction)) {
            for (std::size_t i = 0; i < width; ++i) slope[i] += std::exchange(difference[i], 0);
            FixedWavelets rise = 0, value = 0;
            for (std::size_t i = 0; i < width; ++i) load[i] += value += rise += slope[i];
        } else {
            for (std::size_t i = 0; i < width; ++i) sum[i] += slope[i] += std::exchange(difference[i], 0);
            FixedWavelets value = 0;
            for (std::size_t i = 0; i < width; ++i) load[i] += value += sum[i];
        }
    }
}

void LinkLoads::finish() {
    std::size_t cells = 0;
    for (const auto& plane : planes_)
        if (plane.touched.x1 >= 0)
            cells += static_cast<std::size_t>(plane.touched.x1 - plane.touched.x0 + 1) *
                     static_cast<std::size_t>(plane.touched.y1 - plane.touched.y0 + 1);
    both(
        cells > kWorthAThread, [&] { finish(Direction::east), finish(Direction::west); },
        [&] { finish(Direction::north), finish(Direction::south); });
}

void LinkLoads::clear() {
    for (auto& plane : planes_) {
        std::ranges::fill(plane.difference, 0);
        std::ranges::fill(plane.load, 0);
        plane.touched = {};
    }
    flow_hops_ = {};
}

FixedWavelets LinkLoads::at(Direction direction, int x, int y) const {
    return planes_[static_cast<std::size_t>(direction)].load[index(x, y)];
}

FixedWavelets LinkLoads::total() const {
    FixedWavelets sum = 0;
    for (const auto& plane : planes_)
        for (int y = 0; y < grid_.rows; ++y)
            for (int x = 0; x < grid_.columns; ++x) sum += plane.load[index(x, y)];
    return sum;
}

void LinkLoads::append_planes(int wafer, std::vector<core::FlowPlane>& planes) const {
    for (int d = 0; d < core::kDirections; ++d) {
        int x0 = grid_.columns, y0 = grid_.rows, x1 = -1, y1 = -1;
        const auto& load = planes_[static_cast<std::size_t>(d)].load;
        for (int y = 0; y < grid_.rows; ++y)
            for (int x = 0; x < grid_.columns; ++x)
                if (load[index(x, y)] != 0)
                    x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
        if (x1 < 0) continue;
        core::FlowPlane out{.box = {x0, y0, x1 - x0 + 1, y1 - y0 + 1},
                            .wafer = wafer,
                            .direction = static_cast<Direction>(d)};
        out.wavelets.reserve(static_cast<std::size_t>(out.box.area()));
        for (int y = y0; y <= y1; ++y)
            for (int x = x0; x <= x1; ++x)
                out.wavelets.push_back(
                    static_cast<float>(static_cast<double>(load[index(x, y)]) / kFixedOne));
        planes.push_back(std::move(out));
    }
}

}  // namespace waferscope::sim
