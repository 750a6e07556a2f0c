// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/gemm.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::sim {
namespace {

constexpr double kTile = 128;    ///< rows and columns one unit takes at a time
constexpr double kThinTile = 16; ///< smallest tile of kernels for few rows

double fill(double x, double tile) { return x / (tile * std::ceil(x / tile)); }

}  // namespace

double shape_efficiency(const GemmShape& g, const ChipSpec& chip) {
    const double m = std::max(1.0, g.m), n = std::max(1.0, g.n), k = std::max(1.0, g.k);
    if (chip.systolic) return fill(n, chip.array) * fill(k, chip.array) * m / (m + chip.array);
    double e = k / (k + chip.constants.gemm_half_depth) * fill(n, n < kTile ? kThinTile : kTile) * fill(m, m < kTile ? kThinTile : kTile);
    if (m < kTile || n < kTile) return e;  // memory decides; kernels split the sum to fill the chip
    const double tiles = std::ceil(m / kTile) * std::ceil(n / kTile) * g.batch, units = chip.compute_units;
    // Below half a wave the sum is split over idle units; above eight waves the last one no longer counts.
    if (units > 0 && tiles < 8 * units) e *= std::max(0.5, tiles / (units * std::ceil(tiles / units)));
    return e;
}

double attention_fill(double head_dim, const ChipSpec& chip) { return chip.systolic ? fill(head_dim, chip.array) : 1; }

double gemm_s(const GemmShape& g, const ChipSpec& chip, double bytes_per_value) {
    const double arithmetic = 2 * g.m * g.n * g.k * g.batch / (chip.flops_per_s * chip.compute_efficiency * std::max(1e-3, shape_efficiency(g, chip)));
    const double bytes = bytes_per_value * (g.m * g.k + g.k * g.n + g.m * g.n) * g.batch;
    // Operands that fit on the chip stay there between calls, where its rate is known.
    const double rate = chip.sram_bytes_per_s > 0 && bytes <= chip.sram_bytes ? chip.sram_bytes_per_s : chip.memory_bytes_per_s;
    return std::max(arithmetic, bytes / (rate * chip.constants.gemm_memory_efficiency));
}

}  // namespace waferscope::sim
