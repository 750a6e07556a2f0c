// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/wafer_spec.hpp"

#include <fmt/format.h>

namespace waferscope::sim {

using core::Precision;

core::Result<WaferSpec> wafer_spec(const Request& request) {
    const auto& machine = *request.machine;
    const auto& options = request.scenario.wafer;
    std::string missing;
    const auto need = [&](const char* key) {
        const auto value = machine.figure(key);
        if (!value) missing += missing.empty() ? key : std::string(", ") + key;
        return value.value_or(0);
    };
    const auto precision = request.scenario.precision;
    const bool half = precision == Precision::fp16 || precision == Precision::bf16;
    const bool full = precision == Precision::fp32 || precision == Precision::tf32;
    if (!half && !full)
        return core::fail(core::ErrorCode::machine,
                          fmt::format("{} cannot do this: no {} arithmetic.", machine.name, core::precision_name(precision)),
                          "/precision", "nearest that can: fp16");
    WaferSpec spec;
    spec.grid = machine.wafer()->grid;
    spec.clock_hz = options.clock_hz.value_or(need("clock_hz"));
    double fma = need(half ? "fp16_fma_per_core_cycle" : "fp32_fma_per_core_cycle");
    if (options.marketing_peak) fma *= machine.figure("marketing_peak_factor").value_or(1);
    spec.cycles_per_mac = 1 / std::max(fma, 1e-9);
    spec.ramp_cycles = need("ramp_cycles");
    spec.hop_cycles = need("hop_cycles");
    spec.wavelet_interval = machine.figure("wavelet_interval_cycles").value_or(1);
    spec.sram_bytes = need("sram_bytes_per_core");
    const double io = need("io_bytes_per_s");
    spec.io_in_bytes_per_s = options.measured_io ? machine.figure("io_in_measured_bytes_per_s").value_or(io) : io;
    spec.io_out_bytes_per_s = options.measured_io ? machine.figure("io_out_measured_bytes_per_s").value_or(io) : io;
    spec.link_latency_s = machine.figure("wafer_link_latency_s").value_or(2e-6);
    spec.optimizer_bytes_per_s = machine.figure("memory_x_bytes_per_s").value_or(io);
    spec.power_w = machine.figure("power_w");
    spec.decode_fixed_cycles = machine.constant("decode_fixed_cycles_per_layer", 0);
    spec.decode_cycles_per_mac = machine.constant("decode_cycles_per_mac", 0);
    spec.prefill_cycles_per_mac = machine.constant("prefill_cycles_per_mac", 0);
    spec.prefill_fixed_cycles = machine.constant("prefill_fixed_cycles_per_step", 0);
    spec.serving_rate_share = machine.constant("serving_rate_share_" + machine.id, 1);
    if (!missing.empty())
        return core::fail(core::ErrorCode::machine, fmt::format("{} lacks figures: {}.", machine.name, missing), machine.id,
                          "add them to its machine file");
    return spec;
}

double core_power_w(const WaferSpec& spec, double utilisation) {
    const double per_core = spec.power_w.value_or(0) / static_cast<double>(spec.grid.cells());
    return per_core * (0.35 + 0.50 * utilisation);
}

}  // namespace waferscope::sim
