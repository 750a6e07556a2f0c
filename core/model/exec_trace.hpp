// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/workload.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waferscope::core {

/// What a node of an execution trace is; numbers as in Chakra's file format.
enum class ExecType : std::uint8_t { invalid, metadata, mem_load, mem_store, comp, send, recv, coll };
inline constexpr int kExecTypes = 8;
std::string_view exec_type_name(ExecType type);

inline constexpr std::int8_t kNoCollective = -1;

/// One node of an execution trace.
struct ExecNode {
    std::uint64_t id = 0;
    std::uint32_t name = 0;  ///< index into ExecTrace::names
    ExecType type = ExecType::comp;
    std::int8_t comm_type =
        kNoCollective;  ///< Chakra's numbers: 0 all-reduce, 2 all-gather, 7 reduce-scatter...
    bool cpu = false;
    bool leaf = true;  ///< counts as work: nothing runs inside it, or nothing whose size is known
    Pass pass = Pass::forward;
    std::uint64_t start_us = 0, duration_us = 0;
    std::int64_t comm_bytes = 0;
    double macs = 0, other_ops = 0;
    friend bool operator==(const ExecNode&, const ExecNode&) = default;
};

/// Dependencies of all nodes in compressed rows: those of node i are target[first[i]] .. target[first[i +
/// 1]].
struct ExecEdges {
    std::vector<std::uint32_t> first{0};
    std::vector<std::uint64_t> target;  ///< ids of nodes
    friend bool operator==(const ExecEdges&, const ExecEdges&) = default;
};

/// A graph of recorded or planned operations with their order (Chakra, PyTorch execution trace).
struct ExecTrace {
    std::string file, format;  ///< chakra | pytorch_et
    std::string schema;
    std::vector<std::string> names;
    std::vector<ExecNode> nodes;
    ExecEdges control, data;
    std::vector<std::string> warnings;
    [[nodiscard]] std::size_t edges() const { return control.target.size() + data.target.size(); }
};

/// Nodes of each type.
std::array<std::int64_t, kExecTypes> nodes_by_type(const ExecTrace& trace);
/// Bytes of all sends and collectives.
double comm_bytes(const ExecTrace& trace);
/// The leaves as a workload graph. Ids that no node has and edges against the order are left out, with a
/// warning.
Workload exec_workload(const ExecTrace& trace);

}  // namespace waferscope::core
