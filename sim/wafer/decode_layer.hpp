// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/llm.hpp"
#include "core/model/timeline.hpp"

#include <cstdint>
#include <vector>

namespace waferscope::sim {

inline constexpr double kBytesPerValue = 2;  ///< FP16

/// `n` padded to a multiple of `side`, per core of one axis.
double padded_share(std::int64_t n, int side);

/// Mean padded KV rows per core while `tokens` more tokens follow a context of `context`: the KV length grows
/// by steps of `side` tokens.
double mean_kv_rows(std::int64_t context, std::int64_t tokens, int side);

/// One GEMV (or norm) of a layer on a square region: MACs per core and sequence, then `calls` all-reduces of
/// `sums` FP16 values along one axis. Or a transfer: `moved` wavelets over every link of `distance` hops.
struct DecodeStep {
    const char* name;
    core::SliceKind kind;
    double macs = 0, sums = 0;
    bool along_rows = true;
    int calls = 1;
    int side = 0;       ///< of the sub-rectangle it runs on; 0 = the whole region
    double spread = 1;  ///< sub-rectangles that share the sequences: each sees ceil(batch / spread), evenly routed
    double moved = 0;   ///< wavelets per sequence
    int distance = 0;
};

/// How the experts of a mixture lie on a region (design/wafer_models.md 6): every core holds a slice of every
/// expert and the chosen ones run in turn; or each expert has a sub-square and the chosen ones run at once.
enum class ExpertMapping : std::uint8_t { sliced, squares };

/// What one layer asks of every core (design/wafer_models.md 6), derived from the model's dimensions.
struct DecodeLayer {
    ExpertMapping mapping = ExpertMapping::sliced;
    std::vector<DecodeStep> steps;
    double weight_macs = 0;  ///< MACs per core that read a stored weight: 2 bytes each
    double kv_bytes = 0;     ///< per core and sequence
};
DecodeLayer decode_layer(const core::LlmConfig& model, double kv_rows, int side, ExpertMapping mapping = ExpertMapping::sliced);

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
double sum_cycles(const DecodeStep& step, const DecodeRegion& region);  ///< its all-reduces, or its transfer
double arithmetic_cycles(const DecodeStep& step, const DecodeRegion& region, const DecodeConstants& constants);
double step_cycles(const DecodeStep& step, const DecodeRegion& region, const DecodeConstants& constants);
/// Fixed cost of a layer; more collective calls than a dense layer's ten cost a tenth of it each.
double fixed_cycles(const DecodeLayer& layer, const DecodeConstants& constants);
double layer_cycles(const DecodeLayer& layer, const DecodeRegion& region, const DecodeConstants& constants);

/// The layer on the region with the faster mapping of its experts.
DecodeLayer fastest_layer(const core::LlmConfig& model, double kv_rows, const DecodeRegion& region, const DecodeConstants& constants);

/// One GEMV of n x n weights over the region: its MACs, then an all-reduce of n / side values.
double gemv_cycles(std::int64_t n, const DecodeRegion& region, double cycles_per_mac);

}  // namespace waferscope::sim
