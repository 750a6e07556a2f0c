// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/simulate.hpp"

namespace waferscope::sim {

/// "Simulate cycles here": the flows of a pipelined run that cross `window`, at their steady rates, through the
/// cycle engine. The result is a run of its own, its grid the window: link loads, queued wavelets and stalls over
/// time, with the flow engine's hottest link beside the simulated one in its bottlenecks. E-value for runs that are
/// not pipelined; E-range when the window has a side under 2 or over 512.
core::Result<core::Run> simulate_cycles(const Request& request, const core::Rect& window, const std::stop_token& stop);

}  // namespace waferscope::sim
