// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/decode_layer.hpp"

#include "sim/wafer/collectives.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::sim {
namespace {

using core::SliceKind;

constexpr int kDenseCalls = 10;  ///< collective calls of the dense layers the constants were fitted on
constexpr double kExtraCallShare = 0.1;  ///< of the fixed cost per layer (parameter, not fitted)

}  // namespace

double padded_share(std::int64_t n, int side) {
    return static_cast<double>((n + side - 1) / side);
}

double mean_kv_rows(std::int64_t context, std::int64_t tokens, int side) {
    tokens = std::max<std::int64_t>(1, tokens);
    double sum = 0;
    for (std::int64_t length = context; length < context + tokens;) {
        const std::int64_t rows = (length + side - 1) / side;
        const std::int64_t last =
            std::min(context + tokens - 1, rows * side);  // same number of rows up to here
        sum += static_cast<double>(rows) * static_cast<double>(last - length + 1);
        length = last + 1;
    }
    return sum / static_cast<double>(tokens);
}

DecodeLayer decode_layer(const core::LlmConfig& m, double s, int side) {
    const double d = padded_share(m.hidden, side), q = padded_share(m.heads * m.head_dim, side),
                 kv = padded_share(m.kv_heads * m.head_dim, side);
    const bool moe = m.experts > 0;
    const double f = padded_share(moe && m.expert_ffn > 0 ? m.expert_ffn : m.ffn, side);
    const double up = m.gated_ffn ? 2 : 1;
    const auto active = moe ? m.experts_per_token + m.shared_experts : 1;
    const auto stored = static_cast<double>(moe ? m.experts + m.shared_experts : 1);
    const auto used = static_cast<double>(active);
    DecodeLayer layer;
    layer.steps = {{"norm", SliceKind::norm, 0, 1, true},
                   {"q, k, v", SliceKind::gemm, d * (q + 2 * kv), q + 2 * kv, false},
                   {"scores", SliceKind::attention, q * s, s, true},
                   {"softmax max", SliceKind::norm, 0, 1, true},
                   {"softmax sum", SliceKind::norm, 0, 1, true},
                   {"values", SliceKind::attention, q * s, q, false},
                   {"output", SliceKind::gemm, q * d, d, true},
                   {"norm", SliceKind::norm, 0, 1, true}};
    // Every core holds a slice of every expert: the chosen ones run in turn, their outputs are summed once.
    if (moe)
        layer.steps.push_back({"router", SliceKind::gemm, d * padded_share(m.experts, side),
                               padded_share(m.experts, side), true});
    layer.steps.push_back(
        {"FFN up", SliceKind::gemm, used * up * d * f, up * f, false, static_cast<int>(active)});
    layer.steps.push_back({"FFN down", SliceKind::gemm, used * d * f, d, true});
    layer.weight_macs = d * (q + 2 * kv) + q * d + stored * (up + 1) * d * f;
    layer.kv_bytes = 2 * kBytesPerValue * kv * s;
    return layer;
}

std::vector<DecodeStep> decode_head(const core::LlmConfig& model, int side) {
    const double v = padded_share(model.vocab, side);
    return {{"LM head", SliceKind::embedding, padded_share(model.hidden, side) * v, v, true},
            {"sampling", SliceKind::embedding, 0, 1, true}};
}

double sum_cycles(const DecodeStep& step, const DecodeRegion& r) {
    return step.calls *
           two_tree_all_reduce(r.side, r.groups, std::ceil(r.batch * step.sums / 2), r.ramp_cycles);
}

double step_cycles(const DecodeStep& step, const DecodeRegion& region, const DecodeConstants& constants) {
    return constants.cycles_per_mac * region.batch * step.macs + sum_cycles(step, region);
}

double fixed_cycles(const DecodeLayer& layer, const DecodeConstants& constants) {
    int calls = 0;
    for (const auto& step : layer.steps) calls += step.calls;
    return constants.fixed_per_layer * (1 + kExtraCallShare * std::max(0, calls - kDenseCalls));
}

double layer_cycles(const DecodeLayer& layer, const DecodeRegion& region, const DecodeConstants& constants) {
    double cycles = fixed_cycles(layer, constants);
    for (const auto& step : layer.steps) cycles += step_cycles(step, region, constants);
    return cycles;
}

double gemv_cycles(std::int64_t n, const DecodeRegion& region, double cycles_per_mac) {
    const double d = padded_share(n, region.side);
    return step_cycles({"GEMV", SliceKind::gemm, d * d, d}, region, {0, cycles_per_mac});
}

}  // namespace waferscope::sim
