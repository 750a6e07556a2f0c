// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/contest_graph.hpp"
#include "core/model/workload.hpp"

namespace waferscope::core {

/// The contest graph as a workload of one sample: one convolution per kernel part (a dblock three, a cblock
/// four), FP16, MACs = H W C K R S / T^2. Parts of a block follow one another; a cblock's shortcut runs
/// beside its first three.
Workload kgraph_workload(const ContestGraph& graph);

}  // namespace waferscope::core
