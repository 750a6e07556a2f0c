// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/collective.hpp"

#include "sim/noc/all_reduce.hpp"
#include "sim/noc/line_reduce.hpp"
#include "sim/wafer/collectives.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace waferscope::sim {
namespace {

constexpr std::array<std::pair<std::string_view, Collective>, 9> kNames{
    {{"chain", Collective::chain},
     {"tree", Collective::tree},
     {"star", Collective::star},
     {"two-phase", Collective::two_phase},
     {"broadcast", Collective::broadcast},
     {"two-tree", Collective::two_tree},
     {"ring", Collective::ring},
     {"broadcast-2d", Collective::broadcast_2d},
     {"reduce-2d", Collective::reduce_2d}}};

Reduce reduce_of(Collective kind) {
    switch (kind) {
        case Collective::tree:
            return Reduce::tree;
        case Collective::star:
            return Reduce::star;
        case Collective::two_phase:
            return Reduce::two_phase;
        default:
            return Reduce::chain;
    }
}

FabricProgram row_reduce(const CollectiveTask& task, core::GridSize mesh, int ramp_cycles) {
    LineReduce line({.algorithm = reduce_of(task.kind),
                     .length = task.length,
                     .wavelets = task.wavelets,
                     .toward = kWest,
                     .ramp_cycles = ramp_cycles});
    ProgramBuilder builder({.mesh = mesh,
                            .fabric_slots = line.fabric_slots(),
                            .core_slots = line.core_slots(),
                            .wavelets = task.wavelets});
    line.declare(builder, 0);
    for (std::size_t router = 0; router < mesh.cells(); ++router) {
        const int x = static_cast<int>(router % static_cast<std::size_t>(mesh.columns)), j = x % task.length;
        if (x - j + task.length <= mesh.columns) line.add_core(builder, router, j);
        builder.finish_core();
    }
    return builder.finish();
}

/// The reduction of one side of the mesh; none for a single core.
std::optional<LineReduce> side(int length, std::uint32_t wavelets, int toward, int ramp_cycles) {
    if (length < 2) return std::nullopt;
    return LineReduce({.algorithm = choose_reduce(length, wavelets, ramp_cycles).best,
                       .length = length,
                       .wavelets = wavelets,
                       .toward = toward,
                       .ramp_cycles = ramp_cycles});
}

/// The core slots serve both sides: all rows take the same time, so nothing of Y arrives before X is read.
FabricProgram mesh_reduce(core::GridSize mesh, std::uint32_t wavelets, int ramp_cycles) {
    auto along_x = side(mesh.columns, wavelets, kWest, ramp_cycles),
         along_y = side(mesh.rows, wavelets, kNorth, ramp_cycles);
    const int x_slots = along_x ? along_x->fabric_slots() : 0;
    ProgramBuilder builder(
        {.mesh = mesh,
         .fabric_slots = x_slots + (along_y ? along_y->fabric_slots() : 0),
         .core_slots = std::max(along_x ? along_x->core_slots() : 0, along_y ? along_y->core_slots() : 0),
         .wavelets = wavelets});
    if (along_x) along_x->declare(builder, 0);
    if (along_y) along_y->declare(builder, x_slots);
    for (std::size_t router = 0; router < mesh.cells(); ++router) {
        const auto columns = static_cast<std::size_t>(mesh.columns);
        const int x = static_cast<int>(router % columns), y = static_cast<int>(router / columns);
        if (along_x) along_x->add_core(builder, router, x);
        if (along_y && x == 0) along_y->add_core(builder, router, y);
        builder.finish_core();
    }
    return builder.finish();
}

/// From the first core of each group of a row to the east, and over a mesh also south down every column.
FabricProgram broadcast(core::GridSize mesh, int length, std::uint32_t wavelets, bool down) {
    ProgramBuilder builder({.mesh = mesh, .wavelets = wavelets});
    constexpr int kSlot = 0;  // from the ramp at the root, from the link elsewhere
    builder.lands(kSlot, kSlot, builder.core_slot(0));
    for (std::size_t router = 0; router < mesh.cells(); ++router) {
        const auto columns = static_cast<std::size_t>(mesh.columns);
        const int x = static_cast<int>(router % columns), y = static_cast<int>(router / columns),
                  j = x % length;
        const bool inside = x - j + length <= mesh.columns, root = j == 0 && (!down || y == 0);
        if (inside) {
            const int east = j < length - 1 && (!down || y == 0) ? tx(kEast) : 0,
                      south = down && y < mesh.rows - 1 ? tx(kSouth) : 0,
                      to_core = root ? 0 : FabricProgram::kToCore;
            builder.route(router, kSlot, static_cast<std::uint8_t>(east | south | to_core));
            if (root)
                builder.send(kSlot);
            else
                builder.read(builder.core_slot(0), Use::copy);
        }
        builder.finish_core();
    }
    return builder.finish();
}

}  // namespace

core::Result<Collective> collective_named(std::string_view name) {
    for (const auto& [known, kind] : kNames)
        if (known == name) return kind;
    return core::fail(core::ErrorCode::key, "no collective \"" + std::string(name) + "\"", "collective",
                      "use one of " + collective_names());
}

std::string collective_names() {
    std::string names;
    for (const auto& [name, kind] : kNames) names.append(names.empty() ? "" : ", ").append(name);
    return names;
}

bool over_whole_mesh(Collective kind) {
    return kind == Collective::broadcast_2d || kind == Collective::reduce_2d;
}

double formula_cycles(const CollectiveTask& task, core::GridSize mesh, double ramp_cycles) {
    const double wavelets = task.wavelets;
    switch (task.kind) {
        case Collective::chain:
        case Collective::tree:
        case Collective::star:
        case Collective::two_phase:
            return reduce_cycles(reduce_of(task.kind), task.length, wavelets, ramp_cycles);
        case Collective::broadcast:
            return broadcast_cycles(task.length, wavelets, ramp_cycles);
        case Collective::two_tree:
            return two_tree_all_reduce(task.length, default_groups(task.length), wavelets, ramp_cycles);
        case Collective::ring:
            return ring_all_reduce_cycles(task.length, wavelets, ramp_cycles);
        case Collective::broadcast_2d:
            return broadcast_2d_cycles(mesh.columns, mesh.rows, wavelets, ramp_cycles);
        case Collective::reduce_2d:
            return reduce_2d_cycles(mesh.columns, mesh.rows, wavelets, ramp_cycles);
    }
    return 0;
}

FabricProgram collective_program(const CollectiveTask& task, core::GridSize mesh,
                                 const FabricConfig& fabric) {
    switch (task.kind) {
        case Collective::chain:
        case Collective::tree:
        case Collective::star:
        case Collective::two_phase:
            break;
        case Collective::broadcast:
            return broadcast(mesh, task.length, task.wavelets, false);
        case Collective::two_tree:
            return two_tree_program(mesh, task.length, task.wavelets);
        case Collective::ring:
            return ring_program(mesh, task.length, task.wavelets, fabric);
        case Collective::broadcast_2d:
            return broadcast(mesh, mesh.columns, task.wavelets, true);
        case Collective::reduce_2d:
            return mesh_reduce(mesh, task.wavelets, fabric.ramp_cycles);
    }
    return row_reduce(task, mesh, fabric.ramp_cycles);
}

bool counts_last_dispatch(const CollectiveTask& task, core::GridSize mesh, int ramp_cycles) {
    if (task.kind != Collective::reduce_2d) return task.kind != Collective::star;
    const int last_side = mesh.rows > 1 ? mesh.rows : mesh.columns;
    return choose_reduce(last_side, task.wavelets, ramp_cycles).best != Reduce::star;
}

}  // namespace waferscope::sim
