// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/metrics.hpp"

#include <algorithm>
#include <array>

namespace waferscope::core {
namespace {

using enum MetricDomain;
using enum Better;

constexpr std::array kMetrics{
    Metric{"utilisation", "Core utilisation", "", core, true, 0, 1, higher},
    Metric{"stall", "Stalled on fabric", "", core, true, 0, 1, lower},
    Metric{"wait", "Waiting for others", "", core, true, 0, 1, lower},
    Metric{"sram", "SRAM used", "B", core, false, 0, 49152, neither},
    Metric{"memory_bandwidth", "Memory bandwidth used", "", core, true, 0, 1, neither},
    Metric{"power", "Power per core", "W", core, false, 0, 0, lower},
    Metric{"queue", "Queued wavelets", "", core, false, 0, 0, lower},
    Metric{"colours", "Fabric colours in use", "", core, false, 0, 24, lower},
    Metric{"link_load", "Fabric, link load", "", link, true, 0, 1, lower},
    Metric{"step_time_s", "Step time", "s", system, false, 0, 0, lower},
    Metric{"interval_s", "Pipeline interval", "s", system, false, 0, 0, lower},
    Metric{"ttft_s", "Time to first token", "s", system, false, 0, 0, lower},
    Metric{"tpot_s", "Time per output token", "s", system, false, 0, 0, lower},
    Metric{"tokens_per_s", "Throughput", "tok/s", system, false, 0, 0, higher},
    Metric{"tokens_per_s_per_user", "User speed", "tok/s", system, false, 0, 0, higher},
    Metric{"samples_per_s", "Samples", "1/s", system, false, 0, 0, higher},
    Metric{"tflops_per_chip", "Model FLOP rate per chip", "TFLOP/s", system, false, 0, 0, higher},
    Metric{"mfu", "Model FLOP utilisation", "", system, true, 0, 1, higher},
    Metric{"hfu", "Hardware FLOP utilisation", "", system, true, 0, 1, higher},
    Metric{"busy", "Busy (chips: time, wafer: cores)", "", system, true, 0, 1, neither},
    Metric{"compute_s", "Compute time", "s", system, false, 0, 0, neither},
    Metric{"communication_s", "Communication, summed", "s", system, false, 0, 0, lower},
    Metric{"exposed_communication_s", "Communication, not hidden", "s", system, false, 0, 0, lower},
    Metric{"bubble_s", "Pipeline bubble", "s", system, false, 0, 0, lower},
    Metric{"hottest_link", "Hottest link", "", system, true, 0, 1, lower},
    Metric{"memory_bytes_per_chip", "Memory per chip", "B", system, false, 0, 0, lower},
    Metric{"power_w", "Power", "W", system, false, 0, 0, lower},
    Metric{"energy_j", "Energy per step", "J", system, false, 0, 0, lower},
    Metric{"usd_per_hour", "Price per hour", "$/h", system, false, 0, 0, lower},
    Metric{"usd_per_mtok", "Cost per million tokens", "$", system, false, 0, 0, lower},
};

}  // namespace

std::span<const Metric> metrics() { return kMetrics; }

const Metric* find_metric(std::string_view id) {
    const auto found = std::ranges::find(kMetrics, id, &Metric::id);
    return found == kMetrics.end() ? nullptr : &*found;
}

std::optional<double> metric_value(const Summary& s, std::string_view id) {
    if (id == "step_time_s") return s.step_time_s;
    if (id == "interval_s") return s.interval_s;
    if (id == "ttft_s") return s.ttft_s;
    if (id == "tpot_s") return s.tpot_s;
    if (id == "tokens_per_s") return s.tokens_per_s;
    if (id == "tokens_per_s_per_user") return s.tokens_per_s_per_user;
    if (id == "samples_per_s") return s.samples_per_s;
    if (id == "tflops_per_chip") return s.tflops_per_chip;
    if (id == "mfu") return s.mfu;
    if (id == "hfu") return s.hfu;
    if (id == "busy") return s.utilisation;
    if (id == "compute_s") return s.compute_s;
    if (id == "communication_s") return s.communication_s;
    if (id == "exposed_communication_s") return s.exposed_communication_s;
    if (id == "bubble_s") return s.bubble_s;
    if (id == "hottest_link" && s.hottest_link) return s.hottest_link->load;
    if (id == "memory_bytes_per_chip" && s.memory) return s.memory->total;
    if (id == "power_w") return s.power_w;
    if (id == "energy_j") return s.energy_j;
    if (id == "usd_per_hour") return s.usd_per_hour;
    if (id == "usd_per_mtok") return s.usd_per_mtok;
    return std::nullopt;
}

}  // namespace waferscope::core
