// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/wafer_mesh.hpp"

namespace waferscope::sim {

// All-reduces along each group of `length` cores of every row: afterwards every core has the sum.
// Precondition: 2 <= length <= columns.

/// Two trees (design/wafer_models.md 5, K = 2): default_groups(length) groups; chains from both ends of a
/// group to its middle, then from both ends of the line over the middles to the middle group's, then one
/// broadcast back.
FabricProgram two_tree_program(core::GridSize mesh, int length, std::uint32_t wavelets);

/// A ring folded onto the line: out over the even cores, back over the odd ones, so that no neighbours are
/// further than two hops apart. Chunks of wavelets / length, rounded, go round twice: adding up, then handing
/// out. A core reads a chunk while it sends the one before.
FabricProgram ring_program(core::GridSize mesh, int length, std::uint32_t wavelets,
                           const FabricConfig& fabric);

}  // namespace waferscope::sim
