// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/timeline.hpp"
#include "sim/cluster/chip_spec.hpp"

#include <string>
#include <vector>

namespace waferscope::sim {

/// One kernel (or a group of like ones) on one device.
struct Work {
    std::string name;
    core::SliceKind kind = core::SliceKind::gemm;
    double flops = 0, bytes = 0;
    double padding = 1;   ///< share of the matrix unit that shapes fill, 0..1
    double launches = 1;  ///< kernels started
    double reduced_bytes = 0;  ///< all-reduced over the tensor-parallel group after it
    std::uint32_t op = core::kNoOperator;
};

/// Seconds of arithmetic or memory traffic, whichever is longer; launches apart.
double work_time_s(const Work& work, const ChipSpec& chip);

/// Share of `array`-sized tiles that (m, n, k) fills: padding is lost.
double tile_fill(double m, double n, double k, double array);

/// Forward kernels of one transformer layer for `tokens` new tokens of sequences that hold `context` tokens,
/// cut over `tp` devices. `sequences` sequences share the weights.
std::vector<Work> layer_work(const core::LlmConfig& model, double tokens, double context, double sequences, int tp, core::Precision precision,
                             core::Precision kv_precision, bool flash, const ChipSpec& chip);

/// Output projection and loss or sampling.
Work head_work(const core::LlmConfig& model, double tokens, int tp, core::Precision precision, const ChipSpec& chip);

/// Kernels of a workload graph for `samples` samples of it on one device.
std::vector<Work> graph_work(const core::Workload& workload, double samples, core::Precision precision, const ChipSpec& chip);

/// Seconds of a collective of `bytes` per rank over `ranks` devices: ring bandwidth term plus latency of its steps.
/// Inside the scale-up domain its links are used, beyond it the slower network decides.
double all_reduce_s(double bytes, int ranks, const ChipSpec& chip, bool across_nodes);
double send_s(double bytes, const ChipSpec& chip, bool across_nodes);

}  // namespace waferscope::sim
