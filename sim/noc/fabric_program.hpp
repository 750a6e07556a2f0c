// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/result.hpp"
#include "sim/noc/ports.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace waferscope::sim {

/// What a core's task does next: read `count` wavelets from a ramp queue, or send as many of its own.
struct TaskStep {
    static constexpr std::uint8_t kNone = 0xFF;

    std::uint32_t count = 0;
    std::uint8_t read_slot = kNone;  ///< ramp queue to read; kNone: send own values
    std::uint8_t send_slot = kNone;  ///< queue from the ramp to send into; kNone: keep what is read
    bool control = false;            ///< the last wavelet sent advances the switches it passes
    friend bool operator==(const TaskStep&, const TaskStep&) = default;
};

/// A task: steps [first, end) of FabricProgram::steps; none for a core that only passes on.
struct TaskRange {
    std::uint32_t first = 0, end = 0;
};

/// Static routes of colours and the task of every core. A slot is one FIFO of every router: a colour and the
/// input it comes from, or the ramp queue of a colour on the core's side. Numbers are the same in all
/// routers; slots 3c to 3c + 2 are those of colour c.
struct FabricProgram {
    static constexpr std::uint8_t kToCore = 1U << kNodePort;

    core::GridSize mesh;
    int slots = 0;                 ///< 1..30
    std::uint32_t core_slots = 0;  ///< bit set: read by the core, not by the router
    /// Slot a wavelet lands in when it leaves slot s by port p; of no meaning where no route uses it.
    std::vector<std::array<std::uint8_t, kRouterPorts>> lands;
    std::vector<std::uint8_t> routes;    ///< [router][slot]: output ports (tx mask), 0: not this rx now
    std::vector<std::uint8_t> switched;  ///< a colour's second switch position; empty: it has one only
    std::vector<TaskStep> steps;         ///< of all tasks, one after the other; equal tasks share theirs
    std::vector<TaskRange> tasks;        ///< [router]
};

}  // namespace waferscope::sim
