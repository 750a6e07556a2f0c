// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/collective.hpp"

#include "sim/wafer/collectives.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace waferscope::sim {
namespace {

constexpr std::array<std::pair<std::string_view, Collective>, 4> kNames{
    {{"chain", Collective::chain},
     {"tree", Collective::tree},
     {"star", Collective::star},
     {"broadcast", Collective::broadcast}}};

constexpr std::uint8_t tx(int port) {
    return static_cast<std::uint8_t>(1U << port);
}

/// Slots of a colour: from the neighbour, from the ramp, to the core.
struct ColourSlots {
    std::uint8_t link, ramp, core;
};
ColourSlots slots_of(int colour) {
    const auto first = static_cast<std::uint8_t>(3 * colour);
    return {.link = first,
            .ramp = static_cast<std::uint8_t>(first + 1),
            .core = static_cast<std::uint8_t>(first + 2)};
}

/// A program without routes or tasks for `colours` colours that flow to the west (broadcast: east).
FabricProgram empty_program(core::GridSize mesh, int colours) {
    FabricProgram program{.mesh = mesh, .slots = 3 * colours};
    program.lands.resize(static_cast<std::size_t>(program.slots));
    for (int colour = 0; colour < colours; ++colour) {
        const auto slots = slots_of(colour);
        program.core_slots |= 1U << slots.core;
        for (const auto from : {slots.link, slots.ramp}) {
            program.lands[from].fill(slots.link);
            program.lands[from][kNodePort] = slots.core;
        }
    }
    program.routes.assign(mesh.cells() * static_cast<std::size_t>(program.slots), 0);
    return program;
}

/// Adds the routes and the task of core `j` of a group to a program.
struct Builder {
    FabricProgram& program;
    int length;
    std::uint32_t wavelets;

    std::vector<TaskStep> task;        ///< of the core being built
    std::vector<TaskRange> different;  ///< tasks so far

    /// Ends the task of a core.
    void finish() {
        const auto same = std::ranges::find_if(different, [&](TaskRange known) {
            return std::equal(task.begin(), task.end(), program.steps.begin() + known.first,
                              program.steps.begin() + known.end);
        });
        if (same != different.end()) {
            program.tasks.push_back(*same);
        } else {
            const auto first = static_cast<std::uint32_t>(program.steps.size());
            program.steps.insert(program.steps.end(), task.begin(), task.end());
            different.push_back({first, static_cast<std::uint32_t>(program.steps.size())});
            program.tasks.push_back(different.back());
        }
        task.clear();
    }
    std::uint8_t& route(std::size_t router, int slot) {
        return program
            .routes[router * static_cast<std::size_t>(program.slots) + static_cast<std::size_t>(slot)];
    }
    void read(std::uint8_t slot, std::uint8_t send = TaskStep::kNone) {
        task.push_back({.count = wavelets, .read_slot = slot, .send_slot = send});
    }
    void send(std::uint8_t slot, bool control = false) {
        task.push_back({.count = wavelets, .send_slot = slot, .control = control});
    }

    void chain(std::size_t router, int j) {
        const auto slots = slots_of(0);
        route(router, slots.link) = FabricProgram::kToCore;
        route(router, slots.ramp) = tx(kWest);
        if (j == length - 1)
            send(slots.ramp);
        else
            read(slots.core, j == 0 ? TaskStep::kNone : slots.ramp);
    }
    void star(std::size_t router, int j) {
        const auto slots = slots_of(0);
        if (j == 0) {
            route(router, slots.link) = FabricProgram::kToCore;
            for (int sender = 1; sender < length; ++sender) read(slots.core);
        } else {
            route(router, slots.ramp) = tx(kWest);
            send(slots.ramp, true);
        }
    }
    void broadcast(std::size_t router, int j) {
        const auto slots = slots_of(0);
        const std::uint8_t onward = j == length - 1 ? std::uint8_t{0} : tx(kEast);
        route(router, slots.ramp) = tx(kEast);
        route(router, slots.link) = static_cast<std::uint8_t>(FabricProgram::kToCore | onward);
        if (j == 0)
            send(slots.ramp);
        else
            read(slots.core);
    }
    void tree(std::size_t router, int j) {
        for (int round = 0; 1 << round < length; ++round) {
            const auto slots = slots_of(round);
            const int reach = 1 << round, within = j % (2 * reach);
            route(router, slots.ramp) = tx(kWest);
            route(router, slots.link) = within == 0 ? FabricProgram::kToCore : tx(kWest);
            if (within == 0 && j + reach < length) read(slots.core);
            if (within != reach) continue;
            // The sum leaves while the last part of it comes in.
            if (task.empty())
                send(slots.ramp);
            else
                task.back().send_slot = slots.ramp;
            pass_later_rounds(router, round + 1);
            return;
        }
    }
    void pass_later_rounds(std::size_t router, int round) {
        for (; 1 << round < length; ++round) route(router, slots_of(round).link) = tx(kWest);
    }
};

}  // namespace

core::Result<Collective> collective_named(std::string_view name) {
    for (const auto& [known, kind] : kNames)
        if (known == name) return kind;
    return core::fail(core::ErrorCode::key, "no collective \"" + std::string(name) + "\"", "collective",
                      "use chain, tree, star or broadcast");
}

double formula_cycles(Collective kind, int length, double wavelets, double ramp_cycles) {
    switch (kind) {
        case Collective::chain:
            return reduce_cycles(Reduce::chain, length, wavelets, ramp_cycles);
        case Collective::tree:
            return reduce_cycles(Reduce::tree, length, wavelets, ramp_cycles);
        case Collective::star:
            return reduce_cycles(Reduce::star, length, wavelets, ramp_cycles);
        case Collective::broadcast:
            return broadcast_cycles(length, wavelets, ramp_cycles);
    }
    return 0;
}

FabricProgram collective_program(Collective kind, core::GridSize mesh, int length, std::uint32_t wavelets) {
    const auto rounds = std::bit_width(static_cast<unsigned>(length - 1));
    auto program = empty_program(mesh, kind == Collective::tree ? static_cast<int>(rounds) : 1);
    Builder builder{.program = program, .length = length, .wavelets = wavelets};
    for (std::size_t router = 0; router < mesh.cells(); ++router) {
        const int x = static_cast<int>(router % static_cast<std::size_t>(mesh.columns));
        const int j = x % length;
        if (x - j + length <= mesh.columns) switch (kind) {
                case Collective::chain:
                    builder.chain(router, j);
                    break;
                case Collective::star:
                    builder.star(router, j);
                    break;
                case Collective::tree:
                    builder.tree(router, j);
                    break;
                case Collective::broadcast:
                    builder.broadcast(router, j);
                    break;
            }
        builder.finish();
    }
    if (kind == Collective::star) {
        program.switched = program.routes;
        const auto slots = slots_of(0);
        for (std::size_t router = 0; router < mesh.cells(); ++router) {
            auto* now = &program.switched[router * static_cast<std::size_t>(program.slots)];
            if (now[slots.ramp] != 0) std::swap(now[slots.link], now[slots.ramp]);
        }
    }
    return program;
}

bool counts_last_dispatch(Collective kind) {
    return kind != Collective::star;
}

}  // namespace waferscope::sim
