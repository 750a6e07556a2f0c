// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/simulate.hpp"

namespace waferscope::sim {

/// What would help: up to five changes of the scenario or the machine, each simulated, best first. Changes nobody
/// can buy (no launch cost, ...) come out with applicable = false. Gains below 1 % are left out.
std::vector<core::Lever> find_levers(const Request& request, const core::Run& run, const std::stop_token& stop);

}  // namespace waferscope::sim
