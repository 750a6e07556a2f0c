// SPDX-License-Identifier: GPL-3.0-or-later
// A batch of requests on wafers: prompts on one region, the cache moves, then tokens on the decode regions.
#include "sim/wafer/modes.hpp"
#include "sim/wafer/region_planner.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace waferscope::sim {
namespace {

constexpr std::int64_t kMostTokenSlices = 2048;

Request with_phase(const Request& request, core::Phase phase) {
    Request other = request;
    other.scenario.phase = phase;
    return other;
}

/// Cache rows leave the prompt's region over all its border links at once, then cross as many cores as lie between
/// it and the farthest decode region; the share of layers on other wafers leaves through the I/O of its own.
double cache_move_s(const core::Scenario& scenario, const WaferSpec& spec, double bytes) {
    const auto* from = scenario.regions ? prompt_region(*scenario.regions) : nullptr;
    const int side = from != nullptr ? from->side : std::min(spec.grid.columns, spec.grid.rows);
    int farthest = 0;
    std::int64_t away = 0, all = 0;
    if (from != nullptr)
        for (const auto& region : scenario.regions->regions) {
            if (region.role != core::RegionRole::decode) continue;
            all += region.layers;
            if (region.wafer == from->wafer)
                farthest = std::max(farthest, core::gap(from->rect(), region.rect()));
            else
                away += region.layers;
        }
    const double on_wafer_s = (bytes / (4.0 * side) + (side + farthest) * spec.hop_cycles) / spec.clock_hz;
    if (away == 0) return on_wafer_s;
    const double leaving = bytes * static_cast<double>(away) / static_cast<double>(all);
    return on_wafer_s + leaving / spec.io_out_bytes_per_s + spec.link_latency_s;
}

/// The cache comes in over the network of the other machine and the I/O of the wafers, whichever is slower.
double cache_arrives_s(const Request& request, const WaferSpec& spec, double bytes, int wafers) {
    double rate = spec.io_in_bytes_per_s * wafers;
    if (const auto* cluster = request.prefill_machine->cluster()) {
        const auto& level = cluster->scale_out.figures.empty() ? cluster->scale_up : cluster->scale_out;
        if (const auto port = level.figures.find("bytes_per_s_per_direction"); port != level.figures.end()) rate = std::min(rate, port->second.value * request.scenario.options.prefill_chips);
    }
    return bytes / rate + spec.link_latency_s;
}

/// The scenario's prompts on the machine that reads them for the wafers.
Request prompts_elsewhere(const Request& request) {
    Request other = with_phase(request, core::Phase::prefill);
    auto& sc = other.scenario;
    other.machine = std::exchange(other.prefill_machine, nullptr);
    sc.machine = other.machine->id, sc.chips = sc.options.prefill_chips;
    sc.options.prefill_machine.clear();
    sc.output_tokens = 0;
    sc.parallel.reset(), sc.regions.reset(), sc.load.reset(), sc.machine_overrides.clear();
    sc.wafer = {};
    return other;
}

}  // namespace

core::Result<core::Run> simulate_serve(const Request& request, const WaferSpec& spec) {
    const auto* model = llm_of(request);
    if (model == nullptr) return core::fail(core::ErrorCode::machine, "Serving needs an LLM.", "/workload", "give llm or hf_config");
    const bool elsewhere = request.prefill_machine != nullptr;
    auto prefill = elsewhere ? simulate(prompts_elsewhere(request), Detail::summary, {}, {}) : simulate_prefill(with_phase(request, core::Phase::prefill), spec, Detail::summary);
    if (!prefill) return prefill;
    auto decode = simulate_decode(with_phase(request, core::Phase::decode), spec, Detail::summary);
    if (!decode) return decode;
    const auto& sc = request.scenario;
    const std::int64_t tokens = std::max<std::int64_t>(1, sc.output_tokens);
    const double bytes = core::kv_bytes_per_token(*model, 2) * static_cast<double>(sc.seq * sc.global_batch);
    const double move_s = elsewhere ? cache_arrives_s(request, spec, bytes, decode->summary.wafers.value_or(1)) : cache_move_s(sc, spec, bytes);

    core::Run run = std::move(*decode);
    run.scenario = sc;
    const double tpot_s = *run.summary.tpot_s, ttft_s = *prefill->summary.ttft_s + move_s;
    core::Timeline timeline = std::move(prefill->timeline);
    double now = *prefill->summary.ttft_s;
    for (auto& part : timeline.lanes)
        if (elsewhere) part.name = request.prefill_machine->name + ", " + part.name;
    core::Lane moves{.name = elsewhere ? "Between machines" : "Between regions", .detail = "hand-over", .kind = core::LaneKind::io}, lane{.name = "Decode", .detail = "tokens"};
    moves.slices.push_back({.start_s = now, .end_s = now + move_s, .name = timeline.intern(elsewhere ? "cache to the wafers" : "cache to the decode regions"), .bytes = static_cast<float>(bytes), .kind = core::SliceKind::send_recv});
    now += move_s;
    const std::int64_t group = (tokens + kMostTokenSlices - 1) / kMostTokenSlices;
    const auto name = timeline.intern(group == 1 ? "token" : fmt::format("{} tokens", group));
    for (std::int64_t t = 0; t < tokens; t += group) {
        const double end = ttft_s + tpot_s * static_cast<double>(std::min(tokens, t + group));
        lane.slices.push_back({.start_s = now, .end_s = end, .name = name, .kind = core::SliceKind::gemm, .index = static_cast<std::uint16_t>(t & 0xFFFF)});
        now = end;
    }
    timeline.lanes.push_back(std::move(moves));
    timeline.lanes.push_back(std::move(lane));
    run.timeline = std::move(timeline);

    auto& s = run.summary;
    s.step_time_s = run.timeline.end_s();
    s.ttft_s = ttft_s;
    s.tokens_per_s = static_cast<double>(sc.global_batch * tokens) / s.step_time_s;
    s.tokens_per_s_per_user = 1 / tpot_s;
    s.fits = s.fits && prefill->summary.fits;
    const double decode_s = tpot_s * static_cast<double>(tokens);
    const auto both = [&](std::optional<double> core::Summary::*part) { s.*part = (prefill->summary.*part).value_or(0) + (s.*part).value_or(0) * static_cast<double>(tokens); };
    both(&core::Summary::compute_s), both(&core::Summary::communication_s), both(&core::Summary::exposed_communication_s);
    s.utilisation = ((elsewhere ? 0 : *prefill->summary.utilisation * *prefill->summary.ttft_s) + s.utilisation.value_or(0) * decode_s) / s.step_time_s;
    s.tflops_per_chip.reset(), s.mfu.reset(), s.hottest_link.reset();
    run.bottlenecks.insert(run.bottlenecks.begin(), {.id = "phase", .text = fmt::format("Reading the prompts takes {:.0f} % of the batch, writing {} tokens {:.0f} %.", 100 * ttft_s / s.step_time_s, tokens, 100 * decode_s / s.step_time_s),
                                                     .share = std::max(ttft_s, decode_s) / s.step_time_s});
    for (auto* from : {&prefill->assumptions, &prefill->warnings})
        for (auto& text : *from) (from == &prefill->assumptions ? run.assumptions : run.warnings).push_back("Prompts: " + text);
    if (elsewhere) {
        run.warnings.push_back(fmt::format("Power, energy and price are those of the wafers; {} x {} comes on top.", sc.options.prefill_chips, request.prefill_machine->name));
        run.assumptions.push_back(fmt::format("The cache of {:.3g} GB reaches the wafers in {:.3g} ms. Batches that overlap would write {:.4g} tokens/s.", bytes / 1e9, 1e3 * move_s,
                                              static_cast<double>(sc.global_batch * tokens) / std::max(ttft_s, decode_s)));
    }
    run.assumptions.emplace_back("Static batching: all prompts first, then all tokens together. Per-core maps: run prefill and decode apart.");
    return run;
}

}  // namespace waferscope::sim
