// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/result.hpp"
#include "sim/noc/ports.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace waferscope::sim {

/// What becomes of the values a step reads.
enum class Use : std::uint8_t {
    add,    ///< added to the core's sum; sent on: the new sum
    part,   ///< the sum keeps its old value; sent on: the new one. Sent without reading: values read before
    store,  ///< kept apart from the sum; sent meanwhile: the sum
    chunk,  ///< the sum becomes what is read and the core's own value
    copy    ///< the sum becomes what is read; sent on: the same
};

/// What a core's task does next: read `count` wavelets from a ramp queue, or send as many of its own.
struct TaskStep {
    static constexpr std::uint8_t kNone = 0xFF;

    std::uint32_t count = 0;
    std::uint8_t read_slot = kNone;  ///< ramp queue to read; kNone: send own values
    std::uint8_t send_slot = kNone;  ///< queue from the ramp to send into; kNone: keep what is read
    bool control = false;            ///< the last wavelet sent advances the switches it passes
    Use use = Use::add;
    friend bool operator==(const TaskStep&, const TaskStep&) = default;
};

/// A task: steps [first, end) of FabricProgram::steps; none for a core that only passes on.
struct TaskRange {
    std::uint32_t first = 0, end = 0;
};

/// Static routes of colours and the task of every core. A slot is one FIFO of every router: a colour and the
/// input it comes from, or the ramp queue of a colour on the core's side. Numbers are the same in all
/// routers. Inputs of a colour may share a slot where every router takes it from one of them only.
struct FabricProgram {
    static constexpr std::uint8_t kToCore = 1U << kNodePort;

    core::GridSize mesh;
    int slots = 0;                 ///< 1..30
    std::uint32_t core_slots = 0;  ///< bit set: read by the core, not by the router
    /// Slot a wavelet lands in when it leaves slot s by port p; of no meaning where no route uses it.
    std::vector<std::array<std::uint8_t, kRouterPorts>> lands;
    std::vector<std::uint8_t> routes;    ///< [router][slot]: output ports (tx mask), 0: not this rx now
    std::vector<std::uint8_t> switched;  ///< second switch position of all slots; empty: there is one only
    /// Which slots a control wavelet that leaves slot s switches: those of its colour. Empty as `switched`.
    std::vector<std::uint32_t> colour_of;
    std::vector<TaskStep> steps;   ///< of all tasks, one after the other; equal tasks share theirs
    std::vector<TaskRange> tasks;  ///< [router]
};

}  // namespace waferscope::sim
