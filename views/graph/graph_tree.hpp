// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/timeline.hpp"
#include "core/model/workload.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace waferscope::views {

inline constexpr std::uint32_t kNoItem = 0xFFFFFFFFU;

/// What an item of the tree stands for.
enum class GraphItemKind : std::uint8_t {
    root,
    group,    ///< operators whose names or layer numbers say that they belong together
    fold,     ///< equal neighbours, folded to one box with "× N"; its children are the N
    block,    ///< one of the equal blocks, or what lies between them
    segment,  ///< a stretch of the order of execution, where there is nothing else to go by
    fed,      ///< an operator with the constants made for it
    op,       ///< a single operator
};

/// A box: an operator or a group of boxes. Figures are sums over everything inside, repeats included.
struct GraphItem {
    GraphItemKind kind = GraphItemKind::op;
    std::string name;
    std::uint32_t parent = kNoItem;
    std::vector<std::uint32_t> children;   ///< in the order of execution; empty for operators
    std::uint32_t op = core::kNoOperator;  ///< operator; of a `fed` item the one that is fed
    std::int64_t operators = 1;            ///< nodes of the graph inside, each counted once
    std::int64_t times = 1;                ///< how often it runs: a repeat block of the workload, or a loop
    std::int64_t copies = 1;               ///< of a fold: equal items inside
    double macs = 0;                       ///< multiply-accumulates
    double bytes = 0;                      ///< read and written
    double seconds = 0;                    ///< by the run's timeline; 0 when it names no operators
    std::array<std::int64_t, 3> provenance{};      ///< operators by core::Provenance
    core::OpKind main_kind = core::OpKind::other;  ///< of the operator with most MACs, then bytes, inside
    std::uint64_t signature = 0;  ///< equal for items of equal structure, arithmetic and sizes
};

/// All items; the root is the last. Every operator of the workload is in exactly one `op` item.
struct GraphTree {
    std::vector<GraphItem> items;
    std::vector<std::uint32_t> item_of_op;    ///< its `op` item
    double macs = 0, bytes = 0, seconds = 0;  ///< of the whole graph
    [[nodiscard]] std::uint32_t root() const { return static_cast<std::uint32_t>(items.size()) - 1; }
    [[nodiscard]] bool empty() const { return item_of_op.empty(); }
    /// What stands for an operator: its item, or that of it with its constants.
    [[nodiscard]] std::uint32_t item_for(std::uint32_t op_index) const {
        const auto item = item_of_op[op_index], around = items[item].parent;
        return around != kNoItem && items[around].op == op_index ? around : item;
    }
    [[nodiscard]] bool opens(std::uint32_t item) const { return !items[item].children.empty(); }
};

/// No item has more children than this: longer lists are cut into stretches where few values cross.
inline constexpr std::size_t kMostChildren = 40;

/// The hierarchy of a workload: layers, then parts of names, then repeated neighbours, then stretches of the
/// order of execution. `seconds_of_op` may be empty. About linear; 10,000 operators take some 30 ms.
GraphTree make_graph_tree(const core::Workload& workload, std::span<const double> seconds_of_op = {});

/// Seconds each of `operators` operators takes on the lanes of `timeline`, waits excluded; empty when no
/// slice names an operator.
std::vector<double> seconds_of_operators(const core::Timeline& timeline, std::size_t operators);

/// "conv", "Conv_12": how an operator is called; its type and number when it has no name.
std::string operator_name(const core::Workload& workload, std::uint32_t op);

}  // namespace waferscope::views
