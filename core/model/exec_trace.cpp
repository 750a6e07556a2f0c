// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/exec_trace.hpp"

#include <algorithm>
#include <filesystem>
#include <unordered_map>

namespace waferscope::core {
namespace {

OpKind kind_of(const ExecNode& node, std::string_view name) {
    if (node.type == ExecType::coll || node.type == ExecType::send || node.type == ExecType::recv)
        return OpKind::collective;
    if (node.macs > 0) return name.find("conv") != std::string_view::npos ? OpKind::conv : OpKind::matmul;
    if (node.type == ExecType::mem_load || node.type == ExecType::mem_store) return OpKind::data_movement;
    return OpKind::other;
}

}  // namespace

std::string_view exec_type_name(ExecType type) {
    static constexpr std::array<std::string_view, kExecTypes> kNames{
        "INVALID", "METADATA", "MEM_LOAD", "MEM_STORE", "COMP", "SEND", "RECV", "COLL"};
    return kNames.at(static_cast<std::size_t>(type));
}

std::array<std::int64_t, kExecTypes> nodes_by_type(const ExecTrace& trace) {
    std::array<std::int64_t, kExecTypes> counts{};
    for (const auto& node : trace.nodes) ++counts.at(static_cast<std::size_t>(node.type));
    return counts;
}

double comm_bytes(const ExecTrace& trace) {
    double bytes = 0;
    for (const auto& node : trace.nodes)
        if (node.type == ExecType::coll || node.type == ExecType::send)
            bytes += static_cast<double>(node.comm_bytes);
    return bytes;
}

Workload exec_workload(const ExecTrace& trace) {
    constexpr auto kAbsent = 0xFFFFFFFFU;
    Workload workload;
    workload.source = trace.file;
    workload.name = std::filesystem::path(trace.file).stem().string();
    workload.format = trace.format;
    workload.warnings = trace.warnings;
    std::unordered_map<std::uint64_t, std::uint32_t> index;
    index.reserve(trace.nodes.size());
    std::vector<std::uint32_t> op_of(trace.nodes.size(), kAbsent);
    for (std::size_t i = 0; i < trace.nodes.size(); ++i) {
        const auto& node = trace.nodes[i];
        index.emplace(node.id, static_cast<std::uint32_t>(i));
        ++workload.nodes_total;
        if (!node.leaf || node.type == ExecType::metadata) continue;
        op_of[i] = static_cast<std::uint32_t>(workload.operators.size());
        const auto& name = trace.names[node.name];
        Operator op{.name = name,
                    .type = name,
                    .kind = kind_of(node, name),
                    .pass = node.pass,
                    .provenance = Provenance::measured};
        op.macs = node.macs;
        op.other_ops = node.other_ops;
        op.read_bytes = op.write_bytes = static_cast<double>(node.comm_bytes);
        ++workload.op_histogram[name];
        workload.operators.push_back(std::move(op));
    }
    workload.nodes_top = static_cast<std::int64_t>(workload.operators.size());
    std::int64_t lost = 0;
    for (std::size_t i = 0; i < trace.nodes.size(); ++i)
        for (auto e = trace.data.first[i]; e < trace.data.first[i + 1]; ++e) {
            const auto from = index.find(trace.data.target[e]);
            if (from == index.end() || from->second >= i) {
                ++lost;
                continue;
            }
            if (op_of[from->second] != kAbsent && op_of[i] != kAbsent)
                workload.edges.push_back({.from = op_of[from->second], .to = op_of[i], .tensor = kAbsent});
        }
    if (lost > 0)
        workload.warnings.push_back(std::to_string(lost) +
                                    " dependencies name no earlier node and were left out.");
    return workload;
}

}  // namespace waferscope::core
