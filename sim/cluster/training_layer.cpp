// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/training_layer.hpp"

#include "sim/cluster/adapters.hpp"
#include "sim/cluster/collective.hpp"
#include "sim/cluster/gemm.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::sim {
namespace {

constexpr double kBytes = 2;  ///< activations stay at 16 bit whatever the products use
constexpr double kGateTraffic = 1.5;  ///< of a gated activation: two tensors read and one written, against one and one
/// An 8-bit input of a product, its scale taken from its own maximum: 16 bit read for the maximum, read again, written
/// along its rows and along its columns. A norm finds the maximum of its output on the way.
constexpr double kCastBytes = 6, kNormCastBytes = 4;

double real(std::int64_t value) { return static_cast<double>(value); }

/// Forward product, and the two of backward (gradient of the input, gradient of the weight; frozen: the first alone).
struct Products {
    bool frozen = false;
    double forward = 0, backward = 0, flops = 0, bytes = 0;
    void add(const GemmShape& g, const ChipSpec& chip) {
        forward += gemm_s(g, chip, kBytes);
        backward += gemm_s({g.m, g.k, g.n, g.batch}, chip, kBytes) + (frozen ? 0 : gemm_s({g.k, g.n, g.m, g.batch}, chip, kBytes));
        flops += 2 * g.m * g.n * g.k * g.batch;
        bytes += kBytes * (g.m * g.k + g.k * g.n + g.m * g.n) * g.batch;
    }
};

}  // namespace

TrainingLayer training_layer(const core::LlmConfig& m, const core::Scenario& sc, const core::ParallelPlan& p, const ChipSpec& chip) {
    const auto& k = chip.constants;
    const double t = p.tp, h = real(m.hidden), s = real(sc.seq), b = p.micro_batch;
    const double tokens = b * s / p.cp;
    const double head = m.kv_lora_rank > 0 ? real(m.qk_nope_head_dim + m.qk_rope_head_dim) : real(m.head_dim);
    const double q = real(m.heads) * head / t, kv = std::max(real(m.kv_heads) * head / t, head);
    const bool moe = m.experts > 0;
    const double f = real(moe && m.expert_ffn > 0 ? m.expert_ffn : m.ffn) / t;
    const double active = moe ? real(m.experts_per_token + m.shared_experts) : 1;
    const double experts = moe ? std::max(1.0, real(m.experts) / p.ep) : 1;
    const double rows = moe ? std::max(1.0, tokens * active / experts) : tokens;

    const bool adapters = trains_adapters(sc);
    Products linear{.frozen = adapters};
    linear.add({tokens, q + 2 * kv, h}, chip);
    linear.add({tokens, h, q}, chip);
    linear.add({rows, m.gated_ffn ? 2 * f : f, h, experts}, chip);
    linear.add({rows, h, f, experts}, chip);
    if (moe) linear.add({tokens, real(m.experts), h}, chip);

    Products low_rank;  // into rank r and out again
    if (adapters) {
        const auto beside = [&](double in, double out) {
            const double r = sc.options.lora_rank;
            low_rank.add({tokens, r, in}, chip);
            low_rank.add({tokens, out, r}, chip);
        };
        beside(h, q + 2 * kv), beside(q, h);
        if (!moe || m.shared_experts > 0) beside(h, m.gated_ffn ? 2 * f : f), beside(f, h);
    }

    // Attention: scores and values of every head; a fused kernel skips the masked half and keeps scores on chip.
    const bool flash = sc.options.attention.value_or(core::Attention::standard) == core::Attention::flash;
    const double heads = real(m.heads) / t;
    double core_forward = 0, core_backward = 0, core_bytes = 0;
    const double core_flops = 4 * tokens * s * q;
    if (flash) {
        const double rate = chip.flops_per_s * k.attention_efficiency * k.sustained_clock * attention_fill(head, chip);
        // 8-bit runs keep attention at 16 bit: half of the rate of the products.
        const double slower = sc.precision == core::Precision::fp8 ? 2 : 1;
        core_forward = core_flops / 2 / rate * slower;
        core_backward = 2.5 * core_forward;  // five products against two
        core_bytes = kBytes * tokens * (2 * q + 2 * kv);
    } else {
        Products scores;
        scores.add({s / p.cp, s, head, b * heads}, chip);
        scores.add({s / p.cp, head, s, b * heads}, chip);
        const double element_wise = k.score_bytes * heads * s * tokens / (chip.memory_bytes_per_s * chip.memory_efficiency);
        core_forward = scores.forward + element_wise;
        core_backward = scores.backward + 2 * element_wise;
        core_bytes = scores.bytes + k.score_bytes * heads * s * tokens;
    }

    // Stacks with fused attention fuse norms and activations too.
    const double norm_bytes = flash ? k.fused_norm_bytes : k.norm_bytes, sharded_bytes = flash ? k.fused_sharded_bytes : k.sharded_bytes;
    const double along = p.sequence_parallel ? t : 1;
    double element_bytes = tokens * (norm_bytes * h / along + sharded_bytes * (q + 2 * kv + active * f * (m.gated_ffn ? kGateTraffic : 1)));
    if (core::precision_bytes(sc.precision) < 2) element_bytes += tokens * (kNormCastBytes * 2 * h + kCastBytes * (q + active * f));
    const double element_wise = element_bytes / (chip.memory_bytes_per_s * chip.memory_efficiency);
    const double forward = linear.forward + low_rank.forward + core_forward + element_wise;
    const double backward = linear.backward + low_rank.backward + core_backward + 2 * element_wise;

    TrainingLayer layer;
    // Two all-reduces of the hidden state each way; with sequence parallelism two pairs of the same volume.
    const double hidden_bytes = kBytes * tokens * h;
    if (p.tp > 1) {
        layer.forward_sum_s = 2 * all_reduce_s(hidden_bytes, p.tp, chip, p.tp > chip.domain);
        layer.sum_bytes = 2 * collective_volume(core::CollectiveKind::all_reduce, p.tp) * hidden_bytes;
        if (p.sequence_parallel && sc.options.overlap) {  // gathers and scatters run piecewise beside the product they feed
            layer.hidden_sum_s = 2 * k.tp_overlap * layer.forward_sum_s;
            layer.forward_sum_s *= 1 - k.tp_overlap;
        }
    }
    if (p.ep > 1) layer.forward_sum_s += 2 * collective_s(core::CollectiveKind::all_to_all, hidden_bytes * real(m.experts_per_token) / t, p.ep, chip, p.tp * p.ep > chip.domain);
    if (p.cp > 1) layer.forward_sum_s += std::max(0.0, (p.cp - 1) * send_s(kBytes * tokens * 2 * kv, chip, p.tp * p.cp > chip.domain) - core_forward);
    layer.backward_sum_s = layer.forward_sum_s;

    // The host launches kernels ahead of the device: a layer is never faster than its launches, sums included.
    const double grow = (1 + k.floor_tp * (std::min(p.tp, 8) - 1) / 7.0) * chip.launch_scale;
    const auto held = [&](double kernels, double sum, double floor) { return std::max(kernels, floor * grow - sum); };
    layer.forward_s = held(forward, layer.forward_sum_s, k.floor_forward_s);
    const bool full = p.recompute == core::Recompute::full, selective = p.recompute == core::Recompute::selective;
    layer.backward_s = held(backward + (selective && !flash ? core_forward : 0), layer.backward_sum_s, k.floor_backward_s);
    if (full) {
        layer.backward_s += layer.forward_s;
        layer.backward_sum_s += layer.forward_sum_s;
    }
    layer.flops = linear.flops + low_rank.flops + core_flops * (flash ? 0.5 : 1);
    layer.bytes = linear.bytes + low_rank.bytes + core_bytes + element_bytes;
    layer.parameters = h * (q + 2 * kv) + q * h + (moe ? real(m.experts) / p.ep + real(m.shared_experts) : 1) * (m.gated_ffn ? 3 : 2) * h * f;
    layer.recomputed = full ? 1 : selective ? core_flops / (linear.flops + core_flops) : 0;
    return layer;
}

HeadTime training_head(const core::LlmConfig& m, const core::Scenario& sc, const core::ParallelPlan& p, const ChipSpec& chip) {
    const double tokens = static_cast<double>(p.micro_batch) * real(sc.seq) / p.cp, v = real(m.vocab) / p.tp, h = real(m.hidden);
    ChipSpec wide = chip;  // the head stays at 16 bit
    if (core::precision_bytes(sc.precision) < 2) {
        wide.flops_per_s = chip.flops_per_s / 2;
        wide.compute_efficiency = chip.constants.gemm_efficiency * chip.constants.sustained_clock;
    }
    Products product{.frozen = trains_adapters(sc)};
    product.add({tokens, v, h}, wide);
    const bool fused = sc.options.attention.value_or(core::Attention::standard) == core::Attention::flash;
    const double loss = (fused ? chip.constants.fused_logit_bytes : chip.constants.logit_bytes) * tokens * v / (chip.memory_bytes_per_s * chip.memory_efficiency);
    return {product.forward + loss, product.backward + loss};
}

}  // namespace waferscope::sim
