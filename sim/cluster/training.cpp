// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/adapters.hpp"
#include "sim/cluster/cluster_run.hpp"
#include "sim/cluster/collective.hpp"
#include "sim/cluster/memory.hpp"
#include "sim/cluster/schedule.hpp"
#include "sim/cluster/training_layer.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

using core::Pass;
using core::SliceKind;

/// Weights of one layer gathered before use and gradients scattered after (ZeRO-3), as far as arithmetic does not hide them.
struct Gathered {
    double forward_s = 0, backward_s = 0, sent_s = 0;
};

Gathered zero3_traffic(const ClusterRun& c, const TrainingLayer& layer) {
    if (c.plan.zero < 3 || c.plan.dp < 2) return {};
    const double gather = gradient_sum_s(2 * layer.parameters, c.plan.dp, c.plan.tp, c.chip, 0.5);
    const bool overlap = c.scenario().options.overlap;
    const double backward = trains_adapters(c.scenario()) ? gather : 2 * gather;  // frozen weights have no gradients to scatter
    return {overlap ? std::max(0.0, gather - layer.forward_s) : gather, overlap ? std::max(0.0, backward - layer.backward_s) : backward, gather + backward};
}

/// Times of each stage and chunk: equal layers, the first ones take the remainder, the head on the last.
std::vector<std::vector<StageTimes>> stage_times(const ClusterRun& c, const TrainingLayer& layer, int chunks) {
    const auto& m = *c.llm;
    const auto& p = c.plan;
    const auto gathered = zero3_traffic(c, layer);
    const auto head = training_head(m, c.scenario(), p, c.chip);
    const double host = c.chip.constants.micro_batch_s * c.chip.launch_scale / chunks;
    const std::int64_t parts = static_cast<std::int64_t>(p.pp) * chunks;
    std::vector<std::vector<StageTimes>> stages(static_cast<std::size_t>(p.pp), std::vector<StageTimes>(static_cast<std::size_t>(chunks)));
    for (std::int64_t part = 0; part < parts; ++part) {
        const auto n = static_cast<double>(m.layers / parts + (part < m.layers % parts ? 1 : 0));
        stages[static_cast<std::size_t>(part % p.pp)][static_cast<std::size_t>(part / p.pp)] = {
            n * layer.forward_s + host / 3, n * layer.backward_s + host * 2 / 3, n * (layer.forward_sum_s + gathered.forward_s), n * (layer.backward_sum_s + gathered.backward_s),
            n * (layer.backward_s - layer.recomputed * layer.forward_s) / 2};  // of two equal products
    }
    auto& last = stages.back().back();
    last.forward += head.forward_s;
    last.backward += head.backward_s;
    return stages;
}

/// Gradient traffic after the last micro-batch and the update, one stage.
struct StepEnd {
    double all_reduce_s = 0, update_s = 0, gradient_bytes = 0, update_bytes = 0;
};

StepEnd step_end(const ClusterRun& c) {
    const auto& p = c.plan;
    const auto& m = *c.llm;
    const bool adapters = trains_adapters(c.scenario());
    const double trained = (adapters ? adapter_parameters(m, c.scenario().options.lora_rank) : core::total_parameters(m)) / p.tp / p.pp;
    // Routed experts are dealt out over ep ranks: each rank holds its own, and dp / ep ranks hold the same.
    const double routed = adapters ? 0 : expert_parameters(m) * static_cast<double>(m.layers) / p.tp / p.pp;
    const double dense = trained - routed, experts = routed / p.ep, copies = std::max(1.0, static_cast<double>(p.dp) / p.ep);
    StepEnd end{.gradient_bytes = 2 * (dense + experts), .update_bytes = kUpdateBytes * (p.zero >= 1 ? dense / p.dp + experts / copies : dense + experts)};
    end.update_s = end.update_bytes / (c.chip.memory_bytes_per_s * c.chip.memory_efficiency) + c.chip.constants.step_s * c.chip.launch_scale;
    if (p.zero < 3) end.all_reduce_s = gradient_sum_s(2 * dense, p.dp * p.cp, p.tp, c.chip, 1) + gradient_sum_s(2 * experts, static_cast<int>(copies) * p.cp, p.tp * p.ep, c.chip, 1);
    return end;
}

/// Stages of one chunk.
std::vector<StageTimes> first_chunks(const std::vector<std::vector<StageTimes>>& stages) {
    std::vector<StageTimes> single;
    for (const auto& stage : stages) single.push_back(stage.front());
    return single;
}

void describe(ClusterRun& c, int micro_batches, int chunks) {
    const auto& s = c.run.summary;
    const double bubble = s.bubble_s.value_or(0) / s.step_time_s, exposed = *s.exposed_communication_s / s.step_time_s;
    auto& list = c.run.bottlenecks;
    if (c.plan.pp > 1)
        list.push_back({.id = "bubble", .text = fmt::format("The pipeline is filling and draining {:.1f} % of the step. {} stages, {} micro-batches: {}(p-1)/m{} = {:.1f} %.", 100 * bubble, c.plan.pp, micro_batches, c.scenario().options.schedule == core::Schedule::zero_bubble ? "1F1B would idle " : "", chunks > 1 ? "v" : "", 100.0 * (c.plan.pp - 1) / micro_batches / chunks), .share = bubble});
    list.push_back({.id = "collective", .text = fmt::format("{:.1f} % of the step is communication that nothing hides: tensor-parallel sums over {} devices and gradients over {}.", 100 * exposed, c.plan.tp, c.plan.dp), .share = exposed});
    list.push_back({.id = "compute", .text = fmt::format("Arithmetic takes {:.0f} % of the step at {:.0f} % model FLOP utilisation.", 100 * *s.compute_s / s.step_time_s, 100 * *s.mfu), .share = 0.25 * *s.compute_s / s.step_time_s});
    std::ranges::stable_sort(list, std::greater{}, &core::Bottleneck::share);
}

void summarise(ClusterRun& c, const TrainingLayer& layer, double hidden_s) {
    const auto& sc = c.scenario();
    auto& sum = c.run.summary;
    sum.step_time_s = c.run.timeline.end_s();
    // The critical rank is the one that ends last; its slices and gaps are the step.
    const auto& critical = *std::ranges::max_element(c.run.timeline.lanes, {}, [](const core::Lane& lane) { return lane.slices.back().end_s; });
    sum.compute_s = time_in(critical, SliceKind::gemm) + time_in(critical, SliceKind::optimizer);
    sum.exposed_communication_s = time_in(critical, SliceKind::collective) + time_in(critical, SliceKind::gradients) + time_in(critical, SliceKind::send_recv);
    sum.communication_s = *sum.exposed_communication_s + hidden_s;
    if (c.plan.pp > 1) sum.bubble_s = std::max(0.0, sum.step_time_s - *sum.compute_s - *sum.exposed_communication_s);
    const double tokens = static_cast<double>(sc.global_batch * sc.seq);
    sum.tokens_per_s = tokens / sum.step_time_s;
    sum.samples_per_s = static_cast<double>(sc.global_batch) / sum.step_time_s;
    // Frozen matrices have no weight gradient: a third of their arithmetic falls away, attention keeps its own.
    const double frozen = trains_adapters(sc) ? 2 * core::macs_per_token(*c.llm, 0) : 0;
    const double model_flops = (6 * core::macs_per_token(*c.llm, static_cast<double>(sc.seq)) - frozen) * tokens;
    sum.tflops_per_chip = model_flops / sum.step_time_s / sc.chips / 1e12;
    sum.mfu = model_flops / sum.step_time_s / (c.chip.flops_per_s * c.devices());
    sum.hfu = *sum.mfu * (1 + layer.recomputed / 3);
    sum.utilisation = *sum.compute_s / sum.step_time_s;
    auto memory = training_memory(*c.llm, sc, c.plan);
    for (auto* part : {&memory.weights, &memory.gradients, &memory.optimizer, &memory.activations}) *part = **part * c.chip.devices_per_chip;
    memory.total *= c.chip.devices_per_chip;
    sum.memory = memory;
    const double outer = outer_state_bytes(*c.llm, sc, c.plan) * c.chip.devices_per_chip;  // beside the formula
    sum.fits = memory.total + outer <= kReserve * c.chip.memory_bytes * c.chip.devices_per_chip;
}

}  // namespace

core::Result<void> run_training(ClusterRun& c, Detail detail) {
    const auto& sc = c.scenario();
    const auto& m = *c.llm;
    const auto& p = c.plan;
    const auto micro_batches = static_cast<int>(std::max<std::int64_t>(1, sc.global_batch / (static_cast<std::int64_t>(p.dp) * p.micro_batch)));
    const bool rounds = p.pp > 1 && p.interleave > 1 && micro_batches % p.pp == 0 && m.layers > static_cast<std::int64_t>(p.pp) * (p.interleave - 1);  // the last parts may hold the head alone
    const int chunks = rounds ? p.interleave : 1;
    if (p.interleave > 1 && !rounds) c.run.warnings.emplace_back("The interleaved schedule needs pp > 1, micro-batches that are a multiple of pp, and layers for all parts but the last of a stage; simulated as plain 1F1B.");
    const bool zero_bubble = sc.options.schedule == core::Schedule::zero_bubble && p.pp > 1 && chunks == 1;
    if (sc.options.schedule == core::Schedule::zero_bubble && chunks > 1) c.run.warnings.emplace_back("The zero-bubble schedule takes one group of layers per stage; simulated as interleaved 1F1B.");
    const auto layer = training_layer(m, sc, p, c.chip);
    const auto stages = stage_times(c, layer, chunks);
    const bool across = p.tp * p.cp * p.dp * p.pp > c.chip.domain;
    const double moved = static_cast<double>(p.micro_batch * sc.seq) * static_cast<double>(m.hidden) * 2 / p.cp / (p.sequence_parallel ? p.tp : 1);
    const double transfer = p.pp > 1 ? send_s(moved, c.chip, across) : 0;
    const auto events = zero_bubble ? zero_bubble_schedule(first_chunks(stages), micro_batches, transfer) : interleaved_schedule(stages, micro_batches, transfer);

    const auto finish = step_end(c);
    const double layers = static_cast<double>(m.layers) / p.pp / chunks, again = layer.recomputed;
    auto& timeline = c.run.timeline;
    double hidden = 0;
    for (std::size_t s = 0; s < stages.size(); ++s) {
        core::Lane lane{.name = fmt::format("Stage {}", s), .detail = fmt::format("tp {}", p.tp)};
        const int stage = static_cast<int>(s);
        double end = 0, backward = 0;
        for (const auto& event : events[s]) {
            const bool fwd = event.pass == Pass::forward;
            const auto& time = stages[s][static_cast<std::size_t>(event.chunk)];
            const double arithmetic = fwd ? time.forward : event.weights ? time.weights : zero_bubble ? time.backward - time.weights : time.backward;
            const double split = event.start_s + arithmetic, sent = event.end_s - event.send_s;
            const auto index = static_cast<std::uint16_t>(event.micro_batch & 0xFFFF);
            if (event.start_s > end) add_slice(timeline, lane, "bubble", {.start_s = end, .end_s = event.start_s, .kind = SliceKind::wait, .pass = event.pass, .index = index});
            add_slice(timeline, lane, fwd ? "forward" : event.weights ? "weight gradients" : "backward", {.start_s = event.start_s, .end_s = split, .kind = SliceKind::gemm, .pass = event.pass, .index = index});
            if (sent - split > 1e-12) add_slice(timeline, lane, p.zero >= 3 ? "gather, reduce" : "all-reduce", {.start_s = split, .end_s = sent, .bytes = static_cast<float>(layer.sum_bytes * layers), .kind = SliceKind::collective, .pass = event.pass, .index = index});
            if (event.send_s > 0) add_slice(timeline, lane, fwd ? "send activations" : "send gradients", {.start_s = sent - split > 1e-12 ? sent : split, .end_s = event.end_s, .bytes = static_cast<float>(moved), .kind = SliceKind::send_recv, .pass = event.pass, .index = index});
            if (detail == Detail::full) {
                const double n = layers * (fwd ? 1 : event.weights ? 1 : zero_bubble ? 1 + again : 2 + again);
                c.activity.push_back({event.start_s, split, layer.flops * n, layer.bytes * n, 0, stage, false});
                if (sent > split) c.activity.push_back({split, sent, 0, 0, layer.sum_bytes * layers * (!fwd && p.recompute == core::Recompute::full ? 2 : 1), stage, c.tp_across()});
                if (event.send_s > 0) c.activity.push_back({sent, event.end_s, 0, 0, moved, stage, across});
            }
            end = event.end_s;
            if (!fwd) backward = split - event.start_s;
        }
        // Gradients of a layer leave while earlier layers of the last micro-batch still compute.
        const double covered = sc.options.overlap ? std::min(c.chip.constants.dp_overlap * finish.all_reduce_s, backward * chunks) : 0;
        const double exposed = finish.all_reduce_s - covered, update = end + exposed;
        hidden = covered + layer.hidden_sum_s * layers * chunks * micro_batches;
        add_slice(timeline, lane, "DP gradients", {.start_s = end, .end_s = update, .bytes = static_cast<float>(finish.gradient_bytes), .kind = SliceKind::gradients, .pass = Pass::backward});
        if (detail == Detail::full && exposed > 0) c.activity.push_back({end, update, 0, 0, 2 * finish.gradient_bytes, stage, c.devices() > c.chip.domain});
        add_slice(timeline, lane, "optimiser", {.start_s = update, .end_s = update + finish.update_s, .bytes = static_cast<float>(finish.update_bytes), .kind = SliceKind::optimizer, .pass = Pass::optimizer});
        timeline.lanes.push_back(std::move(lane));
    }
    if (trains_adapters(sc)) c.run.assumptions.push_back(fmt::format("LoRA of rank {} on every matrix but routed experts: {:.1f} M trained parameters. No published LoRA run is among the calibration rows.", sc.options.lora_rank, adapter_parameters(m, sc.options.lora_rank) / 1e6));
    summarise(c, layer, hidden);
    describe(c, micro_batches, chunks);
    return {};
}

}  // namespace waferscope::sim
