// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/inference.hpp"

#include "sim/cluster/cluster_run.hpp"
#include "sim/cluster/collective.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {

using core::SliceKind;

EngineStep engine_step(const core::LlmConfig& m, const Tokens& tokens, double sampled, const core::ParallelPlan& plan, const core::Scenario& sc, const ChipSpec& chip) {
    EngineStep step;
    const auto layers = static_cast<double>(m.layers);
    const bool across = plan.tp > chip.domain;
    for (const auto& work : layer_work(m, tokens, plan.tp, sc, chip)) {
        step.kernels_s += layers * work_time_s(work, chip);
        step.flops += layers * work.flops;
        step.bytes += layers * work.bytes;
        step.memory_s += layers * work.bytes / (chip.memory_bytes_per_s * (work.memory_share > 0 ? work.memory_share : chip.memory_efficiency));
        if (work.reduced_bytes > 0) step.sums_s += layers * engine_sum_s(work.reduced_bytes, plan.tp, chip, across);
    }
    const auto head = head_work(m, sampled, tokens.sequences, plan.tp, sc.precision, chip);
    step.kernels_s += work_time_s(head, chip);
    step.flops += head.flops;
    step.bytes += head.bytes;
    if (plan.pp > 1) step.sums_s += (plan.pp - 1) * send_s(tokens.count * static_cast<double>(m.hidden) * 2, chip, plan.tp * plan.pp > chip.domain);
    return step;
}

double sequences_per_group(double sequences, const core::ParallelPlan& plan) { return std::ceil(sequences / std::min<double>(plan.pp, std::max(1.0, sequences))); }

double replica_weight_bytes(const core::LlmConfig& m, core::Precision precision) { return core::total_parameters(m) * core::precision_bytes(precision); }
double replica_kv_bytes(const core::LlmConfig& m, const core::Scenario& sc) { return core::kv_bytes_per_token(m, core::precision_bytes(kv_precision(sc))); }

void finish_inference(ClusterRun& c, core::Lane compute, core::Lane network, double flops) {
    auto& s = c.run.summary;
    c.run.timeline.lanes.push_back(std::move(compute));
    if (!network.slices.empty()) c.run.timeline.lanes.push_back(std::move(network));
    s.step_time_s = c.run.timeline.end_s();
    s.tflops_per_chip = flops / s.step_time_s / c.scenario().chips / 1e12;
    s.mfu = flops / s.step_time_s / (c.chip.flops_per_s * c.devices());
    double busy = 0, network_time = 0;
    for (const auto& lane : c.run.timeline.lanes)
        for (const auto& slice : lane.slices) {
            if (slice.kind == SliceKind::wait) continue;
            (slice.kind == SliceKind::collective || slice.kind == SliceKind::send_recv ? network_time : busy) += slice.end_s - slice.start_s;
        }
    s.compute_s = busy;
    s.communication_s = network_time;
    s.exposed_communication_s = network_time;
    s.utilisation = busy / s.step_time_s;
}

namespace {

void explain(ClusterRun& c, double bytes, double memory_time) {
    const auto& s = c.run.summary;
    const double network = *s.exposed_communication_s / s.step_time_s, memory = memory_time / s.step_time_s;
    core::Bottleneck fetch{.id = "memory", .text = fmt::format("Reading weights and KV takes {:.2f} ms of {:.2f} ms. {:.1f} GB per device at {:.0f} GB/s ({:.0f} % of peak reached).", memory_time * 1e3, s.step_time_s * 1e3, bytes / 1e9,
                                                               c.chip.memory_bytes_per_s / 1e9, 100 * bytes / s.step_time_s / c.chip.memory_bytes_per_s),
                           .share = memory};
    core::Bottleneck sums{.id = "collective", .text = fmt::format("{:.0f} % of the step is communication that nothing hides: all-reduces over {} devices.", 100 * network, c.plan.tp), .share = network};
    core::Bottleneck work{.id = "compute", .text = fmt::format("Arithmetic and launches take {:.0f} % of the step.", 100 * (1 - network)), .share = 1 - network};
    if (network > 0.15) c.run.bottlenecks.push_back(sums);
    c.run.bottlenecks.push_back(memory > 0.4 ? fetch : work);
    std::ranges::stable_sort(c.run.bottlenecks, std::greater{}, &core::Bottleneck::share);
}

}  // namespace

core::Result<void> run_inference(ClusterRun& c) {
    const auto& sc = c.scenario();
    const auto& m = *c.llm;
    const bool decode = sc.phase == core::Phase::decode;
    const double per_replica = std::ceil(static_cast<double>(sc.global_batch) / c.plan.dp);
    const double seq = static_cast<double>(std::max<std::int64_t>(1, sc.seq));
    // Decode of several tokens: the mean context over them.
    const double context = decode ? seq + std::max(0.0, static_cast<double>(sc.output_tokens - 1)) / 2 : seq;
    const double group = sequences_per_group(per_replica, c.plan), groups = std::ceil(per_replica / group);
    const double tokens = decode ? group : group * seq;
    core::MemoryUse memory;
    const double parts = static_cast<double>(c.plan.tp) * c.plan.pp / c.chip.devices_per_chip;
    // The fullest stage decides.
    const double fullest = std::ceil(static_cast<double>(m.layers) / c.plan.pp) * c.plan.pp / static_cast<double>(m.layers);
    memory.weights = replica_weight_bytes(m, sc.precision) / parts * fullest;
    memory.kv_cache = fullest * per_replica * (seq + static_cast<double>(sc.output_tokens)) * replica_kv_bytes(m, sc) / parts;
    memory.activations = tokens * static_cast<double>(m.hidden) * core::precision_bytes(sc.precision) * 4 / c.plan.tp * c.chip.devices_per_chip;
    memory.total = *memory.weights + *memory.kv_cache + *memory.activations;
    c.run.summary.memory = memory;
    c.run.summary.fits = memory.total <= kReserve * c.chip.memory_bytes * c.chip.devices_per_chip;

    core::Lane compute{.name = "Device 0", .detail = "compute"}, network{.name = "Network", .detail = "sums", .kind = core::LaneKind::link};
    const Tokens step{tokens, context, group};
    const auto layer = layer_work(m, step, c.plan.tp, sc, c.chip);
    double now = 0;
    if (!decode) {
        add_slice(c.run.timeline, compute, "request handling", {.start_s = 0, .end_s = c.chip.constants.request_s, .kind = SliceKind::wait});
        now = c.chip.constants.request_s;
    }
    for (std::int64_t l = 0; l < m.layers; ++l) {
        if (l > 0 && l * c.plan.pp / m.layers != (l - 1) * c.plan.pp / m.layers) {
            const double moved = tokens * static_cast<double>(m.hidden) * 2, end = now + send_s(moved, c.chip, c.plan.tp * c.plan.pp > c.chip.domain);
            add_slice(c.run.timeline, network, "to the next stage", {.start_s = now, .end_s = end, .bytes = static_cast<float>(moved), .kind = SliceKind::send_recv, .index = static_cast<std::uint16_t>(l)});
            now = end;
        }
        now = run_works(c, compute, network, layer, now, static_cast<int>(l));
    }
    now = run_works(c, compute, network, {head_work(m, group, group, c.plan.tp, sc.precision, c.chip)}, now, static_cast<int>(m.layers));
    if (groups > 1 && !decode)
        add_slice(c.run.timeline, compute, "prompts behind it", {.start_s = now, .end_s = now + (now - c.chip.constants.request_s) * (groups - 1) / c.plan.pp, .kind = SliceKind::gemm});
    if (groups > 1) c.run.assumptions.push_back(fmt::format("{:.0f} groups of {:.0f} sequences follow each other through {} pipeline stages.", groups, group, c.plan.pp));
    for (auto& part : c.activity) part.flops *= groups / c.plan.pp, part.memory_bytes *= groups / c.plan.pp;  // a device works on its stage of every group
    const double all_tokens = static_cast<double>(sc.global_batch) * (decode ? 1 : seq);
    finish_inference(c, std::move(compute), std::move(network), 2 * core::macs_per_token(m, decode ? context : seq / 2) * all_tokens);
    auto& s = c.run.summary;
    s.tokens_per_s = all_tokens / s.step_time_s;
    if (decode) {
        s.tpot_s = s.step_time_s;
        s.tokens_per_s_per_user = 1 / s.step_time_s;
    } else {
        s.ttft_s = s.step_time_s;
    }
    const auto cost = engine_step(m, step, group, c.plan, sc, c.chip);
    explain(c, cost.bytes / c.plan.pp, cost.memory_s);
    return {};
}

}  // namespace waferscope::sim
