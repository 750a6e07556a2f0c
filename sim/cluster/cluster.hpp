// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/cluster/work.hpp"

#include <vector>

namespace waferscope::sim {

/// A cluster run of any phase. Without a plan the fastest one that fits is taken. E-plan, E-fit, E-machine.
core::Result<core::Run> simulate_cluster(const Request& request, Detail detail, const std::stop_token& stop);

/// What one device does in one stretch of its lane, for the maps.
struct Activity {
    double start_s = 0, end_s = 0, flops = 0, memory_bytes = 0, link_bytes = 0;
    int stage = 0;
    bool across_nodes = false;
};

/// Chips, switches and links of the machine with utilisation, memory traffic and link load over time.
core::DeviceMap device_map(const core::Run& run, const ChipSpec& chip, const std::vector<Activity>& activity);

}  // namespace waferscope::sim
