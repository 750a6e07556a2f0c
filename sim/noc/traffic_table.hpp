// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace waferscope::sim {

/// A steady flow from a node of a mesh to another, wavelets per cycle.
struct SteadyFlow {
    int from_x = 0, from_y = 0, to_x = 0, to_y = 0;
    double rate = 0;
};

/// Targets of every node with their shares, for sources that do not follow a pattern. A node creates at most one
/// wavelet per cycle; what a node was asked beyond that is in `lost_rate`.
class TrafficTable {
public:
    TrafficTable(core::GridSize mesh, std::span<const SteadyFlow> flows);

    [[nodiscard]] double rate(std::size_t node) const { return rate_[node]; }
    /// Target x | y << shift of a wavelet, for a uniform draw in [0, 1).
    [[nodiscard]] std::uint32_t target(std::size_t node, double draw) const;
    [[nodiscard]] double lost_rate() const { return lost_; }

private:
    struct Target {
        std::uint32_t node;
        double below;  ///< cumulative share of the node's rate
    };
    std::vector<std::uint32_t> first_;  ///< [node], and one past the last
    std::vector<Target> targets_;
    std::vector<double> rate_;
    double lost_ = 0;
};

}  // namespace waferscope::sim
