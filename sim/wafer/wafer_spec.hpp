// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/simulate.hpp"

namespace waferscope::sim {

/// The figures of a wafer as plain numbers, overrides of the scenario applied.
struct WaferSpec {
    core::GridSize grid;
    double clock_hz = 0;
    double cycles_per_mac = 0;  ///< c_mac = 1 / FMA per core and cycle
    double ramp_cycles = 2, hop_cycles = 1, wavelet_interval = 1;
    double sram_bytes = 0;      ///< per core
    double io_in_bytes_per_s = 0, io_out_bytes_per_s = 0;
    double link_latency_s = 0;  ///< between wafers
    double optimizer_bytes_per_s = 0;
    std::optional<double> power_w;
    // Fitted on published rates (resources/calibration); 0 when the machine has none.
    double decode_fixed_cycles = 0, decode_cycles_per_mac = 0, prefill_cycles_per_mac = 0, prefill_fixed_cycles = 0;
    double serving_rate_share = 1;  ///< of the modelled decode rate that the vendor's software reaches, 0..1
    [[nodiscard]] double peak_flops_per_s() const {
        return 2 / cycles_per_mac * clock_hz * static_cast<double>(grid.cells());
    }
};

/// E-machine naming every figure that is missing.
core::Result<WaferSpec> wafer_spec(const Request& request);

/// Power of a core by activity (design/wafer_models.md 7): 35 % of the system idle, 50 % arithmetic.
double core_power_w(const WaferSpec& spec, double utilisation);

}  // namespace waferscope::sim
