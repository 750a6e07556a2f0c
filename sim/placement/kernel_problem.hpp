// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/kernel.hpp"
#include "sim/placement/problem.hpp"

namespace waferscope::sim {

/// Kernels of a workload graph as a placement problem. Time is that of the slowest tile in cycles; wires weigh the
/// elements they carry, on the whole little against time: they choose among equally fast placements. Kernels are not
/// rotated (their flows run along rows).
PlacementProblem kernel_problem(const KernelGraph& graph, const ShapeLimits& limits);

/// What pipelined mode works with, from a placement of kernel_problem(graph, limits).
PackedKernels packed_kernels(const KernelGraph& graph, const ShapeLimits& limits, const PlacementResult& placement);

}  // namespace waferscope::sim
