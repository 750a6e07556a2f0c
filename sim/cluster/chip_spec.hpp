// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/simulate.hpp"

namespace waferscope::sim {

/// A chip and its networks as plain numbers. Bandwidths are per device and direction.
struct ChipSpec {
    double flops_per_s = 0, memory_bytes = 0, memory_bytes_per_s = 0;  ///< per logical device
    double compute_efficiency = 0.6, memory_efficiency = 0.8;  ///< of the dense peak, of the nameplate
    double kernel_launch_s = 0;    ///< time the host needs per kernel
    double array = 128;            ///< tile of the matrix unit: shapes are padded to it
    core::Topology topology = core::Topology::none;
    int domain = 1;                ///< devices joined by the fast level
    double scale_up_bytes_per_s = 0, scale_out_bytes_per_s = 0;
    double hop_latency_s = 0, network_latency_s = 0;
    std::optional<double> power_w;  ///< per chip
    int devices_per_chip = 1;
};

/// Figures of the machine for this precision and phase. E-machine naming what is missing or not possible.
core::Result<ChipSpec> chip_spec(const Request& request);

}  // namespace waferscope::sim
