// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/work_class.hpp"
#include "sim/cluster/cluster_run.hpp"
#include "sim/cluster/collective.hpp"
#include "sim/cluster/gemm.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace waferscope::sim {
namespace {

using core::SliceKind;
using core::WorkClass;

constexpr double kShortestKernel = 2e-6;  ///< seconds; an estimate: start and end of any kernel on the device

/// The kernels of one recorded operator on one device.
struct Predicted {
    double seconds = 0, flops = 0, bytes = 0, sent = 0;
    SliceKind kind = SliceKind::norm;
};

SliceKind slice_kind(const core::Operator& op) {
    switch (core::work_class_of(op)) {
        case WorkClass::gemm:
            return SliceKind::gemm;
        case WorkClass::attention:
            return SliceKind::attention;
        case WorkClass::embedding:
            return SliceKind::embedding;
        case WorkClass::optimizer:
            return SliceKind::optimizer;
        case WorkClass::send_recv:
            return SliceKind::send_recv;
        case WorkClass::copy:
            return SliceKind::weight_stream;
        case WorkClass::elementwise:
        case WorkClass::norm:
        case WorkClass::other:
            return SliceKind::norm;
        default:
            return SliceKind::collective;
    }
}

/// Products as design/cluster_models.md 1, collectives as 2; what touches every byte once at the memory rate
/// of element-wise kernels, design/cluster_models.md 4, without the launch a profiler does not count.
Predicted predict(const core::Operator& op, const ClusterRun& c) {
    Predicted p{.kind = slice_kind(op)};
    if (const auto* comm = std::get_if<core::CommDims>(&op.dims)) {
        const int ranks = comm->group_size > 0
                              ? static_cast<int>(std::min<std::int64_t>(comm->group_size, c.devices()))
                              : c.devices();
        if (ranks < 2) return p;
        const auto kind = collective_kind(comm->kind);
        p.seconds = collective_s(kind, comm->bytes, ranks, c.chip, ranks > c.chip.domain);
        p.sent = collective_volume(kind, ranks) * comm->bytes;
        return p;
    }
    p.flops = 2 * op.macs + op.other_ops;
    p.bytes = op.read_bytes + op.write_bytes;
    if (const auto* gemm = std::get_if<core::GemmDims>(&op.dims)) {
        const GemmShape shape{static_cast<double>(gemm->m), static_cast<double>(gemm->n),
                              static_cast<double>(gemm->k), static_cast<double>(gemm->batch)};
        p.seconds = gemm_s(shape, c.chip, core::precision_bytes(c.scenario().precision));
    } else {
        p.seconds = p.bytes / (c.chip.memory_bytes_per_s * c.chip.constants.elementwise_efficiency);
    }
    p.seconds = std::max(p.seconds, kShortestKernel);
    return p;
}

}  // namespace

/// Operators in the order the host launched them: kernels one after another, collectives on their own stream,
/// no kernel before its launch.
core::Result<void> run_recorded(ClusterRun& c) {
    const auto& workload = *c.request.workload;
    core::Lane compute{.name = "Device 0", .detail = "compute"},
        network{.name = "Network", .detail = "collectives", .kind = core::LaneKind::link};
    double now = 0, sent_until = 0, flops = 0, launches = 0;
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i) {
        const auto& op = workload.operators[i];
        const auto p = predict(op, c);
        if (p.seconds <= 0) continue;
        const double launched = ++launches * c.chip.kernel_launch_s;
        const bool sends = p.sent > 0;
        auto& free = sends ? sent_until : now;
        const double start = std::max({free, launched, sends ? now : 0.0}), end = start + p.seconds;
        add_slice(c.run.timeline, sends ? network : compute, op.name,
                  {.start_s = start,
                   .end_s = end,
                   .op = i,
                   .bytes = static_cast<float>(sends ? p.sent : p.bytes),
                   .kind = p.kind});
        c.activity.push_back({start, end, p.flops, p.bytes, p.sent, 0, sends && c.devices() > c.chip.domain});
        free = end;
        flops += p.flops;
    }
    if (compute.slices.empty() && network.slices.empty())
        return core::fail(core::ErrorCode::format, "None of the recorded operators can be predicted.",
                          workload.source, "record with record_shapes=True");
    if (compute.slices.empty()) std::swap(compute, network);
    finish_inference(c, std::move(compute), std::move(network), flops * c.devices());
    auto& s = c.run.summary;
    s.exposed_communication_s = std::max(0.0, sent_until - now);
    c.plan = {.dp = c.devices()};
    c.run.assumptions.emplace_back(
        "The recorded calls of one rank, one after another; collectives run beside them; every rank does the "
        "same.");
    const double host = launches * c.chip.kernel_launch_s;
    if (host >= 0.9 * s.step_time_s)
        c.run.bottlenecks.push_back(
            {.id = "launch",
             .text = fmt::format("{:.0f} kernels, {:.1f} us each to start, set the pace.", launches,
                                 c.chip.kernel_launch_s * 1e6),
             .share = 1});
    c.run.bottlenecks.push_back(
        {.id = "compute",
         .text = fmt::format("Kernels take {:.2f} ms, collectives {:.2f} ms of {:.2f} ms.",
                             *s.compute_s * 1e3, *s.communication_s * 1e3, s.step_time_s * 1e3),
         .share = std::min(1.0, *s.compute_s / s.step_time_s)});
    return {};
}

}  // namespace waferscope::sim
