// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/cluster/chip_spec.hpp"

namespace waferscope::sim {

/// A product of (m x k) and (k x n), `batch` times.
struct GemmShape {
    double m = 1, n = 1, k = 1, batch = 1;
};

/// Share of the chip's best product rate that this shape reaches, 0..1 (design/cluster_models.md 1, 4): depth of the
/// sum, padding to tiles, tiles that do not fill the last wave of units; on a systolic array padding and fill.
double shape_efficiency(const GemmShape& shape, const ChipSpec& chip);

/// Share of a systolic array that the products of fused attention fill: heads narrower than the array leave columns idle,
/// 0..1 (design/cluster_models.md 4). 1 on other chips.
double attention_fill(double head_dim, const ChipSpec& chip);

/// Seconds on the device, launch apart: arithmetic or operand traffic, whichever is longer.
/// `bytes_per_value` of operands and result.
double gemm_s(const GemmShape& shape, const ChipSpec& chip, double bytes_per_value);

}  // namespace waferscope::sim
