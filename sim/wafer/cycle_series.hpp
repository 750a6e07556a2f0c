// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "sim/noc/cycle_window.hpp"

namespace waferscope::sim {

/// Turns frames of the cycle engine into a run whose grid is the window: stalls, queued wavelets and link loads of
/// every router, one step and one timeline slice per frame.
void fill_cycle_frames(core::Run& run, const std::vector<WindowFrame>& frames, core::GridSize mesh, std::uint32_t cycles_per_frame, double clock_hz);

}  // namespace waferscope::sim
