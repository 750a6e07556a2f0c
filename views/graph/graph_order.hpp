// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/workload.hpp"

#include <cstdint>
#include <vector>

namespace waferscope::views {

/// An operator as a reader sees it, with the constants (and what only constants feed) made for it first.
struct GraphAtom {
    std::uint32_t op = 0;                  ///< the operator itself
    std::vector<std::uint32_t> constants;  ///< in the order it reads them; no operator belongs to two atoms
    std::uint64_t signature = 0;           ///< equal for operators of equal type, arithmetic and output size
};

/// The atoms of a graph in an order in which data flows forward.
struct GraphOrder {
    std::vector<GraphAtom> atoms;
    std::vector<std::uint32_t> atom_of_op;
    /// Values alive in front of atom i: read there or later, made before. atoms + 1 entries.
    std::vector<std::uint32_t> cut;
};

/// Time and memory are linear in operators and edges. Edges with an end outside the operators are ignored.
GraphOrder graph_order(const core::Workload& workload);

}  // namespace waferscope::views
