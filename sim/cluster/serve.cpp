// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/cluster_run.hpp"
#include "sim/cluster/inference.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

using core::SliceKind;

constexpr double kMemoryShare = 0.9;       ///< of device memory that weights and KV may take
constexpr double kEngineBytes = 2e9;       ///< per chip: workspace, graphs, activations
constexpr double kEngineShare = 0.05;      ///< of a small memory instead: a static program in SRAM has little of these
constexpr double kMostSequences = 2048;    ///< engines' usual limit of requests in flight
constexpr double kChunkTokens = 8192;      ///< prompt tokens one step takes
constexpr int kSegments = 48;              ///< stretches the timeline shows

double engine_bytes(const ChipSpec& chip) { return std::min(kEngineBytes / chip.devices_per_chip, kEngineShare * chip.memory_bytes); }

/// Requests whose whole length fits in the memory of one replica.
double capacity(const ClusterRun& c, double length) {
    const double devices = static_cast<double>(c.plan.tp) * c.plan.pp;
    const double free = (kMemoryShare * c.chip.memory_bytes - engine_bytes(c.chip)) * devices - replica_weight_bytes(*c.llm, c.scenario().precision);
    return std::floor(free / (replica_kv_bytes(*c.llm, c.scenario()) * length));
}

}  // namespace

core::Result<void> run_serve(ClusterRun& c) {
    auto& sc = c.run.scenario;
    const auto& m = *c.llm;
    const double input = static_cast<double>(std::max<std::int64_t>(1, sc.seq)), output = static_cast<double>(std::max<std::int64_t>(1, sc.output_tokens));
    const double room = capacity(c, input + output);
    const bool continuous = sc.options.batching == core::Batching::continuous, most = sc.global_batch == core::kMaxBatch;
    if (most) {
        // Not even one request fits: answered with one, fits false.
        sc.global_batch = static_cast<std::int64_t>(std::clamp(room, 1.0, kMostSequences)) * c.plan.dp;
    }
    const double asked = std::max(1.0, std::ceil(static_cast<double>(sc.global_batch) / c.plan.dp));
    // Continuous batching queues what does not fit; a static batch is taken as given.
    const double batch = continuous ? std::max(1.0, std::min(asked, room)) : asked;

    // Prompts are prefilled several to a step; a static batch all before the first token.
    const double together = std::clamp(std::floor(kChunkTokens / input), 1.0, batch);
    const auto prompt = engine_step(m, {together * input, input, together}, together, c.plan, sc, c.chip);
    const double group = sequences_per_group(batch, c.plan);
    const auto step = engine_step(m, {group, input + output / 2, group}, group, c.plan, sc, c.chip);
    const double prompts_at_once = std::min<double>(c.plan.pp, std::ceil(batch / together));  // one chunk in each stage
    const double prefill = prompt.total_s() / together * batch / prompts_at_once, decode = output * step.total_s();

    core::Lane compute{.name = "Device 0", .detail = "compute"}, network{.name = "Network", .detail = "sums", .kind = core::LaneKind::link};
    auto& timeline = c.run.timeline;
    double now = 0;
    const auto run = [&](const char* name, SliceKind kind, const EngineStep& cost, double times, int index) {
        const auto at = static_cast<std::uint16_t>(index);
        const double split = now + times * cost.kernels_s, end = split + times * cost.sums_s;
        add_slice(timeline, compute, name, {.start_s = now, .end_s = split, .bytes = static_cast<float>(times * cost.bytes), .kind = kind, .index = at});
        add_slice(timeline, network, "all-reduce", {.start_s = split, .end_s = end, .kind = SliceKind::collective, .index = at});
        c.activity.push_back({now, split, times * cost.flops, times * cost.bytes, 0, 0, false});
        now = end;
    };
    const int segments = continuous ? static_cast<int>(std::min<double>(kSegments, output)) : 1;
    for (int i = 0; i < segments; ++i) {
        run("prefill", SliceKind::gemm, prompt, batch / together / prompts_at_once / segments, i);
        run("decode", SliceKind::attention, step, output / segments, i);
    }
    const double served = batch * c.plan.dp;
    finish_inference(c, std::move(compute), std::move(network), 2 * served * (input * core::macs_per_token(m, input / 2) + output * core::macs_per_token(m, input + output / 2)));
    auto& s = c.run.summary;
    const double period = prefill + decode;  // of one generation of requests
    s.tokens_per_s = served * output / period;
    s.tpot_s = continuous ? period / output : step.total_s();
    s.tokens_per_s_per_user = 1 / *s.tpot_s;
    const double waiting = std::max(0.0, asked / batch - 1) * period;  // requests beyond what fits wait for a place
    s.ttft_s = continuous ? waiting + c.chip.constants.request_s + step.total_s() + prompt.total_s() : c.chip.constants.request_s + prefill;
    core::MemoryUse memory;
    const double parts = static_cast<double>(c.plan.tp) * c.plan.pp / c.chip.devices_per_chip;
    memory.weights = replica_weight_bytes(m, sc.precision) / parts;
    memory.kv_cache = batch * (input + output) * replica_kv_bytes(m, sc) / parts;
    memory.activations = engine_bytes(c.chip) * c.chip.devices_per_chip;
    memory.total = *memory.weights + *memory.kv_cache + *memory.activations;
    s.memory = memory;
    s.fits = room >= 1 && memory.total <= c.chip.memory_bytes * c.chip.devices_per_chip;
    auto& list = c.run.bottlenecks;
    const double memory_share = output * step.memory_s / s.step_time_s;
    if (batch < asked || most) list.push_back({.id = "memory", .text = fmt::format("KV of {:.0f} requests of {:.0f} tokens fills the memory that the weights leave.", batch, input + output), .share = 0.5});
    list.push_back({.id = "decode", .text = fmt::format("Decode takes {:.0f} % of the time, {:.0f} % of it reading weights and KV; prefill {:.0f} %.", 100 * decode / period, 100 * output * step.memory_s / std::max(1e-12, decode), 100 * prefill / period), .share = std::max(memory_share, decode / period * 0.9)});
    if (*s.exposed_communication_s > 0.15 * s.step_time_s) list.push_back({.id = "collective", .text = fmt::format("{:.0f} % of the time is all-reduces over {} devices.", 100 * *s.exposed_communication_s / s.step_time_s, c.plan.tp), .share = *s.exposed_communication_s / s.step_time_s});
    std::ranges::stable_sort(list, std::greater{}, &core::Bottleneck::share);
    c.run.assumptions.push_back(fmt::format("Served as {}: {:.0f} requests in flight per replica, whole lengths admitted, up to {:.0f} prompt tokens a step.", continuous ? "a stream (continuous batching)" : "static batches", batch, kChunkTokens));
    return {};
}

}  // namespace waferscope::sim
