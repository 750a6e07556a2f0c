// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/mesh_gemm.hpp"

#include "sim/wafer/collectives.hpp"

#include <algorithm>

namespace waferscope::sim {

double gemm_move_cycles(GemmMapping mapping, const GemmTile& t, int side, const GemmConstants& constants) {
    const double wavelets = std::max(t.m * t.k, t.k * t.n) / 2;
    switch (mapping) {
        case GemmMapping::mesh_gemm:
            return wavelets;
        case GemmMapping::summa:
            return broadcast_cycles(side, wavelets, constants.ramp_cycles);
        case GemmMapping::cannon:
            return wavelets + side - 1;
    }
    return wavelets;
}

double gemm_cycles(GemmMapping mapping, const GemmTile& tile, int side, const GemmConstants& constants) {
    return side * (std::max(constants.cycles_per_mac * tile.macs(),
                            gemm_move_cycles(mapping, tile, side, constants)) +
                   constants.fixed_per_step);
}

double gemm_efficiency(GemmMapping mapping, const GemmTile& tile, int side, const GemmConstants& constants) {
    return constants.cycles_per_mac * tile.macs() * side / gemm_cycles(mapping, tile, side, constants);
}

}  // namespace waferscope::sim
