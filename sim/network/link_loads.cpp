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
constexpr std::size_t kChunk = 1U << 18;        ///< flows sorted at a time
constexpr int kBandLines = 16;                  ///< of a sorted band: its lines stay in the cache

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

LinkLoads::LinkLoads(core::GridSize grid) : grid_(grid) {
    for (int d = 0; d < core::kDirections; ++d) {
        const auto direction = static_cast<Direction>(d);
        const bool rows = direction == Direction::east || direction == Direction::west;
        auto& plane = planes_[static_cast<std::size_t>(d)];
        plane.lines = rows ? grid.rows : grid.columns;
        plane.stride = static_cast<std::size_t>(rows ? grid.columns : grid.rows) + 2;
        const auto cells = plane.stride * (static_cast<std::size_t>(plane.lines) + 1);
        plane.difference.assign(cells, 0), plane.load.assign(cells, 0);
        plane.line_most.assign(static_cast<std::size_t>(plane.lines) + 1, 0);
    }
}

/// Along its line the load of a stretch is a trapezoid: its second difference has four corners; across the
/// lines a first difference has two.
void LinkLoads::add(bool horizontal, const Stretch& s) {
    if (s.hops == 0) return;
    const bool ahead = s.hops > 0;
    auto& plane =
        planes_[static_cast<std::size_t>(horizontal ? (ahead ? Direction::east : Direction::west)
                                                    : (ahead ? Direction::south : Direction::north))];
    const int hops = std::abs(s.hops),
              place = ahead ? s.place
                            : s.place - hops + 1;  // links of a way back leave place - hops + 1 .. place
    auto* at = plane.difference.data() + static_cast<std::size_t>(s.line) * plane.stride +
               static_cast<std::size_t>(place);
    for (int edge = 0; edge < 2; ++edge) {
        const auto v = edge == 0 ? s.wavelets : -s.wavelets;
        at[0] += v;
        at[s.size] -= v;
        at[hops] -= v;
        at[s.size + hops] += v;
        at += static_cast<std::size_t>(s.across) * plane.stride;
    }
    plane.touched.take_in({s.line, place, s.line + s.across, place + s.size + hops});
}

void LinkLoads::Box::take_in(const Box& other) {
    line0 = std::min(line0, other.line0), place0 = std::min(place0, other.place0);
    line1 = std::max(line1, other.line1), place1 = std::max(place1, other.place1);
}

void LinkLoads::add_row(int y, int from, int to, FixedWavelets wavelets) {
    flow_hops_[0] += wavelets * std::abs(to - from);
    add(true, {.line = y, .place = from, .hops = to - from, .wavelets = wavelets});
}

void LinkLoads::add_column(int x, int from, int to, FixedWavelets wavelets) {
    flow_hops_[1] += wavelets * std::abs(to - from);
    add(false, {.line = x, .place = from, .hops = to - from, .wavelets = wavelets});
}

int LinkLoads::add_flow(int from_x, int from_y, int to_x, int to_y, FixedWavelets wavelets,
                        RouteOrder order) {
    const bool x_first = order == RouteOrder::x_first;
    add_row(x_first ? from_y : to_y, from_x, to_x, wavelets);
    add_column(x_first ? to_x : from_x, from_y, to_y, wavelets);
    return std::abs(to_x - from_x) + std::abs(to_y - from_y);
}

template <class Visit>
void LinkLoads::for_each_stretch(const RectFlow& flow, bool horizontal, const Visit& visit) {
    const auto& s = flow.source;
    const auto& targets = flow.targets;
    if (horizontal) {
        int east = 0, west = 0;
        for (const auto& target : targets) east = std::max(east, target.dx), west = std::min(west, target.dx);
        visit(Stretch{s.y, s.x, s.height, s.width, east, flow.wavelets});
        visit(Stretch{s.y, s.x, s.height, s.width, west, flow.wavelets});
        return;
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
        // One branch per column of targets, drawn by the first target of that column.
        int south = 0, north = 0;
        bool drawn = false;
        for (std::size_t j = 0; j < targets.size() && !drawn; ++j)
            if (targets[j].dx == targets[i].dx) {
                drawn = j < i;
                south = std::max(south, targets[j].dy), north = std::min(north, targets[j].dy);
            }
        if (drawn) continue;
        visit(Stretch{s.x + targets[i].dx, s.y, s.width, s.height, south, flow.wavelets});
        visit(Stretch{s.x + targets[i].dx, s.y, s.width, s.height, north, flow.wavelets});
    }
}

void LinkLoads::add(const RectFlow& flow) {
    for (const bool horizontal : {true, false})
        for_each_stretch(flow, horizontal, [&](const Stretch& s) {
            flow_hops_[horizontal ? 0 : 1] += s.wavelets * std::abs(s.hops) * s.size * s.across;
            add(horizontal, s);
        });
}

void LinkLoads::add_sorted(std::span<const RectFlow> flows, bool horizontal) {
    std::vector<std::vector<Stretch>> bands(
        static_cast<std::size_t>((horizontal ? grid_.rows : grid_.columns) / kBandLines + 1));
    for (; !flows.empty(); flows = flows.subspan(std::min(kChunk, flows.size()))) {
        for (const auto& flow : flows.first(std::min(kChunk, flows.size())))
            for_each_stretch(flow, horizontal, [&](const Stretch& s) {
                if (s.hops != 0) bands[static_cast<std::size_t>(s.line / kBandLines)].push_back(s);
            });
        FixedWavelets hops = 0;
        for (auto& band : bands) {
            for (const auto& s : band) {
                hops += s.wavelets * std::abs(s.hops) * s.size * s.across;
                add(horizontal, s);
            }
            band.clear();
        }
        flow_hops_[horizontal ? 0 : 1] += hops;
    }
}

void LinkLoads::add(std::span<const RectFlow> flows) {
    both(
        flows.size() > kWorthAThread / 64, [&] { add_sorted(flows, true); },
        [&] { add_sorted(flows, false); });
}

/// Adds the touched differences up, into the loads, and forgets them.
void LinkLoads::finish(Plane& plane) {
    const Box box = plane.touched;
    if (box.line1 < 0) return;
    plane.touched = {};
    plane.used.take_in(box);
    const auto length = static_cast<std::size_t>(box.place1 - box.place0 + 1);
    std::vector<FixedWavelets> slope(length, 0);
    for (int line = box.line0; line <= box.line1; ++line) {
        const auto first =
            static_cast<std::size_t>(line) * plane.stride + static_cast<std::size_t>(box.place0);
        auto* difference = plane.difference.data() + first;
        auto* load = plane.load.data() + first;
        for (std::size_t i = 0; i < length; ++i) slope[i] += difference[i], difference[i] = 0;
        FixedWavelets rise = 0, value = 0;
        for (std::size_t i = 0; i < length; ++i) load[i] += value += rise += slope[i];
        const auto* whole = plane.load.data() + static_cast<std::size_t>(line) * plane.stride;
        plane.line_most[static_cast<std::size_t>(line)] = *std::max_element(whole, whole + plane.stride);
    }
}

core::Rect LinkLoads::finish() {
    std::size_t cells = 0;
    int x0 = grid_.columns, y0 = grid_.rows, x1 = 0, y1 = 0;
    for (std::size_t d = 0; d < planes_.size(); ++d) {
        auto box = planes_[d].touched;
        if (box.line1 < 0) continue;
        if (static_cast<Direction>(d) == Direction::north || static_cast<Direction>(d) == Direction::south)
            std::swap(box.line0, box.place0), std::swap(box.line1, box.place1);
        x0 = std::min(x0, box.place0), y0 = std::min(y0, box.line0);
        x1 = std::max(x1, std::min(box.place1 + 1, grid_.columns));
        y1 = std::max(y1, std::min(box.line1 + 1, grid_.rows));
    }
    for (const auto& plane : planes_)
        if (plane.touched.line1 >= 0)
            cells += static_cast<std::size_t>(plane.touched.line1 - plane.touched.line0 + 1) *
                     static_cast<std::size_t>(plane.touched.place1 - plane.touched.place0 + 1);
    both(
        cells > kWorthAThread, [&] { finish(planes_[0]), finish(planes_[1]); },
        [&] { finish(planes_[2]), finish(planes_[3]); });
    return x1 > x0 && y1 > y0 ? core::Rect{x0, y0, x1 - x0, y1 - y0} : core::Rect{};
}

void LinkLoads::clear() {
    for (auto& plane : planes_) {
        Box box = plane.used;
        box.take_in(plane.touched);
        plane.used = plane.touched = {};
        for (int line = box.line0; line <= box.line1; ++line) {
            const auto first = static_cast<std::size_t>(line) * plane.stride + static_cast<std::size_t>(box.place0);
            const auto length = static_cast<std::size_t>(box.place1 - box.place0 + 1);
            std::fill_n(plane.difference.begin() + static_cast<std::ptrdiff_t>(first), length, 0);
            plane.line_most[static_cast<std::size_t>(line)] = 0;
            std::fill_n(plane.load.begin() + static_cast<std::ptrdiff_t>(first), length, 0);
        }
    }
    flow_hops_ = {};
}

FixedWavelets LinkLoads::at(Direction direction, int x, int y) const {
    const auto& plane = planes_[static_cast<std::size_t>(direction)];
    const bool rows = direction == Direction::east || direction == Direction::west;
    return plane
        .load[static_cast<std::size_t>(rows ? y : x) * plane.stride + static_cast<std::size_t>(rows ? x : y)];
}

BusiestLink LinkLoads::busiest() const {
    BusiestLink most;
    for (std::size_t d = 0; d < planes_.size(); ++d) {
        const auto& plane = planes_[d];
        const auto line = std::ranges::max_element(plane.line_most);
        if (*line <= most.wavelets) continue;
        const auto at = line - plane.line_most.begin();
        const auto first = plane.load.begin() + at * static_cast<std::ptrdiff_t>(plane.stride);
        const auto place = static_cast<int>(std::find(first, first + static_cast<std::ptrdiff_t>(plane.stride), *line) - first);
        const auto direction = static_cast<Direction>(d);
        const bool rows = direction == Direction::east || direction == Direction::west;
        most = {direction, rows ? place : static_cast<int>(at), rows ? static_cast<int>(at) : place, *line};
    }
    return most;
}

FixedWavelets LinkLoads::total() const {
    FixedWavelets sum = 0;
    for (const auto& plane : planes_)
        for (const auto load : plane.load) sum += load;  // nothing is left where stretches spill to
    return sum;
}

void LinkLoads::hottest(const core::Rect& area, std::vector<float>& out) const {
    // Columns are stored on end: squares of both keep to the cache.
    constexpr int kSquare = 32;
    const auto& north = planes_[static_cast<std::size_t>(Direction::north)];
    const auto& east = planes_[static_cast<std::size_t>(Direction::east)];
    const auto& south = planes_[static_cast<std::size_t>(Direction::south)];
    const auto& west = planes_[static_cast<std::size_t>(Direction::west)];
    const int x1 = area.x + area.width, y1 = area.y + area.height;
    for (int ys = area.y; ys < y1; ys += kSquare)
        for (int xs = area.x; xs < x1; xs += kSquare)
            for (int y = ys; y < std::min(ys + kSquare, y1); ++y)
                for (int x = xs; x < std::min(xs + kSquare, x1); ++x) {
                    const auto row = static_cast<std::size_t>(y) * east.stride + static_cast<std::size_t>(x);
                    const auto column = static_cast<std::size_t>(x) * north.stride + static_cast<std::size_t>(y);
                    const auto most = std::max({east.load[row], west.load[row], north.load[column], south.load[column]});
                    out[static_cast<std::size_t>(y) * static_cast<std::size_t>(grid_.columns) + static_cast<std::size_t>(x)] =
                        static_cast<float>(static_cast<double>(most) / kFixedOne);
                }
}

void LinkLoads::append_planes(int wafer, std::vector<core::FlowPlane>& planes) const {
    for (int d = 0; d < core::kDirections; ++d) {
        const auto direction = static_cast<Direction>(d);
        const bool rows = direction == Direction::east || direction == Direction::west;
        const auto& plane = planes_[static_cast<std::size_t>(d)];
        Box loaded;
        for (int line = plane.used.line0; line <= plane.used.line1; ++line) {
            const auto* load = plane.load.data() + static_cast<std::size_t>(line) * plane.stride;
            for (int place = plane.used.place0; place <= plane.used.place1; ++place)
                if (load[place] != 0) loaded.take_in({line, place, line, place});
        }
        if (loaded.line1 < 0) continue;
        const int lines = loaded.line1 - loaded.line0 + 1, places = loaded.place1 - loaded.place0 + 1;
        core::FlowPlane out{.box = rows ? core::Rect{loaded.place0, loaded.line0, places, lines} : core::Rect{loaded.line0, loaded.place0, lines, places},
                            .wafer = wafer,
                            .direction = direction};
        out.wavelets.reserve(static_cast<std::size_t>(out.box.area()));
        for (int y = out.box.y; y < out.box.y + out.box.height; ++y)
            for (int x = out.box.x; x < out.box.x + out.box.width; ++x)
                out.wavelets.push_back(static_cast<float>(static_cast<double>(at(direction, x, y)) / kFixedOne));
        planes.push_back(std::move(out));
    }
}

}  // namespace waferscope::sim
