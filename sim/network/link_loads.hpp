// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/series.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace waferscope::sim {

/// Wavelets in fixed point, 2^-16 of a wavelet: adding and taking away are exact.
using FixedWavelets = std::int64_t;
inline constexpr double kFixedOne = 65536.0;
FixedWavelets to_fixed(double wavelets);

/// Which axis a route travels first.
enum class RouteOrder : std::uint8_t { x_first, y_first };

/// Wavelets that crossed each directed link of a mesh. The link of (x, y) in a direction leaves that core.
/// Stretches are kept as differences and summed up once by finish().
class LinkLoads {
public:
    explicit LinkLoads(core::GridSize grid);

    /// Wavelets along row `y` from column `from` to column `to` (east if to > from). |to - from| hops.
    void add_row(int y, int from, int to, FixedWavelets wavelets);
    /// Wavelets along column `x` from row `from` to row `to` (south if to > from).
    void add_column(int x, int from, int to, FixedWavelets wavelets);
    /// A point-to-point flow. Returns its hops.
    int add_flow(int from_x, int from_y, int to_x, int to_y, FixedWavelets wavelets, RouteOrder order = RouteOrder::x_first);

    void finish();  ///< differences to loads; after it loads may be read, no flow added

    [[nodiscard]] FixedWavelets at(core::Direction direction, int x, int y) const;
    [[nodiscard]] FixedWavelets total() const;        ///< over all links
    [[nodiscard]] FixedWavelets flow_hops() const { return flow_hops_; }  ///< sum over flows of wavelets x hops
    /// The loads of one direction as planes for a series, cut to their bounding box; nothing when empty.
    void append_planes(int wafer, std::vector<core::FlowPlane>& planes) const;

private:
    [[nodiscard]] std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(grid_.columns) + static_cast<std::size_t>(x);
    }
    core::GridSize grid_;
    std::array<std::vector<FixedWavelets>, core::kDirections> load_;
    FixedWavelets flow_hops_ = 0;
};

}  // namespace waferscope::sim
