// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/series.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace waferscope::sim {

/// Wavelets in fixed point, 2^-16 of a wavelet: adding and taking away are exact.
using FixedWavelets = std::int64_t;
inline constexpr double kFixedOne = 65536.0;
FixedWavelets to_fixed(double wavelets);

/// Which axis a route travels first.
enum class RouteOrder : std::uint8_t { x_first, y_first };

/// Distance from a tile to its target.
struct Offset {
    int dx = 0, dy = 0;
};

/// Every tile of `source` sends `wavelets` to the tile at each target offset: one target is unicast, several
/// share a tree of X-then-Y routes that loads each of its links once. Source and targets lie on the grid.
struct RectFlow {
    core::Rect source;
    std::span<const Offset> targets;
    FixedWavelets wavelets = 0;
};

/// A link and its load; it leaves (x, y).
struct BusiestLink {
    core::Direction direction = core::Direction::north;
    int x = 0, y = 0;
    FixedWavelets wavelets = 0;
    friend bool operator==(const BusiestLink&, const BusiestLink&) = default;
};

/// Wavelets that cross each directed link of a mesh; the link of (x, y) in a direction leaves that core.
/// Flows are kept as differences, whatever the size of their rectangles 16 numbers each, and summed into
/// the loads by finish(). Flows may be added (or taken away with negative wavelets) after it: the next
/// finish() works on the touched box only, and the loads equal those of a fresh build to the last bit.
class LinkLoads {
public:
    explicit LinkLoads(core::GridSize grid);

    /// Wavelets along row `y` from column `from` to column `to` (east if to > from). |to - from| hops.
    void add_row(int y, int from, int to, FixedWavelets wavelets);
    /// Wavelets along column `x` from row `from` to row `to` (south if to > from).
    void add_column(int x, int from, int to, FixedWavelets wavelets);
    /// A point-to-point flow. Returns its hops.
    int add_flow(int from_x, int from_y, int to_x, int to_y, FixedWavelets wavelets,
                 RouteOrder order = RouteOrder::x_first);
    void add(const RectFlow& flow);
    /// Many flows on two threads, one per axis, in the order of their lines; equal to add() one by one.
    void add(std::span<const RectFlow> flows);

    /// Differences into loads. Returns the cores whose links may have changed (one rectangle; empty when none).
    core::Rect finish();
    void clear();   ///< no flow, no load

    [[nodiscard]] FixedWavelets at(core::Direction direction, int x, int y) const;
    [[nodiscard]] FixedWavelets total() const;  ///< over all links
    /// The link with the largest load; 0 wavelets when nothing flows.
    [[nodiscard]] BusiestLink busiest() const;
    [[nodiscard]] FixedWavelets flow_hops() const {
        return flow_hops_[0] + flow_hops_[1];
    }  ///< sum over flows of wavelets x links
    /// The largest load of the four links of every core of `area`, in wavelets, into `out`: one value per core of
    /// the grid, row by row.
    void hottest(const core::Rect& area, std::vector<float>& out) const;
    /// The loads of one direction as planes for a series, cut to their bounding box; nothing when empty.
    void append_planes(int wafer, std::vector<core::FlowPlane>& planes) const;

private:
    /// Cells of a plane that differences touch: lines and places along them.
    struct Box {
        int line0 = 1 << 30, place0 = 1 << 30, line1 = -1, place1 = -1;
        void take_in(const Box& other);
    };
    /// One direction, stored along its travel: rows for east and west, columns for north and south.
    struct Plane {
        std::size_t stride = 0;  ///< places of a line and the two that ends of stretches spill into
        int lines = 0;
        std::vector<FixedWavelets> difference, load;
        std::vector<FixedWavelets> line_most;  ///< largest load per line
        Box touched;  ///< since the last finish()
        Box used;     ///< since the last clear()
    };
    /// `across` parallel lines from `line` on; on each, `size` tiles from `place` on send along `hops` links,
    /// ahead if positive, back if negative.
    struct Stretch {
        int line = 0, place = 0, across = 1, size = 1, hops = 0;
        FixedWavelets wavelets = 0;
    };
    void add(bool horizontal, const Stretch& stretch);
    void add_sorted(std::span<const RectFlow> flows, bool horizontal);
    template <class Visit>
    static void for_each_stretch(const RectFlow& flow, bool horizontal, const Visit& visit);
    static void finish(Plane& plane);

    core::GridSize grid_;
    std::array<Plane, core::kDirections> planes_;
    std::array<FixedWavelets, 2> flow_hops_{};  ///< along rows, along columns: one per thread
};

}  // namespace waferscope::sim
