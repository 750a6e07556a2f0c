// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/steps.hpp"
#include "sim/wafer/modes.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

using core::LlmConfig;
using core::SliceKind;

constexpr std::size_t kSteps = 128;
constexpr double kBytes = 2;             ///< FP16 weights and gradients
constexpr double kOptimizerBytes = 18;   ///< per parameter, read and written in MemoryX
constexpr double kSwitchLatency = 2e-6;  ///< per level of the broadcast tree
constexpr double kFanOut = 16;
constexpr std::int64_t kMaxSlices = 20'000;

struct Matrix {
    double k, n, copies;  ///< copies: equal experts that are all streamed
    double used;          ///< share of the tokens each copy works on
};

std::vector<Matrix> layer_matrices(const LlmConfig& m) {
    const auto h = static_cast<double>(m.hidden), q = static_cast<double>(m.heads * m.head_dim), kv = static_cast<double>(m.kv_heads * m.head_dim);
    const bool moe = m.experts > 0;
    const auto f = static_cast<double>(moe && m.expert_ffn > 0 ? m.expert_ffn : m.ffn);
    const double copies = moe ? static_cast<double>(m.experts) : 1;
    const double used = moe ? static_cast<double>(m.experts_per_token) / copies : 1;
    std::vector<Matrix> all{{h, q + 2 * kv, 1, 1}, {q, h, 1, 1}, {h, (m.gated_ffn ? 2 : 1) * f, copies, used}, {f, h, copies, used}};
    return all;
}

/// Cycles of one layer and what takes them.
struct LayerTime {
    double forward = 0, backward = 0, compute_forward = 0, compute_backward = 0, stream = 0, rows = 0;
    std::array<double, 4> limit{};  ///< cycles in which compute, rows, columns, I/O was the longest
};

LayerTime layer_time(const LlmConfig& m, const WaferSpec& spec, double tokens, double seq, bool recompute) {
    const double px = spec.grid.columns, py = spec.grid.rows, t = tokens / py;
    LayerTime out;
    const auto add = [&](double compute, double rows, double columns, double io) {
        const std::array<double, 4> parts{compute, rows, columns, io};
        const auto worst = std::ranges::max_element(parts);
        out.limit[static_cast<std::size_t>(worst - parts.begin())] += *worst;
        return *worst;
    };
    for (const auto& w : layer_matrices(m)) {
        const double compute = spec.cycles_per_mac * w.k / px * w.n * t * w.copies * w.used;
        const double columns = w.k * w.n * w.copies / (2 * px), rows = w.n * t * w.copies * w.used / 4;
        const double io = w.k * w.n * w.copies * kBytes * spec.clock_hz / spec.io_in_bytes_per_s;
        const double forward = add(compute, rows, columns, io);
        const double io_out = w.k * w.n * w.copies * kBytes * spec.clock_hz / spec.io_out_bytes_per_s;
        out.forward += forward;
        out.backward += forward * (recompute ? 2 : 1) + add(compute, w.n * t * w.used * w.copies / 2, columns, io_out);
        out.compute_forward += compute;
        out.compute_backward += (recompute ? 3 : 2) * compute;
        out.stream += io;
        out.rows += rows;
    }
    const double attention = spec.cycles_per_mac * 2 * seq * static_cast<double>(m.heads * m.head_dim) * tokens / (px * py);
    const double latency = (px + py) * spec.hop_cycles + 2 * spec.ramp_cycles;
    out.forward += attention + latency;
    out.backward += (recompute ? 3 : 2) * attention + latency;
    out.compute_forward += attention;
    out.compute_backward += (recompute ? 3 : 2) * attention;
    return out;
}

}  // namespace

core::Result<core::Run> simulate_streaming(const Request& request, const WaferSpec& spec, Detail detail) {
    const LlmConfig* model = llm_of(request);
    if (model == nullptr)
        return core::fail(core::ErrorCode::machine, "Weight streaming needs an LLM.", "/workload", "give llm or hf_config, or use pipelined mode");
    core::Run run;
    run.scenario = request.scenario;
    const auto& sc = run.scenario;
    const double seq = static_cast<double>(std::max<std::int64_t>(1, sc.seq));
    const double all_tokens = static_cast<double>(sc.global_batch) * seq / sc.chips;
    // Activations of every layer stay on the wafer: 34 bytes per token and hidden value, 2 with recompute.
    const double sram = static_cast<double>(spec.grid.cells()) * spec.sram_bytes, h = static_cast<double>(model->hidden), layers = static_cast<double>(model->layers);
    bool recompute = sc.parallel && sc.parallel->recompute == core::Recompute::full;
    const auto capacity = [&](bool full) { return 0.8 * sram / (h * (full ? 2 * layers + 34 : 34 * layers)); };
    if (!sc.parallel && capacity(false) < all_tokens) recompute = true;  // auto: fewer passes over the weights
    const double most_tokens = std::max(1.0, capacity(recompute));
    const auto passes = static_cast<std::int64_t>(std::ceil(all_tokens / most_tokens));
    const double tokens = all_tokens / static_cast<double>(passes);
    const auto t = layer_time(*model, spec, tokens, seq, recompute);
    const double head_cycles = spec.cycles_per_mac * h * static_cast<double>(model->vocab) * tokens / static_cast<double>(spec.grid.cells());

    auto& timeline = run.timeline;
    core::Lane weights{.name = "Weights in", .detail = "I/O", .kind = core::LaneKind::io}, compute{.name = "Wafer", .detail = "compute"},
        gradients{.name = "Gradients out", .detail = "I/O", .kind = core::LaneKind::io}, optimizer{.name = "Optimiser", .detail = "MemoryX", .kind = core::LaneKind::io};
    const double clock = spec.clock_hz;
    const bool every_layer = 2 * passes * model->layers <= kMaxSlices;
    const std::int64_t blocks = every_layer ? model->layers : 1;
    const double per_block = layers / static_cast<double>(blocks);
    const double layer_bytes = t.stream / clock * spec.io_in_bytes_per_s;
    double now = 0;
    const auto slice = [&](core::Lane& lane, const char* name, double start, double cycles, SliceKind kind, core::Pass pass, std::int64_t index, double bytes) {
        if (cycles > 0)
            lane.slices.push_back({.start_s = start, .end_s = start + cycles / clock, .name = timeline.intern(name), .bytes = static_cast<float>(bytes), .kind = kind, .pass = pass,
                                   .index = static_cast<std::uint16_t>(index & 0xFFFF)});
    };
    for (std::int64_t pass = 0; pass < passes; ++pass) {
        for (std::int64_t l = 0; l < blocks; ++l) {
            slice(weights, "weights", now, per_block * t.stream, SliceKind::weight_stream, core::Pass::forward, l, per_block * layer_bytes);
            slice(compute, "forward", now, per_block * t.compute_forward, SliceKind::gemm, core::Pass::forward, l, 0);
            slice(compute, "wait for weights or fabric", now + per_block * t.compute_forward / clock, per_block * (t.forward - t.compute_forward), SliceKind::wait, core::Pass::forward, l, 0);
            now += per_block * t.forward / clock;
        }
        slice(compute, "head and loss", now, 3 * head_cycles, SliceKind::embedding, core::Pass::forward, 0, 0);
        now += 3 * head_cycles / clock;
        for (std::int64_t l = blocks; l-- > 0;) {
            slice(weights, "weights", now, per_block * t.stream, SliceKind::weight_stream, core::Pass::backward, l, per_block * layer_bytes);
            slice(compute, "backward", now, per_block * t.compute_backward, SliceKind::gemm, core::Pass::backward, l, 0);
            slice(compute, "wait for weights or fabric", now + per_block * t.compute_backward / clock, per_block * (t.backward - t.compute_backward), SliceKind::wait, core::Pass::backward, l, 0);
            const double out = per_block * layer_bytes / spec.io_out_bytes_per_s * clock;
            slice(gradients, "gradients", now + per_block * t.backward / clock - std::min(out, per_block * t.backward) / clock, std::min(out, per_block * t.backward), SliceKind::gradients, core::Pass::backward, l, per_block * layer_bytes);
            now += per_block * t.backward / clock;
        }
    }
    const double depth = std::ceil(std::log(std::max(1, sc.chips)) / std::log(kFanOut));
    const double parameters = core::total_parameters(*model);
    const double tail = parameters / layers * kOptimizerBytes / spec.optimizer_bytes_per_s + 2 * depth * kSwitchLatency;
    slice(optimizer, "optimiser, last layer", now, tail * clock, SliceKind::optimizer, core::Pass::optimizer, 0, parameters / layers * kOptimizerBytes);
    timeline.lanes = {std::move(weights), std::move(compute), std::move(gradients), std::move(optimizer)};

    auto& s = run.summary;
    s.step_time_s = timeline.end_s();
    const double batch_tokens = static_cast<double>(sc.global_batch) * seq;
    s.tokens_per_s = batch_tokens / s.step_time_s;
    s.samples_per_s = static_cast<double>(sc.global_batch) / s.step_time_s;
    const double flops = 6 * core::macs_per_token(*model, seq) * batch_tokens;
    s.tflops_per_chip = flops / s.step_time_s / sc.chips / 1e12;
    s.mfu = flops / s.step_time_s / sc.chips / spec.peak_flops_per_s();
    s.hfu = *s.mfu * (recompute ? 4.0 / 3 : 1);
    const double busy = static_cast<double>(passes) * (layers * (t.compute_forward + t.compute_backward) + 3 * head_cycles) / clock;
    s.compute_s = busy;
    s.utilisation = busy / s.step_time_s;
    s.communication_s = static_cast<double>(passes) * 2 * layers * t.stream / clock;
    s.exposed_communication_s = s.step_time_s - busy;
    s.wafers = sc.chips;
    core::MemoryUse memory;
    memory.activations = tokens * h * (recompute ? 2 * layers + 34 : 34 * layers);
    memory.weights = 2 * layer_bytes;
    memory.total = *memory.activations + *memory.weights;
    s.memory = memory;
    s.fits = memory.total <= sram;
    static constexpr std::array kLimits{"arithmetic", "row links", "column links", "I/O"};
    const auto worst = static_cast<std::size_t>(std::ranges::max_element(t.limit) - t.limit.begin());
    if (worst == 3)
        run.bottlenecks.push_back({.id = "weight_stream",
                                   .text = fmt::format("Weights arrive too slowly. One pass moves {:.0f} GB at {:.0f} GB/s = {:.2f} s; the arithmetic takes {:.2f} s. This run has {:.0f} tokens per wafer and pass.",
                                                       layers * layer_bytes / 1e9, spec.io_in_bytes_per_s / 1e9, layers * t.stream / clock, layers * t.compute_forward / clock, tokens),
                                   .share = 1 - busy / s.step_time_s});
    else
        run.bottlenecks.push_back({.id = "compute", .text = fmt::format("Most of the time goes to {}: {:.0f} % of the step is arithmetic.", kLimits.at(worst), 100 * busy / s.step_time_s), .share = busy / s.step_time_s});
    run.assumptions.push_back(fmt::format("{} passes over the weights of {:.0f} tokens per wafer{}.", passes, tokens, recompute ? ", full recompute" : ""));
    if (sc.phase == core::Phase::finetune && sc.options.lora) run.warnings.emplace_back("LoRA is simulated as full fine-tuning here: every gradient leaves the wafer.");
    if (sc.chips > 1) run.assumptions.push_back(fmt::format("1 of {} equal wafers simulated; they share one broadcast and reduce tree.", sc.chips));
    if (detail == Detail::summary) return run;
    run.step_edges_s = even_steps(s.step_time_s, kSteps);
    core::WaferSeries wafer;
    wafer.classes = {.grid = spec.grid, .wafers = 1, .classes_per_wafer = 1, .class_of_core = std::vector<std::uint32_t>(spec.grid.cells(), 0), .classes = {{.name = "layer in turn", .group = "whole wafer"}}};
    core::ClassSeries utilisation{"utilisation", {}}, stall{"stall", {}}, power{"power", {}};
    for (int d = 1; d <= 2; ++d)
        wafer.links.plane.push_back({.box = {0, 0, spec.grid.columns, spec.grid.rows}, .direction = static_cast<core::Direction>(d), .wavelets = {1.0F}});
    const double column_share = t.stream > 0 ? layers * layer_bytes / kBytes / (2.0 * spec.grid.columns) / (layers * t.forward) : 0;
    const double row_share = t.rows / t.forward;
    for (std::size_t i = 0; i < kSteps; ++i) {
        const double from = run.step_edges_s[i], to = run.step_edges_s[i + 1];
        const double share = busy_in(timeline.lanes[1], from, to) / (to - from);
        utilisation.value.push_back(static_cast<float>(share));
        stall.value.push_back(static_cast<float>(1 - share));
        power.value.push_back(static_cast<float>(core_power_w(spec, share)));
        const double streaming = busy_in(timeline.lanes[0], from, to) / (to - from);
        wafer.links.weight.push_back(static_cast<float>(std::min(1.0, row_share)));
        wafer.links.weight.push_back(static_cast<float>(std::min(1.0, streaming > 0 ? column_share : 0)));
    }
    wafer.series = {utilisation, stall, power};
    run.summary.hottest_link = core::HottestLink{row_share > column_share ? "row links, partial sums" : "column links, weights", std::min(1.0, std::max(row_share, column_share))};
    run.wafer = std::move(wafer);
    return run;
}

}  // namespace waferscope::sim
