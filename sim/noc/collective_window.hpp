// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/collective.hpp"
#include "sim/noc/cycle_window.hpp"

#include <stop_token>
#include <vector>

namespace waferscope::sim {

/// One collective on every row of a mesh, watched from its first cycle to its last.
struct CollectiveFilm {
    std::uint64_t cycles = 0;           ///< the operation, first and last included
    std::uint32_t cycles_per_frame = 1;  ///< the last frame may end idle
    std::vector<WindowFrame> frames;
    double wall_seconds = 0;
};

/// Plays `task` twice: for its length, then cut into at most `frames` frames. E-range for a mesh of more than
/// 262,144 routers or of no row; E-cancelled.
core::Result<CollectiveFilm> film_collective(const CollectiveTask& task, core::GridSize mesh, const FabricConfig& fabric, std::uint32_t frames, const std::stop_token& stop);

}  // namespace waferscope::sim
