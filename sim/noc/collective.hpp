// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "sim/noc/fabric_program.hpp"
#include "sim/noc/wafer_mesh.hpp"

#include <cstdint>
#include <string_view>

namespace waferscope::sim {

enum class Collective : std::uint8_t {
    chain,
    tree,
    star,
    two_phase,
    broadcast,
    two_tree,
    ring,
    broadcast_2d,
    reduce_2d
};

/// Error key: no collective of that name.
core::Result<Collective> collective_named(std::string_view name);
/// All names, separated by commas.
std::string collective_names();

/// A collective on a mesh: along every row, or with _2d over the whole mesh.
struct CollectiveTask {
    Collective kind = Collective::chain;
    int length = 64;              ///< P, cores in line; not used over the whole mesh
    std::uint32_t wavelets = 16;  ///< B, per core
};
bool over_whole_mesh(Collective kind);

/// Cycles the formulas give (design/wafer_models.md 5): sim/wafer/collectives.
double formula_cycles(const CollectiveTask& task, core::GridSize mesh, double ramp_cycles);

/// Its routes and tasks. Along a row: reductions towards (broadcast: from) the first of each group of
/// `length` cores, see line_reduce; all-reduces, see all_reduce; cores left over at the end of a row stay
/// idle. Over the mesh: between all cores and that at (0, 0); the reduction goes along X, then along Y, each
/// with the planner's algorithm for that side. Times its steps for `fabric`'s ramps and queues.
/// Precondition: 2 <= length <= columns, tree and the sides of reduce_2d at most 1024, not a single core.
FabricProgram collective_program(const CollectiveTask& task, core::GridSize mesh, const FabricConfig& fabric);

/// Whether the cycle in which the last core hands its last value on belongs to the operation: the row of
/// star counts none (no core passes a value on), the others do.
bool counts_last_dispatch(const CollectiveTask& task, core::GridSize mesh, int ramp_cycles);

}  // namespace waferscope::sim
