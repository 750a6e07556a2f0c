// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/line_reduce.hpp"

#include "sim/noc/reduce_timetable.hpp"

#include <bit>

namespace waferscope::sim {

LineReduce::LineReduce(const Config& config) : config_(config) {
    if (config.algorithm == Reduce::tree)
        holds_ = tree_holds(config.length, config.wavelets, config.ramp_cycles);
    if (config.algorithm != Reduce::two_phase) return;
    members_ = config.length / default_groups(config.length);
    holds_ = {two_phase_hold(config.length, members_, config.wavelets, config.ramp_cycles)};
}

int LineReduce::fabric_slots() const {
    switch (config_.algorithm) {
        case Reduce::chain:
        case Reduce::star:
            return 2;  // from the link, from the ramp
        case Reduce::tree:
            return static_cast<int>(holds_.size());  // a router takes a round's colour from one of the two
        case Reduce::two_phase:
            return 4;
    }
    return 0;
}

int LineReduce::core_slots() const {
    return config_.algorithm == Reduce::tree ? fabric_slots() : fabric_slots() / 2;
}

void LineReduce::declare(ProgramBuilder& builder, int first) {
    first_ = first;
    if (config_.algorithm == Reduce::tree) {
        for (int k = 0; k < fabric_slots(); ++k) builder.lands(first + k, first + k, builder.core_slot(k));
        return;
    }
    for (int i = 0; i < fabric_slots(); ++i)
        builder.lands(first + i, first + i / 2 * 2, builder.core_slot(i / 2));
    if (config_.algorithm == Reduce::star) builder.switch_to_link(first, first + 1);
}

void LineReduce::add_core(ProgramBuilder& builder, std::size_t router, int j) const {
    switch (config_.algorithm) {
        case Reduce::chain:
            chain(builder, router, j);
            break;
        case Reduce::star:
            star(builder, router, j);
            break;
        case Reduce::tree:
            tree(builder, router, j);
            break;
        case Reduce::two_phase:
            two_phase(builder, router, j);
            break;
    }
}

void LineReduce::chain(ProgramBuilder& builder, std::size_t router, int j) const {
    const int link = first_, ramp = first_ + 1;
    builder.route(router, link, FabricProgram::kToCore);
    builder.route(router, ramp, tx(config_.toward));
    if (j == config_.length - 1)
        builder.send(ramp);
    else if (j > 0)
        builder.pass_on(builder.core_slot(0), ramp);
    else
        builder.read(builder.core_slot(0));
}

void LineReduce::star(ProgramBuilder& builder, std::size_t router, int j) const {
    const int link = first_, ramp = first_ + 1;
    if (j == 0) {
        builder.route(router, link, FabricProgram::kToCore);
        for (int sender = 1; sender < config_.length; ++sender) builder.read(builder.core_slot(0));
    } else {
        builder.route(router, ramp, tx(config_.toward));
        builder.send(ramp, true);
    }
}

void LineReduce::tree(ProgramBuilder& builder, std::size_t router, int j) const {
    const int rounds = fabric_slots();
    const int own = j == 0 ? rounds : std::countr_zero(static_cast<unsigned>(j));  // round it sends in
    int children = 0;
    for (int k = 0; k < rounds; ++k) {
        builder.route(router, first_ + k, k < own ? FabricProgram::kToCore : tx(config_.toward));
        if (k < own && j + (1 << k) < config_.length) children = k + 1;
    }
    const int kept = j == 0 ? children : children - 1;
    for (int k = 0; k < kept; ++k) builder.read(builder.core_slot(k));
    if (j == 0) return;
    // At the ragged end of a line a core misses its last children and keeps no timetable.
    if (children == 0)
        builder.send(first_ + own);
    else
        builder.pass_on(builder.core_slot(kept), first_ + own,
                        children == own ? holds_[static_cast<std::size_t>(own)] : 0);
}

void LineReduce::two_phase(ProgramBuilder& builder, std::size_t router, int j) const {
    const int link = first_, ramp = first_ + 1, far_link = first_ + 2, far_ramp = first_ + 3;
    const int member = j % members_;
    const auto toward = tx(config_.toward);
    const std::uint8_t near = builder.core_slot(0), far = builder.core_slot(1);
    builder.route(router, link, FabricProgram::kToCore);
    if (member > 0) {
        builder.route(router, ramp, toward);
        builder.route(router, far_link, toward);
        if (member == members_ - 1)
            builder.send(ramp);
        else
            builder.pass_on(near, ramp);
        return;
    }
    builder.route(router, far_link, FabricProgram::kToCore);
    builder.route(router, far_ramp, toward);
    const bool last = j + members_ == config_.length;
    if (last && j > 0) {
        builder.pass_on(near, far_ramp, holds_[0]);
        return;
    }
    builder.read(near);
    if (last) return;
    if (j > 0)
        builder.pass_on(far, far_ramp);
    else
        builder.read(far);
}

}  // namespace waferscope::sim
