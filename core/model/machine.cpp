// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/machine.hpp"

#include <algorithm>
#include <array>

namespace waferscope::core {
namespace {

constexpr double kHuge = 1e21;

constexpr std::array kFigureKeys{
    FigureKey{"peak_fp32_dense_flops_per_s", "FLOP/s", "Dense peak, FP32", 1e9, kHuge},
    FigureKey{"peak_tf32_dense_flops_per_s", "FLOP/s", "Dense peak, TF32", 1e9, kHuge},
    FigureKey{"peak_bf16_dense_flops_per_s", "FLOP/s", "Dense peak, BF16", 1e9, kHuge},
    FigureKey{"peak_fp16_dense_flops_per_s", "FLOP/s", "Dense peak, FP16", 1e9, kHuge},
    FigureKey{"peak_fp8_dense_flops_per_s", "FLOP/s", "Dense peak, FP8", 1e9, kHuge},
    FigureKey{"peak_int8_dense_flops_per_s", "OP/s", "Dense peak, INT8", 1e9, kHuge},
    FigureKey{"peak_fp4_dense_flops_per_s", "FLOP/s", "Dense peak, FP4", 1e9, kHuge},
    FigureKey{"vector_flops_per_s", "FLOP/s", "Vector units", 1e9, kHuge},
    FigureKey{"memory_bytes", "B", "Memory", 1e6, 1e15},
    FigureKey{"memory_bytes_per_s", "B/s", "Memory bandwidth", 1e6, kHuge},
    FigureKey{"sram_bytes", "B", "On-chip memory", 1e3, 1e13},
    FigureKey{"sram_bytes_per_s", "B/s", "On-chip memory bandwidth", 1e6, kHuge},
    FigureKey{"compute_units", "", "Cores or multiprocessors", 1, 1e6},
    FigureKey{"array_size", "", "Side of the matrix unit", 1, 4096},
    FigureKey{"clock_hz", "Hz", "Clock", 1e6, 1e11},
    FigureKey{"power_w", "W", "Power", 0.1, 1e7},
    FigureKey{"die_mm2", "mm2", "Die area", 1, 1e5},
    // wafers
    FigureKey{"sram_bytes_per_core", "B", "SRAM per core", 1024, 1e8},
    FigureKey{"fp16_fma_per_core_cycle", "", "FP16 FMA per core and cycle", 0.25, 1024},
    FigureKey{"fp32_fma_per_core_cycle", "", "FP32 FMA per core and cycle", 0.25, 1024},
    FigureKey{"hop_cycles", "cycles", "Fabric hop", 0.1, 100},
    FigureKey{"ramp_cycles", "cycles", "Core ramp", 0, 100},
    FigureKey{"wavelet_interval_cycles", "cycles", "Cycles per wavelet on a link", 1, 16},
    FigureKey{"queue_depth", "wavelets", "Router queue", 1, 1024},
    FigureKey{"io_bytes_per_s", "B/s", "Off-wafer I/O, nameplate", 1e6, 1e16},
    FigureKey{"io_in_measured_bytes_per_s", "B/s", "Off-wafer I/O in, as users measure it", 1e6, 1e16},
    FigureKey{"io_out_measured_bytes_per_s", "B/s", "Off-wafer I/O out, as users measure it", 1e6, 1e16},
    FigureKey{"wafer_link_latency_s", "s", "Latency between wafers", 1e-9, 1},
    FigureKey{"memory_x_bytes_per_s", "B/s", "Optimiser memory rate", 1e6, kHuge},
    FigureKey{"core_area_mm2", "mm2", "Area of a core", 1e-4, 100},
    FigureKey{"marketing_peak_factor", "", "Marketed (sparse) peak over the dense one", 1, 64},
    // network levels
    FigureKey{"bytes_per_s_per_direction", "B/s", "Network bandwidth per chip and direction", 1e6, 1e16},
    FigureKey{"link_bytes_per_s_per_direction", "B/s", "Bandwidth of one link and direction", 1e6, 1e16},
    FigureKey{"hop_latency_s", "s", "Latency of a hop", 1e-10, 1},
    // maker's totals
    FigureKey{"cores", "", "Cores", 1, 1e9},
    FigureKey{"fabric_bits_per_s", "bit/s", "Fabric, sum of links", 1e9, 1e21},
    FigureKey{"memory_bits_per_s", "bit/s", "Memory bandwidth", 1e9, 1e21},
    FigureKey{"peak_fp16_marketing_flops_per_s", "FLOP/s", "Marketed FP16 peak", 1e9, kHuge},
    FigureKey{"peak_int8_marketing_flops_per_s", "OP/s", "Marketed INT8 peak", 1e9, kHuge},
};

}  // namespace

std::span<const FigureKey> figure_keys() { return kFigureKeys; }

const FigureKey* find_figure_key(std::string_view key) {
    const auto found = std::ranges::find(kFigureKeys, key, &FigureKey::key);
    return found == kFigureKeys.end() ? nullptr : &*found;
}

namespace {
constexpr std::array<std::string_view, 7> kTopologies{"none",    "switched", "full_mesh", "ring",
                                                      "torus2d", "torus3d",  "hypercube"};
constexpr std::array<std::string_view, 7> kPrecisions{"fp32", "tf32", "bf16", "fp16", "fp8", "int8", "fp4"};
}  // namespace

std::string_view topology_name(Topology topology) { return kTopologies.at(static_cast<std::size_t>(topology)); }

std::optional<Topology> topology_from(std::string_view name) {
    const auto found = std::ranges::find(kTopologies, name);
    if (found == kTopologies.end()) return std::nullopt;
    return static_cast<Topology>(found - kTopologies.begin());
}

std::string_view precision_name(Precision precision) {
    return kPrecisions.at(static_cast<std::size_t>(precision));
}

std::optional<Precision> precision_from(std::string_view name) {
    const auto found = std::ranges::find(kPrecisions, name);
    if (found == kPrecisions.end()) return std::nullopt;
    return static_cast<Precision>(found - kPrecisions.begin());
}

double precision_bytes(Precision precision) {
    switch (precision) {
        case Precision::fp32:
        case Precision::tf32: return 4;
        case Precision::bf16:
        case Precision::fp16: return 2;
        case Precision::fp8:
        case Precision::int8: return 1;
        case Precision::fp4: return 0.5;
    }
    return 2;
}

std::optional<double> Machine::figure(std::string_view key) const {
    const auto found = figures.find(key);
    if (found == figures.end()) return std::nullopt;
    return found->second.value;
}

double Machine::constant(std::string_view key, double fallback) const {
    const auto found = calibration.find(key);
    return found == calibration.end() ? fallback : found->second.value;
}

std::optional<double> peak_flops_per_s(const Machine& machine, Precision precision) {
    if (const auto* wafer = machine.wafer()) {
        const bool full = precision == Precision::fp32 || precision == Precision::tf32;
        const auto fma = machine.figure(full ? "fp32_fma_per_core_cycle" : "fp16_fma_per_core_cycle");
        const auto clock = machine.figure("clock_hz");
        const bool supported = full || precision == Precision::bf16 || precision == Precision::fp16;
        if (!supported || !fma || !clock) return std::nullopt;
        return 2 * *fma * *clock * static_cast<double>(wafer->grid.cells());
    }
    const auto peak = [&](Precision p) {
        return machine.figure("peak_" + std::string(precision_name(p)) + "_dense_flops_per_s");
    };
    if (const auto own = peak(precision)) return own;
    if (precision == Precision::fp16) return peak(Precision::bf16);
    if (precision == Precision::bf16) return peak(Precision::fp16);
    return std::nullopt;
}

}  // namespace waferscope::core
