// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/kernel.hpp"
#include "sim/placement/problem.hpp"

namespace waferscope::sim {

/// Kernels of a workload graph as a placement problem. Time is that of the slowest tile in cycles; wires
/// weigh the elements they carry. `wire_share` > 0: what all wires cost when each crosses a quarter of the
/// grid, as a share of the least time: small finds fast kernels, large short ways. Kernels are not rotated
/// (their flows run along rows).
PlacementProblem kernel_problem(const KernelGraph& graph, const ShapeLimits& limits, double wire_share);

/// What pipelined mode works with, from a placement of kernel_problem(graph, limits, ...).
PackedKernels packed_kernels(const KernelGraph& graph, const ShapeLimits& limits,
                             const PlacementResult& placement);

}  // namespace waferscope::sim
