// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/fabric_program.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace waferscope::sim {

/// Output port as a tx mask.
constexpr std::uint8_t tx(int port) {
    return static_cast<std::uint8_t>(1U << port);
}

/// Writes a FabricProgram core by core: routes at any time, then the steps of the core's task, then
/// finish_core(), in the order of routers. Slots of the fabric come first, those of the core after them.
class ProgramBuilder {
public:
    struct Shape {
        core::GridSize mesh;
        int fabric_slots = 1, core_slots = 1;  ///< at most 30 together
        std::uint32_t wavelets = 1;            ///< of a vector
    };
    explicit ProgramBuilder(const Shape& shape);

    [[nodiscard]] std::uint8_t core_slot(int index) const {
        return static_cast<std::uint8_t>(fabric_slots_ + index);
    }
    /// What leaves `slot` by any link lands in `link`, by the ramp in `core`.
    void lands(int slot, int link, std::uint8_t core);
    void lands_by(int slot, int port, int link);  ///< the same for one link
    void route(std::size_t router, int slot, std::uint8_t mask) { mask_of(router, slot) = mask; }
    /// The colour of the slots `link` and `ramp` takes its input from the ramp, and from the link once a
    /// control wavelet has passed.
    void switch_to_link(int link, int ramp) { switched_.push_back({link, ramp}); }

    void send(int slot, bool control = false);
    void read(std::uint8_t core, Use use = Use::add) {
        step({.count = wavelets_, .read_slot = core, .use = use});
    }
    /// Reads a vector and sends the sum on, `hold` wavelets behind: in [0, wavelets).
    void pass_on(std::uint8_t core, int slot, std::uint32_t hold = 0);
    void step(const TaskStep& one) { task_.push_back(one); }  ///< any other
    void finish_core();

    FabricProgram finish();

private:
    struct Switched {
        int link, ramp;
    };
    std::uint8_t& mask_of(std::size_t router, int slot) {
        return program_
            .routes[router * static_cast<std::size_t>(program_.slots) + static_cast<std::size_t>(slot)];
    }

    FabricProgram program_;
    int fabric_slots_;
    std::uint32_t wavelets_;
    std::vector<Switched> switched_;
    std::vector<TaskStep> task_;        ///< of the core being built
    std::vector<TaskRange> different_;  ///< tasks so far
};

}  // namespace waferscope::sim
