// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_order.hpp"

#include <algorithm>
#include <bit>
#include <functional>

namespace waferscope::views {
namespace {

using Id = std::uint32_t;
constexpr Id kNone = 0xFFFFFFFFU;

bool inside(const core::Workload& workload, const core::Edge& edge) {
    return edge.from < workload.operators.size() && edge.to < workload.operators.size() &&
           edge.from < edge.to;  // topological order; anything else cannot be drawn forward
}

/// Operators whose results are the same in every pass: constants and what is computed from them alone.
std::vector<bool> constant_operators(const core::Workload& workload) {
    std::vector<bool> fed(workload.operators.size(), false);  // by an operator that is not constant
    std::vector<bool> constant(workload.operators.size(), false);
    std::vector<std::vector<Id>> readers(workload.operators.size());
    for (const auto& edge : workload.edges)
        if (inside(workload, edge)) readers[edge.from].push_back(edge.to);
    for (Id i = 0; i < workload.operators.size(); ++i) {
        const auto& op = workload.operators[i];
        const bool reads_data = std::ranges::any_of(op.inputs, [&](Id t) {
            return t < workload.tensors.size() && workload.tensors[t].kind == core::TensorKind::input;
        });
        constant[i] = !fed[i] && !reads_data && op.macs == 0 && !readers[i].empty();
        if (!constant[i])
            for (const auto reader : readers[i]) fed[reader] = true;
    }
    return constant;
}

/// The first reader of each constant operator that is not constant itself.
std::vector<Id> owners(const core::Workload& workload, const std::vector<bool>& constant) {
    std::vector<Id> reader(workload.operators.size(), kNone);
    for (const auto& edge : workload.edges)
        if (inside(workload, edge) && constant[edge.from])
            reader[edge.from] = std::min(reader[edge.from], edge.to);
    for (auto i = static_cast<Id>(workload.operators.size()); i-- > 0;) {
        if (!constant[i] || reader[i] == kNone || !constant[reader[i]]) continue;
        reader[i] = reader[reader[i]];  // later in the order, so already final
    }
    return reader;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash ^= value + 0x9E3779B97F4A7C15ULL + (hash << 6U) + (hash >> 2U);
    return hash * 0xFF51AFD7ED558CCDULL;
}

std::uint64_t signature_of(const core::Operator& op) {
    auto hash = mix(std::hash<std::string>{}(op.type), static_cast<std::uint64_t>(op.kind));
    hash = mix(hash, static_cast<std::uint64_t>(op.pass));
    hash = mix(hash, std::bit_cast<std::uint64_t>(op.macs));
    return mix(hash, std::bit_cast<std::uint64_t>(op.write_bytes));
}

/// Counts, for each place between atoms, the operators before it that are read behind it.
std::vector<std::uint32_t> cuts(const core::Workload& workload, const GraphOrder& order) {
    std::vector<Id> last(order.atoms.size(), 0);
    for (const auto& edge : workload.edges) {
        if (!inside(workload, edge)) continue;
        const Id from = order.atom_of_op[edge.from], to = order.atom_of_op[edge.to];
        last[from] = std::max(last[from], to);
    }
    std::vector<std::int64_t> change(order.atoms.size() + 2, 0);
    for (Id i = 0; i < order.atoms.size(); ++i)
        if (last[i] > i) ++change[i + 1], --change[last[i] + 1];
    std::vector<std::uint32_t> cut(order.atoms.size() + 1);
    std::int64_t alive = 0;
    for (std::size_t i = 0; i < cut.size(); ++i) cut[i] = static_cast<std::uint32_t>(alive += change[i]);
    return cut;
}

}  // namespace

GraphOrder graph_order(const core::Workload& workload) {
    const auto constant = constant_operators(workload);
    const auto owner = owners(workload, constant);
    GraphOrder order;
    order.atom_of_op.assign(workload.operators.size(), kNone);
    for (Id i = 0; i < workload.operators.size(); ++i) {
        if (constant[i] && owner[i] != kNone) continue;
        order.atom_of_op[i] = static_cast<Id>(order.atoms.size());
        order.atoms.push_back({.op = i, .signature = signature_of(workload.operators[i])});
    }
    for (Id i = 0; i < workload.operators.size(); ++i) {
        if (order.atom_of_op[i] != kNone) continue;
        order.atom_of_op[i] = order.atom_of_op[owner[i]];
        order.atoms[order.atom_of_op[i]].constants.push_back(i);
    }
    order.cut = cuts(workload, order);
    return order;
}

}  // namespace waferscope::views
