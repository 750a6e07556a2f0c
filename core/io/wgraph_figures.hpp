// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/workload.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waferscope::core {

inline constexpr double kMostFigure = 1e30;  ///< of MACs, bytes, parameters of one node

/// What the nodes of a native graph leave out, worked out from their dimensions and tensors, node by node.
class WgraphFigures {
public:
    /// `given`: a bit per kFigureFields that the file states. Elements of a weight are parameters of its
    /// first reader.
    void derive(Workload& workload, Operator& op, std::uint32_t given, bool kind_given);
    /// A warning that names the first node of unknown shape and the symbol to bind; none where the file has
    /// its own.
    void warn_of_unknown(Workload& workload) const;

private:
    std::vector<bool> counted_;  ///< by tensor: its elements are parameters of an earlier node
    std::string first_unknown_;
};

/// Engines walk the nodes as they stand: the first node that reads what a later one makes.
struct OutOfOrder {
    std::uint32_t reader = 0, producer = 0;
};
std::optional<OutOfOrder> out_of_order(const Workload& workload);

/// Parameters, weight bytes, node counts and histogram of the whole graph.
void derive_totals(Workload& workload);

}  // namespace waferscope::core
