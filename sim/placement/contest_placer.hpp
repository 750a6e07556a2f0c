// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/contest_graph.hpp"
#include "sim/placement/placer.hpp"

namespace waferscope::sim {

/// The contest graph as a placement problem: its kernels in file order, edges between kernels, the weights of
/// time and wire (the adapter term is not part of the search).
PlacementProblem contest_problem(const core::ContestGraph& graph);

/// The layout that belongs to a placement of contest_problem(graph).
core::ContestLayout contest_layout(const core::ContestGraph& graph, const PlacementResult& placement);

}  // namespace waferscope::sim
