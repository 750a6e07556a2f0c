// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run_exec_trace.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::core {
namespace {

ExecType type_of(SliceKind kind) {
    if (kind == SliceKind::collective || kind == SliceKind::gradients) return ExecType::coll;
    if (kind == SliceKind::send_recv) return ExecType::send;
    return kind == SliceKind::weight_stream ? ExecType::mem_load : ExecType::comp;
}

std::uint64_t microseconds(double seconds) {
    return static_cast<std::uint64_t>(std::llround(std::max(0.0, seconds) * 1e6));
}

}  // namespace

ExecTrace run_exec_trace(const Run& run) {
    constexpr std::int8_t kAllReduce = 0;
    ExecTrace trace{
        .file = run.scenario.name, .format = "chakra", .schema = "0.0.4", .names = run.timeline.names};
    for (const auto& lane : run.timeline.lanes) {
        bool follows = false;
        for (const auto& slice : lane.slices) {
            if (slice.kind == SliceKind::wait) continue;
            const auto type = type_of(slice.kind);
            if (follows) trace.data.target.push_back(trace.nodes.back().id);
            ExecNode node{.id = trace.nodes.size(), .name = slice.name, .type = type, .pass = slice.pass};
            node.start_us = microseconds(slice.start_s);
            node.duration_us = microseconds(slice.end_s - slice.start_s);
            if (type == ExecType::coll) node.comm_type = kAllReduce;
            if (type == ExecType::coll || type == ExecType::send) node.comm_bytes = std::llround(slice.bytes);
            trace.nodes.push_back(node);
            trace.control.first.push_back(0);
            trace.data.first.push_back(static_cast<std::uint32_t>(trace.data.target.size()));
            follows = true;
        }
    }
    return trace;
}

}  // namespace waferscope::core
