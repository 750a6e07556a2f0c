// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/program_builder.hpp"

#include <algorithm>
#include <utility>

namespace waferscope::sim {

ProgramBuilder::ProgramBuilder(const Shape& shape)
    : program_{.mesh = shape.mesh, .slots = shape.fabric_slots + shape.core_slots},
      fabric_slots_(shape.fabric_slots),
      wavelets_(shape.wavelets) {
    const auto slots = static_cast<std::size_t>(program_.slots);
    program_.core_slots = ((1U << shape.core_slots) - 1) << shape.fabric_slots;
    program_.lands.resize(slots);
    program_.routes.assign(shape.mesh.cells() * slots, 0);
    program_.tasks.reserve(shape.mesh.cells());
}

void ProgramBuilder::lands(int slot, int link, std::uint8_t core) {
    auto& lands = program_.lands[static_cast<std::size_t>(slot)];
    lands.fill(static_cast<std::uint8_t>(link));
    lands[kNodePort] = core;
}

void ProgramBuilder::lands_by(int slot, int port, int link) {
    program_.lands[static_cast<std::size_t>(slot)][static_cast<std::size_t>(port)] =
        static_cast<std::uint8_t>(link);
}

void ProgramBuilder::send(int slot, bool control) {
    step({.count = wavelets_, .send_slot = static_cast<std::uint8_t>(slot), .control = control});
}

void ProgramBuilder::pass_on(std::uint8_t core, int slot, std::uint32_t hold) {
    const auto ramp = static_cast<std::uint8_t>(slot);
    if (hold > 0) step({.count = hold, .read_slot = core, .use = Use::part});
    step({.count = wavelets_ - hold, .read_slot = core, .send_slot = ramp});
    if (hold > 0) step({.count = hold, .send_slot = ramp, .use = Use::part});
}

void ProgramBuilder::finish_core() {
    const auto same = std::ranges::find_if(different_, [&](TaskRange known) {
        return std::equal(task_.begin(), task_.end(), program_.steps.begin() + known.first,
                          program_.steps.begin() + known.end);
    });
    if (same != different_.end()) {
        program_.tasks.push_back(*same);
    } else {
        const auto first = static_cast<std::uint32_t>(program_.steps.size());
        program_.steps.insert(program_.steps.end(), task_.begin(), task_.end());
        different_.push_back({first, static_cast<std::uint32_t>(program_.steps.size())});
        program_.tasks.push_back(different_.back());
    }
    task_.clear();
}

FabricProgram ProgramBuilder::finish() {
    if (!switched_.empty()) {
        program_.switched = program_.routes;
        program_.colour_of.resize(static_cast<std::size_t>(program_.slots));
    }
    for (const auto [link, ramp] : switched_) {
        for (const int slot : {link, ramp})
            program_.colour_of[static_cast<std::size_t>(slot)] = 1U << link | 1U << ramp;
        for (std::size_t router = 0; router < program_.mesh.cells(); ++router) {
            auto* now = &program_.switched[router * static_cast<std::size_t>(program_.slots)];
            if (now[ramp] != 0) std::swap(now[link], now[ramp]);
        }
    }
    return std::move(program_);
}

}  // namespace waferscope::sim
