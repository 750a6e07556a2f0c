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
    double padding = 1;     ///< share of the best product rate that the shape reaches, 0..1
    double rate_share = 0;  ///< of the dense peak; 0 = the chip's for products
    double memory_share = 0;  ///< of the memory nameplate; 0 = the chip's for element-wise kernels
    double fixed_s = 0;     ///< time that no size shortens
    double launches = 1;    ///< kernels started by the host
    double reduced_bytes = 0;  ///< all-reduced over the tensor-parallel group after it
    int ranks = 0;             ///< above 1: a collective of the graph over so many devices; nothing else then
    core::CollectiveKind collective = core::CollectiveKind::all_reduce;
    double buffer_bytes = 0;   ///< of that collective, per rank
    std::uint32_t op = core::kNoOperator;
};

/// Seconds of arithmetic or memory traffic, whichever is longer, plus the fixed part; launches apart.
double work_time_s(const Work& work, const ChipSpec& chip);

/// New tokens of an inference step on one replica.
struct Tokens {
    double count = 1;      ///< new tokens of all sequences
    double context = 1;    ///< tokens each sequence holds, the new ones included
    double sequences = 1;
};

/// Forward kernels of one transformer layer in an inference engine, cut over `tp` devices
/// (design/cluster_models.md 3). Experts touched: E (1 - (1 - k/E)^tokens).
std::vector<Work> layer_work(const core::LlmConfig& model, const Tokens& tokens, int tp, const core::Scenario& scenario, const ChipSpec& chip);

/// Output projection and sampling of `tokens` tokens; host work of `sequences`.
Work head_work(const core::LlmConfig& model, double tokens, double sequences, int tp, core::Precision precision, const ChipSpec& chip);

/// Tensor-parallel sum inside an inference engine: a one-shot kernel where it is faster than the ring.
double engine_sum_s(double bytes, int ranks, const ChipSpec& chip, bool across_nodes);

/// Precision of the KV cache: as stated, else that of the arithmetic, never below 8 bit.
core::Precision kv_precision(const core::Scenario& scenario);

/// Kernels of a workload graph for `samples` samples of it on one of `devices` devices. Collectives of the graph go over
/// their groups, at most all devices, with the bytes the graph states.
std::vector<Work> graph_work(const core::Workload& workload, double samples, int devices, core::Precision precision, const ChipSpec& chip);

}  // namespace waferscope::sim
