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

namespace {

/// Query, key and value products, attention and output, with the weights and the cache they need.
void add_attention(DecodeLayer& layer, const core::LlmConfig& m, double s, int side) {
    const double d = padded_share(m.hidden, side);
    const auto gemv = [&](const char* name, double macs, double sums, bool along_rows) {
        layer.steps.push_back({name, SliceKind::gemm, macs, sums, along_rows});
        layer.weight_macs += macs;
    };
    const auto attend = [&](double query, double value) {
        layer.steps.push_back({"scores", SliceKind::attention, query * s, s, true});
        layer.steps.push_back({"softmax max", SliceKind::norm, 0, 1, true});
        layer.steps.push_back({"softmax sum", SliceKind::norm, 0, 1, true});
        layer.steps.push_back({"values", SliceKind::attention, value * s, value, false});
    };
    if (m.kv_lora_rank == 0) {
        const double q = padded_share(m.heads * m.head_dim, side), kv = padded_share(m.kv_heads * m.head_dim, side);
        gemv("q, k, v", d * (q + 2 * kv), q + 2 * kv, false);
        attend(q, q);
        gemv("output", q * d, d, true);
        layer.kv_bytes = 2 * kBytesPerValue * kv * s;
        return;
    }
    // Latent attention: the up-projections of keys and values are applied to queries and outputs instead.
    const double latent = padded_share(m.kv_lora_rank, side), rope = padded_share(m.qk_rope_head_dim, side), rank = padded_share(m.q_lora_rank, side);
    const double q = padded_share(m.heads * (m.qk_nope_head_dim + m.qk_rope_head_dim), side), out = padded_share(m.heads * m.v_head_dim, side);
    const double per_head = padded_share(m.heads * m.kv_lora_rank, side);
    gemv("latent", d * (rank + latent + rope), rank + latent + rope, false);
    gemv("q", (m.q_lora_rank > 0 ? rank : d) * q, q, true);
    gemv("q to latent", static_cast<double>(m.qk_nope_head_dim) * per_head / side, per_head, false);
    attend(per_head + padded_share(m.heads * m.qk_rope_head_dim, side), per_head);
    gemv("latent to v", static_cast<double>(m.v_head_dim) * per_head / side, out, false);
    gemv("output", out * d, d, true);
    layer.kv_bytes = kBytesPerValue * (latent + rope) * s;
}

void add_experts(DecodeLayer& layer, const core::LlmConfig& m, int side, ExpertMapping mapping) {
    const double up = m.gated_ffn ? 2 : 1, d = padded_share(m.hidden, side), f = padded_share(m.expert_ffn > 0 ? m.expert_ffn : m.ffn, side);
    const auto active = static_cast<int>(m.experts_per_token + m.shared_experts);
    const auto stored = static_cast<double>(m.experts + m.shared_experts);
    const double choices = padded_share(m.experts, side);
    layer.steps.push_back({"router", SliceKind::gemm, d * choices, choices, true});
    if (mapping == ExpertMapping::sliced) {  // the chosen ones run in turn, their outputs are summed once
        layer.steps.push_back({"FFN up", SliceKind::gemm, active * up * d * f, up * f, false, active});
        layer.steps.push_back({"FFN down", SliceKind::gemm, active * d * f, d, true});
        layer.weight_macs += stored * (up + 1) * d * f;
        return;
    }
    const int part = side / static_cast<int>(std::ceil(std::sqrt(stored)));
    const double spread = stored / active, pd = padded_share(m.hidden, part), pf = padded_share(m.expert_ffn > 0 ? m.expert_ffn : m.ffn, part);
    const double moved = static_cast<double>(m.hidden) / 2 / part;  // through all rows of a square's edge
    layer.steps.push_back({.name = "to the experts", .kind = SliceKind::send_recv, .spread = spread, .moved = moved, .distance = side});
    layer.steps.push_back({.name = "FFN up", .kind = SliceKind::gemm, .macs = up * pd * pf, .sums = up * pf, .along_rows = false, .side = part, .spread = spread});
    layer.steps.push_back({.name = "FFN down", .kind = SliceKind::gemm, .macs = pd * pf, .sums = pd, .side = part, .spread = spread});
    layer.steps.push_back({.name = "from the experts", .kind = SliceKind::send_recv, .spread = spread, .moved = moved, .distance = side});
    // Each square holds one expert: per core of the region as many weights as per core of a square.
    layer.weight_macs += (up + 1) * pd * pf;
}

}  // namespace

DecodeLayer decode_layer(const core::LlmConfig& m, double s, int side, ExpertMapping mapping) {
    DecodeLayer layer{.mapping = mapping};
    layer.steps.push_back({"norm", SliceKind::norm, 0, 1, true});
    add_attention(layer, m, s, side);
    layer.steps.push_back({"norm", SliceKind::norm, 0, 1, true});
    if (m.experts > 0) {
        add_experts(layer, m, side, mapping);
        return layer;
    }
    const double d = padded_share(m.hidden, side), f = padded_share(m.ffn, side), up = m.gated_ffn ? 2 : 1;
    layer.steps.push_back({"FFN up", SliceKind::gemm, up * d * f, up * f, false});
    layer.steps.push_back({"FFN down", SliceKind::gemm, d * f, d, true});
    layer.weight_macs += (up + 1) * d * f;
    return layer;
}

std::vector<DecodeStep> decode_head(const core::LlmConfig& model, int side) {
    const double v = padded_share(model.vocab, side);
    return {{"LM head", SliceKind::embedding, padded_share(model.hidden, side) * v, v, true},
            {"sampling", SliceKind::embedding, 0, 1, true}};
}

namespace {

/// Sequences that pass a step at once.
double passing(const DecodeStep& step, const DecodeRegion& r) {
    return step.spread > 1 ? std::ceil(r.batch / step.spread) : r.batch;
}

}  // namespace

double sum_cycles(const DecodeStep& step, const DecodeRegion& r) {
    if (step.moved > 0) return passing(step, r) * step.moved + step.distance + 2 * r.ramp_cycles;
    const int side = step.side > 0 ? step.side : r.side;
    const int groups = step.side > 0 ? default_groups(side) : r.groups;
    return step.calls * two_tree_all_reduce(side, groups, std::ceil(passing(step, r) * step.sums / 2), r.ramp_cycles);
}

double arithmetic_cycles(const DecodeStep& step, const DecodeRegion& region, const DecodeConstants& constants) {
    return constants.cycles_per_mac * passing(step, region) * step.macs;
}

double step_cycles(const DecodeStep& step, const DecodeRegion& region, const DecodeConstants& constants) {
    return arithmetic_cycles(step, region, constants) + sum_cycles(step, region);
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

DecodeLayer fastest_layer(const core::LlmConfig& model, double kv_rows, const DecodeRegion& region, const DecodeConstants& constants) {
    auto sliced = decode_layer(model, kv_rows, region.side, ExpertMapping::sliced);
    const auto stored = static_cast<double>(model.experts + model.shared_experts);
    if (model.experts == 0 || std::ceil(std::sqrt(stored)) * 2 > region.side) return sliced;  // a square has 2 x 2 cores at least
    auto squares = decode_layer(model, kv_rows, region.side, ExpertMapping::squares);
    return layer_cycles(squares, region, constants) < layer_cycles(sliced, region, constants) ? squares : sliced;
}

double gemv_cycles(std::int64_t n, const DecodeRegion& region, double cycles_per_mac) {
    const double d = padded_share(n, region.side);
    return step_cycles({"GEMV", SliceKind::gemm, d * d, d}, region, {0, cycles_per_mac});
}

}  // namespace waferscope::sim
