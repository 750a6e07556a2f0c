// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/chip_spec.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

using core::Topology;

/// Bandwidth of a level per chip: stated as such, or links times the rate of one link.
double level_bandwidth(const core::NetworkLevel& level) {
    const auto find = [&](const char* key) {
        const auto found = level.figures.find(key);
        return found == level.figures.end() ? 0.0 : found->second.value;
    };
    const double whole = find("bytes_per_s_per_direction");
    return whole > 0 ? whole : find("link_bytes_per_s_per_direction") * std::max(1, level.links);
}

/// Precisions with a stated peak, in words.
std::string supported(const core::Machine& machine) {
    std::string names;
    for (const auto p : {core::Precision::fp32, core::Precision::tf32, core::Precision::bf16, core::Precision::fp16, core::Precision::fp8, core::Precision::int8, core::Precision::fp4})
        if (core::peak_flops_per_s(machine, p)) names += (names.empty() ? "" : " or ") + std::string(core::precision_name(p));
    return names.empty() ? "another machine" : names;
}

}  // namespace

core::Result<ChipSpec> chip_spec(const Request& request) {
    const auto& machine = *request.machine;
    const auto& cluster = *machine.cluster();
    const auto& scenario = request.scenario;
    if (core::is_training(scenario.phase) && !cluster.trains)
        return core::fail(core::ErrorCode::machine, fmt::format("{} cannot do this: {}.", machine.name, cluster.trains_reason.empty() ? "no training support" : cluster.trains_reason),
                          "/machine", "nearest that can: h100_sxm, tpu_v5p, trainium2");
    const bool weights_only = std::ranges::find(cluster.weights_only, scenario.precision) != cluster.weights_only.end();
    const auto peak = core::peak_flops_per_s(machine, weights_only ? core::Precision::fp16 : scenario.precision);
    if (!peak)
        return core::fail(core::ErrorCode::machine, fmt::format("{} cannot do this: no {} arithmetic is stated.", machine.name, core::precision_name(scenario.precision)), "/precision",
                          "try " + supported(machine) + ", or add the figure to its machine file");
    std::string missing;
    for (const char* key : {"memory_bytes", "memory_bytes_per_s"})
        if (!machine.figure(key)) missing += missing.empty() ? key : std::string(", ") + key;
    ChipSpec spec;
    const int devices = cluster.devices_per_chip;
    spec.devices_per_chip = devices;
    spec.topology = cluster.scale_up.topology;
    spec.links = cluster.scale_up.links;
    spec.domain = std::max(1, cluster.scale_up.domain) * devices;
    spec.scale_up_bytes_per_s = level_bandwidth(cluster.scale_up) / devices;
    spec.scale_out_bytes_per_s = level_bandwidth(cluster.scale_out) / devices;
    if (spec.domain == devices && spec.scale_up_bytes_per_s > 0) spec.domain = 64 * devices;
    if (scenario.chips * devices > 1 && spec.scale_up_bytes_per_s <= 0) missing += missing.empty() ? "scale_up bandwidth" : ", scale_up bandwidth";
    if (!missing.empty())
        return core::fail(core::ErrorCode::machine, fmt::format("{} lacks figures: {}.", machine.name, missing), machine.id, "add them to its machine file");
    spec.flops_per_s = *peak / devices;
    spec.memory_bytes = *machine.figure("memory_bytes") / devices;
    spec.memory_bytes_per_s = *machine.figure("memory_bytes_per_s") / devices;
    spec.constants = constants_of(machine);
    spec.weights_only = weights_only;
    spec.sixteen_bit_share = !weights_only && core::precision_bytes(scenario.precision) < 2 ? 0.5 : 1;
    spec.sram_bytes = machine.figure("sram_bytes").value_or(0) / devices;
    spec.sram_bytes_per_s = machine.figure("sram_bytes_per_s").value_or(0) / devices;
    const auto& k = spec.constants;
    const bool eight = scenario.precision == core::Precision::fp8 || scenario.precision == core::Precision::int8;
    spec.compute_efficiency = weights_only ? k.gemm_efficiency : scenario.precision == core::Precision::fp4 ? k.gemm_efficiency_4bit : eight ? k.gemm_efficiency_8bit : k.gemm_efficiency;
    // A lone kernel runs at full clock; anything longer settles at what power and cooling allow.
    const bool lone = std::holds_alternative<core::GemmWorkload>(scenario.workload) || std::holds_alternative<core::ElementwiseWorkload>(scenario.workload);
    if (!lone) spec.compute_efficiency *= k.sustained_clock;
    spec.memory_efficiency = k.elementwise_efficiency;
    const auto stack = scenario.options.stack.value_or(core::is_training(scenario.phase) ? core::Stack::eager : core::Stack::graphs);
    spec.launch_scale = stack == core::Stack::eager ? 1 : 0.2;
    spec.kernel_launch_s = (k.floor_forward_s > 0 ? 5e-6 : 0.5e-6) * spec.launch_scale;
    spec.array = machine.figure("array_size").value_or(128);
    spec.systolic = machine.figure("array_size").has_value();
    spec.compute_units = machine.figure("compute_units").value_or(0);
    const auto hop = cluster.scale_up.figures.find("hop_latency_s");
    spec.hop_latency_s = hop != cluster.scale_up.figures.end() ? hop->second.value : 1e-6;
    spec.power_w = machine.figure("power_w");
    return spec;
}

}  // namespace waferscope::sim
