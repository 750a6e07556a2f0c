// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/program_builder.hpp"
#include "sim/wafer/collectives.hpp"

#include <cstdint>
#include <vector>

namespace waferscope::sim {

/// A reduction along a line towards its first core, as a part of a program.
/// - chain: colours alternate, so that a core receives one and sends the other.
/// - star: one colour; each router first lets its own core send, the last wavelet switches it to pass on.
/// - tree: one colour per round; in round k core j = 2^k mod 2^(k+1) sends to j - 2^k. When:
/// reduce_timetable.
/// - two-phase: chains in groups of length / default_groups(length), then a chain of their first cores.
class LineReduce {
public:
    struct Config {
        Reduce algorithm = Reduce::chain;
        int length = 2;  ///< cores, >= 2; tree at most 1024
        std::uint32_t wavelets = 1;
        int toward = 1;  ///< port (ports.hpp) that leads to the first core
        int ramp_cycles = 2;
    };
    explicit LineReduce(const Config& config);

    [[nodiscard]] int fabric_slots() const;
    [[nodiscard]] int core_slots() const;
    /// Takes fabric slots from `first` on, and core slots from 0 on.
    void declare(ProgramBuilder& builder, int first);
    /// Routes and steps of core `j` of the line.
    void add_core(ProgramBuilder& builder, std::size_t router, int j) const;

private:
    void chain(ProgramBuilder& builder, std::size_t router, int j) const;
    void star(ProgramBuilder& builder, std::size_t router, int j) const;
    void tree(ProgramBuilder& builder, std::size_t router, int j) const;
    void two_phase(ProgramBuilder& builder, std::size_t router, int j) const;

    Config config_;
    int first_ = 0;
    int members_ = 1;                   ///< of a group of two-phase
    std::vector<std::uint32_t> holds_;  ///< by round of the tree; of two-phase: [0]
};

}  // namespace waferscope::sim
