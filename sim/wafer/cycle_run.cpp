// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/cycle_run.hpp"

#include "sim/noc/cycle_window.hpp"
#include "sim/wafer/cycle_series.hpp"
#include "sim/wafer/modes.hpp"
#include "sim/wafer/pipelined.hpp"
#include "sim/wafer/resident_cycles.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

/// The part of an L-shaped route inside the window, in window coordinates; nothing when it passes by.
std::optional<SteadyFlow> clip(const TileFlow& flow, RouteOrder order, const core::Rect& w) {
    const bool x_first = order == RouteOrder::x_first;
    const int corner_x = x_first ? flow.to_x : flow.from_x, corner_y = x_first ? flow.from_y : flow.to_y;
    struct Leg {
        int x0, y0, x1, y1;
    };
    std::optional<Leg> inside;
    for (const Leg leg : {Leg{flow.from_x, flow.from_y, corner_x, corner_y}, Leg{corner_x, corner_y, flow.to_x, flow.to_y}}) {
        const auto clamp_x = [&](int x) { return std::clamp(x, w.x, w.x + w.width - 1); };
        const auto clamp_y = [&](int y) { return std::clamp(y, w.y, w.y + w.height - 1); };
        const bool row = leg.y0 == leg.y1;
        if (row ? (leg.y0 != clamp_y(leg.y0)) : (leg.x0 != clamp_x(leg.x0))) continue;
        if (row && (std::max(leg.x0, leg.x1) < w.x || std::min(leg.x0, leg.x1) >= w.x + w.width)) continue;
        if (!row && (std::max(leg.y0, leg.y1) < w.y || std::min(leg.y0, leg.y1) >= w.y + w.height)) continue;
        const Leg cut{clamp_x(leg.x0), clamp_y(leg.y0), clamp_x(leg.x1), clamp_y(leg.y1)};
        inside = inside ? Leg{inside->x0, inside->y0, cut.x1, cut.y1} : cut;
    }
    if (!inside || (inside->x0 == inside->x1 && inside->y0 == inside->y1)) return {};
    return SteadyFlow{inside->x0 - w.x, inside->y0 - w.y, inside->x1 - w.x, inside->y1 - w.y, 0};
}

/// The engine routes X first; a route that turns the other way becomes two flows that meet at its corner.
void append(std::vector<SteadyFlow>& flows, SteadyFlow flow, RouteOrder order) {
    if (order == RouteOrder::x_first || flow.from_x == flow.to_x || flow.from_y == flow.to_y) {
        flows.push_back(flow);
        return;
    }
    flows.push_back({flow.from_x, flow.from_y, flow.from_x, flow.to_y, flow.rate});
    flows.push_back({flow.from_x, flow.to_y, flow.to_x, flow.to_y, flow.rate});
}

struct Busiest {
    double load = 0;
    int x = 0, y = 0;
    core::Direction direction = core::Direction::north;
};

}  // namespace

core::Result<core::Run> simulate_cycles(const Request& request, const core::Rect& window, const std::stop_token& stop) {
    const bool decode = llm_of(request) != nullptr && request.scenario.phase == core::Phase::decode;
    if (request.machine->wafer() == nullptr || (!decode && (!request.workload || llm_of(request) != nullptr)))
        return core::fail(core::ErrorCode::value, "Cycles can be simulated for pipelined networks and for decode on a wafer.", "window", "open a network graph such as an ONNX file, or a decode run, on a wafer");
    const auto spec = wafer_spec(request);
    if (!spec) return tl::unexpected(spec.error());
    if (decode) return simulate_resident_cycles(request, *spec, window, stop);
    const auto layout = lay_out(request, *spec);
    if (!layout) return tl::unexpected(layout.error());
    const core::GridSize mesh{window.width, window.height};
    LinkLoads expected(mesh);
    WindowConfig config{.mesh = mesh};
    const double per_cycle = 1 / (kFixedOne * layout->interval);
    for (std::size_t k = 0; k < layout->graph.kernels.size(); ++k)
        for_each_flow(*layout, k, static_cast<double>(request.scenario.global_batch), kAllFlows, [&](const TileFlow& flow, RouteOrder order) {
            auto inside = clip(flow, order, window);
            if (!inside) return;
            inside->rate = static_cast<double>(flow.wavelets) * per_cycle;
            expected.add_flow(inside->from_x, inside->from_y, inside->to_x, inside->to_y, flow.wavelets, order);
            append(config.flows, *inside, order);
        });
    if (config.flows.empty()) return core::fail(core::ErrorCode::value, "No flow crosses this window.", "window", "select cores between kernels that send");
    expected.finish();
    config.fabric.hop_cycles = static_cast<int>(spec->hop_cycles);
    config.fabric.ramp_cycles = static_cast<int>(spec->ramp_cycles);
    config.fabric.wavelet_interval = spec->wavelet_interval;
    const auto result = simulate_window(config, stop);
    if (!result) return tl::unexpected(result.error());

    core::Run run;
    run.scenario = request.scenario;
    run.scenario.name = fmt::format("cycles of ({}, {}) to ({}, {})", window.x, window.y, window.x + window.width - 1, window.y + window.height - 1);
    run.machine = request.machine;
    run.workload = request.workload;
    Busiest flow, cycles;
    double difference = 0, loaded = 0;
    for (int d = 0; d < core::kDirections; ++d)
        for (int y = 0; y < mesh.rows; ++y)
            for (int x = 0; x < mesh.columns; ++x) {
                const auto direction = static_cast<core::Direction>(d);
                const double f = static_cast<double>(expected.at(direction, x, y)) * per_cycle * spec->wavelet_interval;
                const double c = result->mean_load[static_cast<std::size_t>(d)][static_cast<std::size_t>(y) * static_cast<std::size_t>(mesh.columns) + static_cast<std::size_t>(x)] * spec->wavelet_interval;
                if (f > flow.load) flow = {f, x, y, direction};
                if (c > cycles.load) cycles = {c, x, y, direction};
                if (f > 0) difference += std::abs(f - c), loaded += f;
            }
    fill_cycle_frames(run, result->frames, mesh, config.cycles_per_frame, spec->clock_hz);
    run.summary.wafers = 1;
    static constexpr std::array kNames{"north", "east", "south", "west"};
    const auto place = [&](const Busiest& b) { return fmt::format("({}, {}) {}", window.x + b.x, window.y + b.y, kNames[static_cast<std::size_t>(b.direction)]); };
    run.summary.hottest_link = core::HottestLink{place(cycles), cycles.load};
    run.bottlenecks.push_back({.id = "cycles", .text = fmt::format("Cycle by cycle the hottest link is {} at {:.1f} %; the flow model says {} at {:.1f} %. Over all links they differ by {:.1f} % of the load.", place(cycles), 100 * cycles.load, place(flow), 100 * flow.load, 100 * difference / loaded),
                               .share = cycles.load, .place = core::Rect{cycles.x, cycles.y, 1, 1}});
    run.assumptions.push_back(fmt::format("{} flows at their steady rates, created at random; {} cycles before the first frame, {} frames of {} cycles; FIFOs of {} wavelets.", config.flows.size(), config.warmup, config.frames, config.cycles_per_frame, config.fabric.queue_depth));
    run.assumptions.emplace_back("Streams cut at the window's border enter and leave through the ramp of the border core.");
    if (result->lost_rate > 0) run.warnings.push_back(fmt::format("Border cores were asked for {:.2f} wavelets per cycle more than a ramp takes.", result->lost_rate));
    if (result->delivered < 0.98 * result->offered) run.warnings.push_back(fmt::format("The window is saturated: {:.1f} of {:.1f} wavelets per cycle arrive.", result->delivered, result->offered));
    run.wall_ms = result->wall_seconds * 1e3;
    return run;
}

}  // namespace waferscope::sim
