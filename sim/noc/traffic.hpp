// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/result.hpp"
#include "sim/noc/random.hpp"

#include <cstdint>
#include <string_view>

namespace waferscope::sim {

/// Synthetic traffic of the cycle engine (design/wafer.md 4). Uniform includes the sender itself.
enum class Traffic : std::uint8_t { uniform, transpose, bitcomp, neighbor, hotspot };

/// Error key: no pattern of that name.
core::Result<Traffic> traffic_named(std::string_view name);

/// A node of the mesh; x counts columns, y rows.
struct Node {
    std::uint32_t x = 0, y = 0;
};

/// Where a packet of `from` goes; draws only for uniform. Transpose needs a square mesh.
Node destination(Traffic traffic, core::GridSize mesh, Node from, Random& random);

/// Mean number of routers on the XY path, Manhattan distance + 1, exact.
double mean_routers(Traffic traffic, core::GridSize mesh);

/// Ideal XY bound in flits per node and cycle: 1 / (load of the fullest link or ejection port at rate 1),
/// <= 1. Uniform on k x k, k even: 4/k (design/wafer.md 1).
double rate_bound(Traffic traffic, core::GridSize mesh);

}  // namespace waferscope::sim
