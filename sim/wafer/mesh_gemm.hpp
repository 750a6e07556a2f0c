// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace waferscope::sim {

/// How the tiles of a matrix product travel on a P x P mesh.
enum class GemmMapping : std::uint8_t { mesh_gemm, summa, cannon };

/// C (m x n) = A (m x k) B (k x n), each size per core: ceil(whole / P).
struct GemmTile {
    double m = 0, n = 0, k = 0;
    [[nodiscard]] double macs() const { return m * n * k; }  ///< per core and step
};

struct GemmConstants {
    double cycles_per_mac = 1;  ///< c_g
    double fixed_per_step = 0;  ///< c_s
    double ramp_cycles = 2;
};

/// Cycles until both operands of the next step have arrived: two hops for MeshGEMM, a wrap of P - 1 hops for
/// Cannon, a broadcast of each tile along its axis for SUMMA; 2 values per wavelet (design/wafer_models.md
/// 6).
double gemm_move_cycles(GemmMapping mapping, const GemmTile& tile, int side, const GemmConstants& constants);
/// P steps, each multiplies one pair of tiles while the next pair travels.
double gemm_cycles(GemmMapping mapping, const GemmTile& tile, int side, const GemmConstants& constants);
/// c_g MACs / cycles, 0..1.
double gemm_efficiency(GemmMapping mapping, const GemmTile& tile, int side, const GemmConstants& constants);

}  // namespace waferscope::sim
