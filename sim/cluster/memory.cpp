// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/memory.hpp"

#include "sim/cluster/adapters.hpp"

#include <algorithm>

namespace waferscope::sim {

double activation_bytes_per_layer(const core::LlmConfig& m, double seq, const core::ParallelPlan& p, bool scores) {
    const auto h = static_cast<double>(m.hidden);
    const double sbh = seq / p.cp * p.micro_batch * h, t = p.tp;
    if (p.recompute == core::Recompute::full) return 2 * sbh;
    const double kept = scores && p.recompute == core::Recompute::none ? 5.0 * static_cast<double>(m.heads) * seq / h : 0;
    return p.sequence_parallel ? sbh / t * (34 + kept) : sbh * (10 + 24 / t + kept / t);
}

double layer_parameters(const core::LlmConfig& m) {
    core::LlmConfig layers = m;  // without tables, norms and head: 12 h^2 in a GPT layer
    layers.vocab = layers.learned_positions = layers.token_types = 0;
    layers.final_norm = layers.pooler = layers.embedding_norm = layers.has_head = false;
    layers.norms_per_layer = 0;
    return core::total_parameters(layers) / static_cast<double>(std::max<std::int64_t>(1, m.layers));
}

double expert_parameters(const core::LlmConfig& m) {
    if (m.experts == 0) return 0;
    const double with_experts = 1 - static_cast<double>(m.first_dense_layers) / static_cast<double>(std::max<std::int64_t>(1, m.layers));
    return with_experts * static_cast<double>(m.experts) * (m.gated_ffn ? 3 : 2) * static_cast<double>(m.hidden) * static_cast<double>(m.expert_ffn > 0 ? m.expert_ffn : m.ffn);
}

double outer_state_bytes(const core::LlmConfig& m, const core::Scenario& sc, const core::ParallelPlan& p) {
    const double parameters = (core::total_parameters(m) - layer_parameters(m) * static_cast<double>(m.layers)) / p.tp;
    if (trains_adapters(sc)) return 2 * parameters / (p.zero >= 3 ? p.dp : 1) / (p.pp > 1 ? 2 : 1);
    return parameters * (p.zero >= 3 ? 18.0 / p.dp : p.zero == 2 ? 2 + 16.0 / p.dp : p.zero == 1 ? 6 + 12.0 / p.dp : 18.0) / (p.pp > 1 ? 2 : 1);
}

core::MemoryUse training_memory(const core::LlmConfig& m, const core::Scenario& sc, const core::ParallelPlan& p) {
    // Experts are dealt out over ep devices of the data-parallel group; ZeRO divides what dp / ep copies share.
    const double layers = static_cast<double>(m.layers) / p.tp / p.pp, experts = expert_parameters(m) * layers / p.ep, dense = layer_parameters(m) * layers - experts * p.ep, d = p.dp;
    const auto held = [&](double bytes, bool divided) { return bytes * (divided ? dense / d + experts / (d / p.ep) : dense + experts); };
    core::MemoryUse memory;
    memory.weights = held(2, p.zero >= 3);
    memory.gradients = held(4, p.zero >= 2);
    memory.optimizer = held(12, p.zero >= 1);
    if (trains_adapters(sc)) {
        const double adapters = adapter_parameters(m, sc.options.lora_rank) / p.tp / p.pp;
        memory.weights = *memory.weights + 2 * adapters;
        memory.gradients = 4 * adapters / (p.zero >= 2 ? d : 1);
        memory.optimizer = 12 * adapters / (p.zero >= 1 ? d : 1);
    }
    const auto seq = static_cast<double>(sc.seq);
    const bool scores = sc.options.attention.value_or(core::Attention::standard) == core::Attention::standard;
    // Stage 0 holds p micro-batches of L/p layers: all L layers, more when stages are interleaved, fewer when the
    // step has fewer micro-batches than stages.
    const double micro_batches = std::max(1.0, static_cast<double>(sc.global_batch) / (d * p.micro_batch));
    const double stages = p.pp, chunks = std::max(1, p.interleave);
    const double in_flight = p.pp == 1 ? 1 : std::min(stages * (1 + (stages - 1) / (stages * chunks) * (chunks > 1 ? 1 : 0)), micro_batches);
    memory.activations = activation_bytes_per_layer(m, seq, p, scores) * static_cast<double>(m.layers) / stages * in_flight;
    if (p.recompute == core::Recompute::full) {
        core::ParallelPlan one = p;
        one.recompute = core::Recompute::none;
        memory.activations = *memory.activations + activation_bytes_per_layer(m, seq, one, scores);  // the layer being recomputed
    }
    memory.total = *memory.weights + *memory.gradients + *memory.optimizer + *memory.activations;
    return memory;
}

}  // namespace waferscope::sim
