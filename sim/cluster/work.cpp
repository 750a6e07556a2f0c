// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/work.hpp"

#include "sim/cluster/collective.hpp"
#include "sim/cluster/gemm.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::sim {

using core::LlmConfig;
using core::SliceKind;

namespace {

double real(std::int64_t value) { return static_cast<double>(value); }

}  // namespace

double work_time_s(const Work& work, const ChipSpec& chip) {
    const double rate = work.rate_share > 0 ? work.rate_share : chip.compute_efficiency;
    const double memory = work.memory_share > 0 ? work.memory_share : chip.memory_efficiency;
    const double arithmetic = work.flops / (chip.flops_per_s * rate * std::max(work.padding, 1e-3));
    return std::max(arithmetic, work.bytes / (chip.memory_bytes_per_s * memory)) + work.fixed_s;
}

core::Precision kv_precision(const core::Scenario& scenario) {
    return scenario.options.kv_precision.value_or(scenario.precision == core::Precision::fp4 ? core::Precision::fp8 : scenario.precision);
}

double engine_sum_s(double bytes, int ranks, const ChipSpec& chip, bool across_nodes) {
    const double ring = all_reduce_s(bytes, ranks, chip, across_nodes);
    if (across_nodes || ranks <= 1 || chip.topology != core::Topology::switched) return ring;
    const auto& k = chip.constants;
    const double start = (k.collective_base_s + 2 * (ranks - 1) * k.collective_step_s) / 2;
    return std::min(ring, start + bytes * (ranks - 1) / (chip.scale_up_bytes_per_s * k.collective_bandwidth_share));
}

std::vector<Work> layer_work(const LlmConfig& m, const Tokens& tokens, int tp, const core::Scenario& sc, const ChipSpec& chip) {
    const auto& k = chip.constants;
    const double b = core::precision_bytes(sc.precision), t = tp, n = tokens.count;
    const double activation_bytes = std::max(b, 2.0);  // activations stay at 16 bit between kernels
    const bool latent = m.kv_lora_rank > 0;
    const double h = real(m.hidden), head = latent ? real(m.qk_nope_head_dim + m.qk_rope_head_dim) : real(m.head_dim);
    const double q = real(m.heads) * head / t, kv = latent ? real(m.kv_lora_rank + m.qk_rope_head_dim) / 2 : std::max(real(m.kv_heads) * head / t, head);
    const bool moe = m.experts > 0;
    const double f = real(moe && m.expert_ffn > 0 ? m.expert_ffn : m.ffn) / t, mats = m.gated_ffn ? 3 : 2;
    const double active = moe ? real(m.experts_per_token + m.shared_experts) : 1;
    // Experts whose weights are read: all that any token of the batch chose.
    const double touched = moe ? real(m.shared_experts) + real(m.experts) * (1 - std::pow(1 - real(m.experts_per_token) / real(m.experts), n)) : 1;
    const auto product = [&](const char* name, double columns, double depth, double reduced) {
        return Work{.name = name, .flops = 2 * n * columns * depth, .bytes = b * columns * depth + activation_bytes * n * (columns + depth),
                    .padding = shape_efficiency({n, columns, depth}, chip), .memory_share = k.weight_efficiency, .launches = 0, .reduced_bytes = reduced};
    };
    const double hidden = n * h * activation_bytes;
    const double fresh = n / std::max(1.0, tokens.sequences);  // new tokens per sequence; each sees half of the others
    const double seen = m.sliding_window > 0 && m.sliding_window_pattern == 0 ? std::min(tokens.context, real(m.sliding_window)) : tokens.context;
    // A decode kernel needs about one block per sequence, KV head and 256 tokens to use all units.
    const double blocks = tokens.sequences * std::max(1.0, real(m.kv_heads) / t) * std::ceil(seen / 256);
    const double spread = chip.compute_units > 0 ? std::min(1.0, blocks / chip.compute_units) : 1;
    const bool flash = sc.options.attention.value_or(core::Attention::flash) == core::Attention::flash;
    const double scores = flash || fresh <= 1 ? 0 : k.score_bytes * n * seen * real(m.heads) / t;
    const double kv_bytes = core::precision_bytes(kv_precision(sc));
    const double sum = tp > 1 ? hidden : 0;
    std::vector<Work> work;
    work.push_back({.name = "norm and small kernels", .kind = SliceKind::norm, .bytes = 8 * hidden / activation_bytes, .fixed_s = k.layer_s * 5 * chip.launch_scale, .launches = 0});
    work.push_back(product("q, k, v", q + 2 * kv, h, 0));
    work.push_back({.name = "attention", .kind = SliceKind::attention, .flops = 4 * n * (seen - (fresh > 1 ? fresh / 2 : 0)) * q,
                    .bytes = tokens.sequences * seen * 2 * kv * kv_bytes + 2 * n * q * activation_bytes + scores, .padding = attention_fill(head, chip), .rate_share = k.attention_efficiency * k.sustained_clock * chip.sixteen_bit_share,
                    .memory_share = k.kv_efficiency * (fresh > 1 ? 1 : std::max(0.02, spread)), .launches = 0});
    work.push_back(product("output", h, q, sum));
    work.push_back({.name = "norm", .kind = SliceKind::norm, .bytes = 6 * hidden / activation_bytes + 4 * n * active * f * (m.gated_ffn ? 2 : 1), .launches = 0});
    work.push_back({.name = moe ? "experts" : "FFN", .flops = 2 * n * active * mats * h * f, .bytes = b * touched * mats * h * f + activation_bytes * n * active * (mats * f + 2 * h),
                    .padding = shape_efficiency({std::max(1.0, n * active / std::max(1.0, touched)), f, h, std::max(1.0, touched)}, chip), .memory_share = k.weight_efficiency, .launches = 0, .reduced_bytes = sum});
    return work;
}

Work head_work(const LlmConfig& m, double tokens, double sequences, int tp, core::Precision precision, const ChipSpec& chip) {
    const double b = std::max(2.0, core::precision_bytes(precision)), v = real(m.vocab) / tp, h = real(m.hidden);
    return {.name = "head", .kind = SliceKind::embedding, .flops = 2 * tokens * v * h, .bytes = b * (v * h + tokens * (v + h)), .padding = shape_efficiency({tokens, v, h}, chip),
            .rate_share = chip.constants.gemm_efficiency * chip.constants.sustained_clock * chip.sixteen_bit_share, .memory_share = chip.constants.weight_efficiency, .fixed_s = chip.constants.sequence_s * sequences, .launches = 0};
}

std::vector<Work> graph_work(const core::Workload& workload, double samples, int devices, core::Precision precision, const ChipSpec& chip) {
    std::vector<Work> all;
    const double factor = samples / static_cast<double>(std::max<std::int64_t>(1, workload.batch));
    const double b = core::precision_bytes(precision);
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i) {
        const auto& op = workload.operators[i];
        if (const auto* comm = std::get_if<core::CommDims>(&op.dims)) {
            const int ranks = static_cast<int>(std::min<std::int64_t>(comm->group_size > 0 ? comm->group_size : devices, devices));
            if (ranks > 1) all.push_back({.name = comm->kind, .ranks = ranks, .collective = collective_kind(comm->kind), .buffer_bytes = comm->bytes, .op = i});
            continue;
        }
        if (op.macs <= 0 && op.other_ops <= 0) continue;
        const auto count = static_cast<double>(core::repetitions(workload, i));
        double moved = 0;
        for (const auto t : op.outputs) moved += static_cast<double>(workload.tensors[t].elements());
        for (const auto t : op.inputs)
            if (workload.tensors[t].kind != core::TensorKind::weight && workload.tensors[t].kind != core::TensorKind::constant) moved += static_cast<double>(workload.tensors[t].elements());
        Work work{.name = op.name.empty() ? op.type : op.name, .flops = 2 * op.macs * factor * count + op.other_ops * factor * count, .bytes = b * (moved * factor + op.parameters) * count, .launches = count, .op = i};
        if (const auto* conv = std::get_if<core::ConvDims>(&op.dims))
            work.padding = shape_efficiency({static_cast<double>(conv->out_height * conv->out_width) * samples, static_cast<double>(conv->out_channels) / static_cast<double>(conv->groups),
                                     static_cast<double>(conv->in_channels * conv->kernel_height * conv->kernel_width) / static_cast<double>(conv->groups)}, chip);
        else if (const auto* gemm = std::get_if<core::GemmDims>(&op.dims))
            work.padding = shape_efficiency({static_cast<double>(gemm->m) * factor, static_cast<double>(gemm->n), static_cast<double>(gemm->k)}, chip);
        if (op.macs <= 0) work.kind = op.kind == core::OpKind::embedding ? SliceKind::embedding : SliceKind::norm;
        if (op.kind == core::OpKind::matmul || op.kind == core::OpKind::attention) work.kind = SliceKind::attention;
        all.push_back(work);
    }
    return all;
}

}  // namespace waferscope::sim
