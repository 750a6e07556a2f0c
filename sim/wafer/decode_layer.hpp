// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/llm.hpp"
#include "core/model/timeline.hpp"

#include <vector>

namespace waferscope::sim {

inline constexpr double kBytesPerValue = 2;  ///< FP16

/// `n` padded to a multiple of `side`, per core of one axis.
double padded_share(std::int64_t n, int side);

/// Mean padded KV rows per core while `tokens` more tokens follow a context of `context`: the KV length grows
/// by steps of `side` tokens.
double mean_kv_rows(std::int64_t context, std::int64_t tokens, int side);

/// One GEMV (or norm) of a layer on a square region: MACs per core and sequence, then `calls` all-reduces of
/// `sums` FP16 values along one axis.
struct DecodeStep {
    const char* name;
    core::SliceKind kind;
    double macs = 0, sums = 0;
    bool along_rows = true;
    int calls = 1;
};

/// What one layer asks of every core (design/wafer_models.md 6), derived from the model's dimensions.
struct DecodeLayer {
    std::vector<DecodeStep> steps;
    double weight_macs = 0;  ///< MACs per core that read a stored weight: 2 bytes each
    double kv_bytes = 0;     ///< per core and sequence
};
DecodeLayer decode_layer(const core::LlmConfig& model, double kv_rows, int side);

/// LM head and sampling, once per token.
std::vector<DecodeStep> decode_head(const core::LlmConfig& model, int side);

/// Fitted: cycles of every layer besides sums and arithmetic, and cycles per MAC.
struct DecodeConstants {
    double fixed_per_layer = 0, cycles_per_mac = 0;
};

/// The region and the batch that passes it at once.
struct DecodeRegion {
    int side = 0, groups = 1;
    double batch = 1, ramp_cycles = 2;
};
double sum_cycles(const DecodeStep& step, const DecodeRegion& region);  ///< its all-reduces
double step_cycles(const DecodeStep& step, const DecodeRegion& region, const DecodeConstants& constants);
/// Fixed cost of a layer; more collective calls than a dense layer's ten cost a tenth of it each.
double fixed_cycles(const DecodeLayer& layer, const DecodeConstants& constants);
double layer_cycles(const DecodeLayer& layer, const DecodeRegion& region, const DecodeConstants& constants);

/// One GEMV of n x n weights over the region: its MACs, then an all-reduce of n / side values.
double gemv_cycles(std::int64_t n, const DecodeRegion& region, double cycles_per_mac);

}  // namespace waferscope::sim
