// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/work.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::sim {

using core::LlmConfig;
using core::SliceKind;

double tile_fill(double m, double n, double k, double array) {
    const auto fill = [&](double x) { return x / (array * std::ceil(x / array)); };
    // Rows stream through the array; only large n and k are padded, few rows are a matter of bandwidth.
    return fill(n) * fill(k) * (m >= array ? fill(m) : 1.0);
}

double work_time_s(const Work& work, const ChipSpec& chip) {
    const double arithmetic = work.flops / (chip.flops_per_s * chip.compute_efficiency * std::max(work.padding, 1e-3));
    const double traffic = work.bytes / (chip.memory_bytes_per_s * chip.memory_efficiency);
    return std::max(arithmetic, traffic);
}

std::vector<Work> layer_work(const LlmConfig& m, double tokens, double context, double sequences, int tp, core::Precision precision, core::Precision kv_precision, bool flash,
                             const ChipSpec& chip) {
    const double b = core::precision_bytes(precision), kvb = core::precision_bytes(kv_precision);
    const auto h = static_cast<double>(m.hidden), q = static_cast<double>(m.heads * m.head_dim) / tp;
    const double kv = std::max(static_cast<double>(m.kv_heads * m.head_dim) / tp, static_cast<double>(m.head_dim));
    const bool moe = m.experts > 0;
    const double f = static_cast<double>(moe && m.expert_ffn > 0 ? m.expert_ffn : m.ffn) / tp;
    const double mats = m.gated_ffn ? 3 : 2;
    const double active = moe ? static_cast<double>(m.experts_per_token + m.shared_experts) : 1;
    // Experts whose weights are read: all that any token of the batch chose.
    const double touched = moe ? static_cast<double>(m.shared_experts) + static_cast<double>(m.experts) * (1 - std::pow(1 - static_cast<double>(m.experts_per_token) / static_cast<double>(m.experts), tokens)) : 1;
    const auto gemm = [&](const char* name, double n, double k, double reduced) {
        return Work{.name = name, .flops = 2 * tokens * n * k, .bytes = b * (n * k + tokens * (n + k)), .padding = tile_fill(tokens, n, k, chip.array), .reduced_bytes = reduced};
    };
    const double activation = tokens * h * b;
    const double scores = flash ? 0 : 2 * tokens * context * static_cast<double>(m.heads) / tp * b * 2;
    std::vector<Work> work;
    work.push_back({.name = "norm", .kind = SliceKind::norm, .flops = 5 * tokens * h, .bytes = 2 * activation, .launches = 2});
    work.push_back(gemm("q, k, v", q + 2 * kv, h, 0));
    const double new_per_sequence = tokens / std::max(1.0, sequences);
    work.push_back({.name = "attention", .kind = SliceKind::attention, .flops = 4 * tokens * (context - (new_per_sequence > 1 ? new_per_sequence / 2 : 0)) * q,
                    .bytes = sequences * context * 2 * kv * kvb + 2 * tokens * q * b + scores, .launches = flash ? 2.0 : 5.0});
    work.push_back(gemm("output", h, q, tp > 1 ? activation : 0));
    work.push_back({.name = "norm", .kind = SliceKind::norm, .flops = 5 * tokens * h, .bytes = 3 * activation, .launches = 3});
    Work ffn{.name = moe ? "experts" : "FFN", .flops = 2 * tokens * active * mats * h * f, .bytes = b * (touched * mats * h * f + tokens * active * (mats * f + 2 * h)),
             .padding = tile_fill(tokens * active / std::max(1.0, touched), f, h, chip.array), .launches = mats + 1, .reduced_bytes = tp > 1 ? activation : 0};
    work.push_back(ffn);
    return work;
}

Work head_work(const LlmConfig& m, double tokens, int tp, core::Precision precision, const ChipSpec& chip) {
    const double b = core::precision_bytes(precision), v = static_cast<double>(m.vocab) / tp, h = static_cast<double>(m.hidden);
    return {.name = "head", .kind = SliceKind::embedding, .flops = 2 * tokens * v * h, .bytes = b * (v * h + tokens * (v + h)), .padding = tile_fill(tokens, v, h, chip.array), .launches = 3};
}

std::vector<Work> graph_work(const core::Workload& workload, double samples, core::Precision precision, const ChipSpec& chip) {
    std::vector<Work> all;
    const double factor = samples / static_cast<double>(std::max<std::int64_t>(1, workload.batch));
    const double b = core::precision_bytes(precision);
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i) {
        const auto& op = workload.operators[i];
        if (op.macs <= 0 && op.other_ops <= 0) continue;
        const auto count = static_cast<double>(core::repetitions(workload, i));
        double moved = 0;
        for (const auto t : op.outputs) moved += static_cast<double>(workload.tensors[t].elements());
        for (const auto t : op.inputs)
            if (workload.tensors[t].kind != core::TensorKind::weight && workload.tensors[t].kind != core::TensorKind::constant) moved += static_cast<double>(workload.tensors[t].elements());
        Work work{.name = op.name.empty() ? op.type : op.name, .flops = 2 * op.macs * factor * count + op.other_ops * factor * count, .bytes = b * (moved * factor + op.parameters) * count, .launches = count, .op = i};
        if (const auto* conv = std::get_if<core::ConvDims>(&op.dims))
            work.padding = tile_fill(static_cast<double>(conv->out_height * conv->out_width) * samples, static_cast<double>(conv->out_channels) / static_cast<double>(conv->groups),
                                     static_cast<double>(conv->in_channels * conv->kernel_height * conv->kernel_width) / static_cast<double>(conv->groups), chip.array);
        else if (const auto* gemm = std::get_if<core::GemmDims>(&op.dims))
            work.padding = tile_fill(static_cast<double>(gemm->m) * factor, static_cast<double>(gemm->n), static_cast<double>(gemm->k), chip.array);
        if (op.macs <= 0) work.kind = op.kind == core::OpKind::embedding ? SliceKind::embedding : SliceKind::norm;
        if (op.kind == core::OpKind::matmul || op.kind == core::OpKind::attention) work.kind = SliceKind::attention;
        all.push_back(work);
    }
    return all;
}

double all_reduce_s(double bytes, int ranks, const ChipSpec& chip, bool across_nodes) {
    if (ranks <= 1 || bytes <= 0) return 0;
    const double volume = 2.0 * (ranks - 1) / ranks * bytes;
    const double fast = chip.scale_up_bytes_per_s, slow = chip.scale_out_bytes_per_s;
    const bool torus = chip.topology == core::Topology::torus2d || chip.topology == core::Topology::torus3d;
    const double hops = torus ? std::ceil(2 * std::sqrt(static_cast<double>(ranks))) : 2 * std::ceil(std::log2(static_cast<double>(ranks)));
    const double bandwidth = across_nodes ? (slow > 0 ? slow : fast) : fast;
    return volume / bandwidth + hops * chip.hop_latency_s + (across_nodes ? 2 * chip.network_latency_s : 0);
}

double send_s(double bytes, const ChipSpec& chip, bool across_nodes) {
    const double slow = chip.scale_out_bytes_per_s;
    return bytes / (across_nodes && slow > 0 ? slow : chip.scale_up_bytes_per_s) + (across_nodes ? chip.network_latency_s : chip.hop_latency_s);
}

}  // namespace waferscope::sim
