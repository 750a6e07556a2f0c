// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/cluster_run.hpp"

#include "sim/cluster/collective.hpp"

#include <algorithm>

namespace waferscope::sim {

using core::SliceKind;

namespace {

std::uint16_t numbered(int index) { return static_cast<std::uint16_t>(index & 0xFFFF); }

}  // namespace

void add_slice(core::Timeline& timeline, core::Lane& lane, const std::string& name, core::Slice slice) {
    if (slice.end_s <= slice.start_s) return;
    slice.name = timeline.intern(name);
    lane.slices.push_back(slice);
}

/// Runs `works` one after another from `now`; sums of the tensor-parallel group follow their kernel. Returns the end.
double run_works(ClusterRun& c, core::Lane& compute, core::Lane& network, const std::vector<Work>& works, double now, int index) {
    double kernels = 0, launches = 0;
    for (const auto& work : works)
        if (work.ranks == 0) kernels += work_time_s(work, c.chip), launches += work.launches;
    // The host runs ahead: kernels shorter than their launch wait for it (design/cluster_models.md 1).
    const double stretch = std::max(1.0, launches * c.chip.kernel_launch_s / std::max(kernels, 1e-12));
    const auto send = [&](const std::string& name, const core::Slice& slice, double sent, bool across) {
        add_slice(c.run.timeline, network, name, slice);
        c.activity.push_back({slice.start_s, slice.end_s, 0, 0, sent, 0, across});
        now = slice.end_s;
    };
    for (const auto& work : works) {
        if (work.ranks > 1) {
            const bool across = work.ranks > c.chip.domain;
            const double end = now + collective_s(work.collective, work.buffer_bytes, work.ranks, c.chip, across);
            send(work.name, {.start_s = now, .end_s = end, .op = work.op, .bytes = static_cast<float>(work.buffer_bytes), .kind = SliceKind::collective, .index = numbered(index)}, collective_volume(work.collective, work.ranks) * work.buffer_bytes, across);
            continue;
        }
        const double end = now + work_time_s(work, c.chip) * stretch;
        add_slice(c.run.timeline, compute, work.name, {.start_s = now, .end_s = end, .op = work.op, .bytes = static_cast<float>(work.bytes), .kind = work.kind, .index = numbered(index)});
        c.activity.push_back({now, end, work.flops, work.bytes, 0, 0, false});
        now = end;
        if (work.reduced_bytes > 0) {
            const double end_sum = now + engine_sum_s(work.reduced_bytes, c.plan.tp, c.chip, c.tp_across());
            send("all-reduce", {.start_s = now, .end_s = end_sum, .bytes = static_cast<float>(work.reduced_bytes), .kind = SliceKind::collective, .index = numbered(index)}, collective_volume(core::CollectiveKind::all_reduce, c.plan.tp) * work.reduced_bytes, c.tp_across());
        }
    }
    return now;
}

}  // namespace waferscope::sim
