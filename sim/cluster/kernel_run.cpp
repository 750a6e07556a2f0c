// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/cluster_run.hpp"
#include "sim/cluster/collective.hpp"
#include "sim/cluster/gemm.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

using core::SliceKind;

constexpr double kRowOnChip = 8192;   ///< elements of a row that a norm kernel keeps on chip (8 K values, 32 KB)
constexpr double kRereadFactor = 1.75;  ///< traffic of longer rows: read again for the second pass, partly from cache

void finish_kernel(ClusterRun& c, const std::string& name, double time, core::Slice slice) {
    core::Lane lane{.name = "Device 0", .detail = "compute"};
    slice.end_s = time;
    add_slice(c.run.timeline, lane, name, slice);
    c.run.timeline.lanes.push_back(std::move(lane));
    auto& s = c.run.summary;
    s.step_time_s = time;
}

void run_gemm(ClusterRun& c, const core::GemmWorkload& g) {
    const GemmShape shape{static_cast<double>(g.m), static_cast<double>(g.n), static_cast<double>(g.k)};
    const double b = core::precision_bytes(c.scenario().precision), kernel = gemm_s(shape, c.chip, b);
    const double launch = c.chip.constants.kernel_s * (c.scenario().options.stack == core::Stack::graphs ? 0.2 : 1);
    const auto count = static_cast<double>(g.count);
    const double flops = 2 * shape.m * shape.n * shape.k * count, bytes = b * (shape.m * shape.k + shape.k * shape.n + shape.m * shape.n) * count;
    finish_kernel(c, fmt::format("GEMM {} x {} x {}", g.m, g.n, g.k), (kernel + launch) * count, {.bytes = static_cast<float>(bytes), .kind = SliceKind::gemm});
    auto& s = c.run.summary;
    c.activity.push_back({0, s.step_time_s, flops, bytes, 0, 0, false});
    s.compute_s = s.step_time_s;
    s.tflops_per_chip = flops / s.step_time_s / 1e12;
    s.mfu = flops / s.step_time_s / c.chip.flops_per_s;
    s.utilisation = *s.mfu;
    const bool on_chip = c.chip.sram_bytes_per_s > 0 && bytes / count <= c.chip.sram_bytes;
    const double memory = bytes / count / (on_chip ? c.chip.sram_bytes_per_s : c.chip.memory_bytes_per_s);
    c.run.bottlenecks.push_back(launch > kernel ? core::Bottleneck{.id = "launch", .text = fmt::format("The launch takes {:.0f} us, the product {:.1f} us.", launch * 1e6, kernel * 1e6), .share = launch / (launch + kernel)}
                                : memory > 0.7 * kernel ? core::Bottleneck{.id = "memory", .text = fmt::format("Operands stream from {} in {:.1f} us of {:.1f} us.", on_chip ? "the on-chip store" : "memory", memory * 1e6, kernel * 1e6), .share = memory / kernel}
                                                        : core::Bottleneck{.id = "compute", .text = fmt::format("The shape reaches {:.0f} % of the best product rate.", 100 * shape_efficiency(shape, c.chip)), .share = kernel / (launch + kernel)});
}

void run_elementwise(ClusterRun& c, const core::ElementwiseWorkload& e) {
    const double b = core::precision_bytes(c.scenario().precision), columns = static_cast<double>(e.columns), elements = static_cast<double>(e.rows) * columns;
    const bool rows = e.kind != core::ElementwiseKind::gelu;
    const double bytes = 2 * b * elements * (rows && columns > kRowOnChip ? kRereadFactor : 1);
    const auto& k = c.chip.constants;
    const double time = std::max(k.elementwise_floor_s, k.elementwise_start_s + bytes / (c.chip.memory_bytes_per_s * k.elementwise_efficiency));
    finish_kernel(c, e.kind == core::ElementwiseKind::gelu ? "GELU" : e.kind == core::ElementwiseKind::layernorm ? "LayerNorm" : "softmax", time, {.bytes = static_cast<float>(bytes), .kind = SliceKind::norm});
    c.activity.push_back({0, time, 0, bytes, 0, 0, false});
    auto& s = c.run.summary;
    s.compute_s = time;
    s.utilisation = bytes / time / c.chip.memory_bytes_per_s;
    c.run.bottlenecks.push_back({.id = *s.utilisation > 0.4 ? "memory" : "launch", .text = fmt::format("{:.1f} us at {:.0f} % of memory bandwidth; {:.0f} us of it are the launch.", time * 1e6, 100 * *s.utilisation, k.elementwise_start_s * 1e6), .share = *s.utilisation});
}

void run_collective(ClusterRun& c, const core::CollectiveWorkload& w) {
    const int ranks = c.devices();
    const bool across = ranks > c.chip.domain;
    const double time = collective_s(w.kind, w.bytes, ranks, c.chip, across), sent = collective_volume(w.kind, ranks) * w.bytes;
    finish_kernel(c, std::string(core::collective_name(w.kind)), time, {.bytes = static_cast<float>(sent), .kind = w.kind == core::CollectiveKind::send_recv ? SliceKind::send_recv : SliceKind::collective});
    c.run.timeline.lanes.front().kind = core::LaneKind::link;
    c.activity.push_back({0, time, 0, 0, sent, 0, across});
    auto& s = c.run.summary;
    s.communication_s = s.exposed_communication_s = time;
    s.algorithm = std::string(collective_algorithm(c.chip, across));
    if (time > 0) s.bus_bandwidth_bytes_per_s = sent / time;
    const double wire = sent / ((across && c.chip.scale_out_bytes_per_s > 0 ? c.chip.scale_out_bytes_per_s : c.chip.scale_up_bytes_per_s));
    c.run.bottlenecks.push_back({.id = "collective", .text = fmt::format("{:.1f} us for {:.3g} bytes a rank over {} devices; the wires alone need {:.1f} us.", time * 1e6, w.bytes, ranks, wire * 1e6), .share = 1});
}

}  // namespace

core::Result<void> run_kernel(ClusterRun& c) {
    const auto& sc = c.scenario();
    if (sc.phase != core::Phase::inference)
        return core::fail(core::ErrorCode::value, "A lone kernel or collective has no training or generation phase.", "/phase", "use \"phase\":\"inference\"");
    if (const auto* gemm = std::get_if<core::GemmWorkload>(&sc.workload)) {
        run_gemm(c, *gemm);
    } else if (const auto* element = std::get_if<core::ElementwiseWorkload>(&sc.workload)) {
        run_elementwise(c, *element);
    } else if (const auto* collective = std::get_if<core::CollectiveWorkload>(&sc.workload)) {
        if (c.devices() < 2) return core::fail(core::ErrorCode::plan, "A collective needs at least two devices.", "/chips", "use chips 2 or more");
        run_collective(c, *collective);
    } else {
        return core::fail(core::ErrorCode::value, "This kind of workload is not simulated on clusters yet.", "/workload", "give an llm, hf_config, file, gemm, elementwise or collective");
    }
    c.plan = {.dp = c.devices()};
    return {};
}

}  // namespace waferscope::sim
