// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/cluster/constants.hpp"
#include "sim/simulate.hpp"

namespace waferscope::sim {

/// A chip and its networks as plain numbers. Bandwidths are per device and direction.
struct ChipSpec {
    double flops_per_s = 0, memory_bytes = 0, memory_bytes_per_s = 0;  ///< per logical device
    double sram_bytes = 0, sram_bytes_per_s = 0;  ///< on-chip store in front of memory; rate 0 = not stated
    bool weights_only = false;     ///< this precision is that of stored weights; arithmetic runs at 16 bit
    double sixteen_bit_share = 1;  ///< rate of 16-bit products (attention, head) against this precision's
    Constants constants;
    double compute_efficiency = 0.6, memory_efficiency = 0.8;  ///< of the dense peak (this precision and phase), of the nameplate
    double launch_scale = 1;       ///< 1 eager, 1/5 under graphs: factor on launch floors
    double kernel_launch_s = 0;    ///< host time per kernel of a graph workload
    double array = 128;            ///< tile of the matrix unit: shapes are padded to it
    bool systolic = false;         ///< rows stream through the array: filling it costs `array` rows
    double compute_units = 0;      ///< units that take tiles; 0 = unknown, no wave quantisation
    core::Topology topology = core::Topology::none;
    int links = 0;                 ///< per device; 0 = not stated
    int domain = 1;                ///< devices joined by the fast level
    double scale_up_bytes_per_s = 0, scale_out_bytes_per_s = 0;
    double hop_latency_s = 0;
    std::optional<double> power_w;  ///< per chip
    int devices_per_chip = 1;
};

/// Figures of the machine for this precision and phase. E-machine naming what is missing or not possible.
core::Result<ChipSpec> chip_spec(const Request& request);

}  // namespace waferscope::sim
