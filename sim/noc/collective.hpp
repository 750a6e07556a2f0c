// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "sim/noc/fabric_program.hpp"

#include <cstdint>
#include <string_view>

namespace waferscope::sim {

enum class Collective : std::uint8_t { chain, tree, star, broadcast };

/// Error key: no collective of that name.
core::Result<Collective> collective_named(std::string_view name);

/// Cycles the formulas give for P cores in line and B wavelets (design/wafer_models.md 5):
/// sim/wafer/collectives.
double formula_cycles(Collective kind, int length, double wavelets, double ramp_cycles);

/// The collective towards (broadcast: from) the first of each group of `length` cores of every row; cores
/// left over at the end of a row stay idle. Precondition: 2 <= length <= columns, tree at most 1024.
/// - chain: colours alternate, so that a core receives one and sends the other.
/// - star: one colour; each router first lets its own core send, the last wavelet switches it to pass on.
/// - tree: one colour per round; in round k core j = 2^k mod 2^(k+1) sends to j - 2^k.
/// - broadcast: one colour, every router copies it to its core and to the east.
FabricProgram collective_program(Collective kind, core::GridSize mesh, int length, std::uint32_t wavelets);

/// Whether the cycle in which the last core hands its last value on belongs to the operation: the row of
/// star counts none (no core passes a value on), the others do.
bool counts_last_dispatch(Collective kind);

}  // namespace waferscope::sim
