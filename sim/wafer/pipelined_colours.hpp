// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/wafer/pipelined.hpp"

#include <cstdint>
#include <vector>

namespace waferscope::sim {

/// Routable colours of a core (design/wafer.md 2); the host keeps none of them here.
inline constexpr int kColours = 24;

/// Colours that the static routes of a layout need at every router: each flow group that passes it takes one,
/// sums handed from neighbour to neighbour two, because the routers take turns. A lower bound: groups whose
/// flows turn differently in one router may need more.
struct ColourUse {
    std::vector<std::uint8_t> needed;  ///< grid.cells() counts, row by row; 255 = that many or more
    int most = 0, x = 0, y = 0;        ///< the router that needs most, the first of several
};
ColourUse colour_use(const PipelineLayout& layout, core::GridSize grid);

}  // namespace waferscope::sim
