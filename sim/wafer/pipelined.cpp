// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/pipelined.hpp"

#include "sim/steps.hpp"
#include "sim/wafer/link_users.hpp"
#include "sim/wafer/modes.hpp"
#include "sim/wafer/pipelined_colours.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace waferscope::sim {
namespace {

using core::Slice;
using core::SliceKind;

constexpr std::size_t kSteps = 96;
constexpr std::int64_t kMaxSlicesPerLane = 4096;

/// When each kernel starts, in cycles: forward along the graph, backward from its end.
struct Starts {
    std::vector<double> forward, backward;
    double latency = 0;  ///< of one sample, forward and backward
};

Starts start_times(const PipelineLayout& layout, double fill_cycles) {
    const auto n = layout.graph.kernels.size();
    Starts starts{.forward = std::vector<double>(n, 0), .backward = std::vector<double>(n, 0)};
    double end = 0;
    for (std::size_t k = 0; k < n; ++k) {
        for (const auto& edge : layout.graph.edges)
            if (edge.to == static_cast<int>(k)) {
                const auto from = static_cast<std::size_t>(edge.from);
                starts.forward[k] =
                    std::max(starts.forward[k], starts.forward[from] + layout.cycles[from] + fill_cycles);
            }
        end = std::max(end, starts.forward[k] + layout.cycles[k]);
    }
    for (std::size_t k = 0; k < n; ++k) starts.backward[k] = 2 * end - starts.forward[k] - layout.cycles[k];
    starts.latency = layout.copies == 3 ? 2 * end : end;
    return starts;
}

/// Slices of one lane: a sample each, or groups of samples when there are too many.
void add_lane(core::Run& run, const PipelineLayout& layout, std::size_t kernel, core::Pass pass,
              double start_cycles, double clock_hz) {
    auto& timeline = run.timeline;
    core::Lane lane{.name = layout.graph.kernels[kernel].name,
                    .detail = pass == core::Pass::forward ? "fwd" : "bwd"};
    const auto name = timeline.intern(lane.name);
    const std::int64_t batch = run.scenario.global_batch;
    const std::int64_t group = (batch + kMaxSlicesPerLane - 1) / kMaxSlicesPerLane;
    for (std::int64_t b = 0; b < batch; b += group) {
        const auto last = static_cast<double>(std::min(batch, b + group) - 1);
        lane.slices.push_back(
            {.start_s = (start_cycles + static_cast<double>(b) * layout.interval) / clock_hz,
             .end_s = (start_cycles + last * layout.interval + layout.cycles[kernel]) / clock_hz,
             .name = name,
             .op = layout.graph.kernels[kernel].op,
             .kind = SliceKind::gemm,
             .pass = pass,
             .index = static_cast<std::uint16_t>(b & 0xFFFF)});
    }
    timeline.lanes.push_back(std::move(lane));
}

struct TileClass {
    std::uint32_t id = 0;
    double busy = 0;  ///< cycles per sample
    std::size_t kernel = 0;
    int copy = 0;
    double memory_bytes = 0;
};

/// Gives every tile of one kernel its class: (copy, role, size of each part).
void classify(const PipelineLayout& layout, std::size_t k, double cycles_per_mac, core::CoreClasses& classes,
              std::vector<TileClass>& made) {
    const Kernel& kernel = layout.graph.kernels[k];
    const KernelShape& s = layout.packed.shapes[k];
    const auto& placed = layout.packed.placed[k];
    const double per = static_cast<double>(kernel.R * kernel.S) / static_cast<double>(kernel.T * kernel.T);
    std::vector<std::pair<std::array<std::int64_t, 6>, std::uint32_t>> known;
    const auto class_of = [&](int copy, std::int64_t h, std::int64_t w, std::int64_t c, std::int64_t ch_out,
                              bool reduce) {
        const std::array<std::int64_t, 6> key{copy, h, w, c, ch_out, reduce ? 1 : 0};
        for (const auto& [have, id] : known)
            if (have == key) return id;
        const auto id = static_cast<std::uint32_t>(classes.classes.size());
        classes.classes.push_back({.name = fmt::format("{} {} {}x{}x{}x{}", kernel.name,
                                                       reduce ? "reduce" : "compute", h, w, c, ch_out),
                                   .group = kernel.name,
                                   .op = kernel.op});
        const auto outputs = static_cast<double>(h * w * ch_out);
        const double busy = reduce ? outputs / static_cast<double>(kernel.T * kernel.T) *
                                         (kReduceCycles + kernel.extra_elementwise)
                                   : outputs * static_cast<double>(c) * per * cycles_per_mac;
        made.push_back({id, busy, k, copy, 2 * s.memory});
        known.emplace_back(key, id);
        return id;
    };
    for (int row = 0; row < s.height; ++row) {
        const int c = row % (s.c + 1);
        const int block = row / (s.c + 1);
        const auto h = balanced_part(kernel.H, s.h, block / s.w);
        const auto w = balanced_part(kernel.W, s.w, block % s.w);
        const bool reduce = c == s.c;
        const auto channels = reduce ? 0 : balanced_part(kernel.C, s.c, c);
        for (int column = 0; column < s.width; ++column) {
            const auto ch_out = balanced_part(kernel.K, s.k, column % s.k);
            const auto id = class_of(column / s.k, h, w, channels, ch_out, reduce);
            const auto tile = tile_of(placed, column, row);
            classes.class_of_core[static_cast<std::size_t>(tile.y) *
                                      static_cast<std::size_t>(classes.grid.columns) +
                                  static_cast<std::size_t>(tile.x)] = id;
        }
    }
}

core::ClassSeries& add_series(core::WaferSeries& wafer, const char* metric, std::size_t steps) {
    wafer.series.push_back({metric, std::vector<float>(steps * wafer.classes.classes.size(), 0.0F)});
    return wafer.series.back();
}

/// Shares of the interval per class and step (compute, fabric stall, wait) from the lanes' activity.
void fill_core_series(core::Run& run, const PipelineLayout& layout, const Starts& starts,
                      const WaferSpec& spec, const std::vector<TileClass>& tiles) {
    auto& wafer = *run.wafer;
    const auto steps = run.steps();
    const auto n = wafer.classes.classes.size();
    wafer.series.reserve(5);
    auto& utilisation = add_series(wafer, "utilisation", steps);
    auto& stall = add_series(wafer, "stall", steps);
    auto& wait = add_series(wafer, "wait", steps);
    auto& sram = add_series(wafer, "sram", steps);
    auto& power = add_series(wafer, "power", steps);
    const double span = static_cast<double>(run.scenario.global_batch - 1) * layout.interval;
    for (std::size_t t = 0; t < steps; ++t) {
        for (std::size_t c = 0; c < n; ++c)
            power.value[t * n + c] = static_cast<float>(core_power_w(spec, 0));
        for (const auto& tile : tiles) {
            const double start = tile.copy == 0 ? starts.forward[tile.kernel] : starts.backward[tile.kernel];
            // A kernel is active while samples pass it: the last one leaves T_k after it entered.
            const double length = span + layout.cycles[tile.kernel];
            const double active = overlap_share(run.step_edges_s[t], run.step_edges_s[t + 1],
                                                start / spec.clock_hz, (start + length) / spec.clock_hz);
            const double samples_per_cycle = static_cast<double>(run.scenario.global_batch) / length;
            const double busy = tile.busy * samples_per_cycle * active;
            const double stalled = (layout.interval - layout.kernel_interval) * samples_per_cycle * active;
            const auto at = t * n + tile.id;
            utilisation.value[at] = static_cast<float>(std::min(1.0, busy));
            stall.value[at] = static_cast<float>(std::min(1.0, stalled));
            wait.value[at] = static_cast<float>(std::clamp(active - busy - stalled, 0.0, 1.0));
            sram.value[at] = static_cast<float>(tile.memory_bytes);
            power.value[at] = static_cast<float>(core_power_w(spec, busy));
        }
    }
}

void fill_link_series(core::Run& run, const PipelineLayout& layout, const Starts& starts,
                      const WaferSpec& spec, const std::vector<std::size_t>& plane_group) {
    auto& links = run.wafer->links;
    links.weight.resize(run.steps() * links.plane.size());
    const double span = static_cast<double>(run.scenario.global_batch - 1) * layout.interval;
    for (std::size_t t = 0; t < run.steps(); ++t)
        for (std::size_t p = 0; p < links.plane.size(); ++p) {
            const auto k = plane_group[p];
            const double start = starts.forward[k];
            const double end = (layout.copies == 3 ? starts.backward[k] : start) + span + layout.cycles[k];
            const double active = overlap_share(run.step_edges_s[t], run.step_edges_s[t + 1],
                                                start / spec.clock_hz, end / spec.clock_hz);
            links.weight[t * links.plane.size() + p] =
                static_cast<float>(active * spec.wavelet_interval / layout.interval);
        }
}

void describe(core::Run& run, const PipelineLayout& layout) {
    const auto users = link_users(layout, static_cast<double>(run.scenario.global_batch), layout.hottest_direction, layout.hottest_x, layout.hottest_y);
    std::vector<std::size_t> order(layout.cycles.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return layout.cycles[i]; });
    const auto slow = order.front();
    if (layout.interval > layout.kernel_interval) {
        run.bottlenecks.push_back(
            {.id = "link",
             .text = fmt::format(
                 "Link {} is full: {:.0f} % of its capacity. It alone limits the interval to {:.0f} cycles. It carries {}.",
                 layout.hottest.name, 100 * layout.hottest.load, layout.interval, describe_users(layout, users, 3)),
             .share = 1 - layout.kernel_interval / layout.interval,
             .place = core::Rect{layout.hottest_x, layout.hottest_y, 1, 1}});
    }
    double wait = 0;
    for (const double c : layout.cycles) wait += 1 - c / layout.kernel_interval;
    wait /= static_cast<double>(layout.cycles.size());
    std::string text = fmt::format("{} sets the pace. It needs {:.0f} cycles per sample",
                                   layout.graph.kernels[slow].name, layout.cycles[slow]);
    if (order.size() > 1)
        text += fmt::format(
            "; the next slowest, {}, needs {:.0f}. The other {} kernels wait {:.1f} % of the time.",
            layout.graph.kernels[order[1]].name, layout.cycles[order[1]], order.size() - 1, 100 * wait);
    run.bottlenecks.push_back(
        {.id = "kernel", .text = text, .share = wait, .place = layout.packed.placed[slow].rect});
}

}  // namespace

core::Result<core::Run> simulate_pipelined(const Request& request, const WaferSpec& spec, Detail detail) {
    if (!request.workload)
        return core::fail(core::ErrorCode::machine, "Pipelined mode needs a workload graph.", "/workload",
                          "give a file or an LLM");
    core::Run run;
    run.scenario = request.scenario;
    auto made = lay_out(request, spec);
    if (!made) return tl::unexpected(made.error());
    PipelineLayout& layout = *made;
    const auto starts = start_times(layout, spec.ramp_cycles * 2 + spec.hop_cycles);
    const auto batch = static_cast<double>(run.scenario.global_batch);
    for (std::size_t k = 0; k < layout.cycles.size(); ++k) {
        add_lane(run, layout, k, core::Pass::forward, starts.forward[k], spec.clock_hz);
        if (layout.copies == 3)
            add_lane(run, layout, k, core::Pass::backward, starts.backward[k], spec.clock_hz);
    }
    auto& s = run.summary;
    s.step_time_s = run.timeline.end_s();
    s.interval_s = layout.interval / spec.clock_hz;
    s.samples_per_s = batch / s.step_time_s;
    s.hottest_link = layout.hottest;
    double macs = 0;
    for (const auto& kernel : layout.graph.kernels) macs += kernel.macs();
    const double flops = 2 * macs * batch * layout.copies;
    s.tflops_per_chip = flops / s.step_time_s / 1e12;
    s.mfu = flops / s.step_time_s / spec.peak_flops_per_s();
    s.compute_s = layout.kernel_interval * batch / spec.clock_hz;
    s.exposed_communication_s = (layout.interval - layout.kernel_interval) * batch / spec.clock_hz;
    s.bubble_s = s.step_time_s - layout.interval * batch / spec.clock_hz;
    s.wafers = 1;
    core::MemoryUse memory;
    for (std::size_t k = 0; k < layout.packed.shapes.size(); ++k)
        memory.total +=
            2 * layout.packed.shapes[k].memory * static_cast<double>(layout.packed.placed[k].rect.area());
    s.memory = memory;
    describe(run, layout);
    run.assumptions.emplace_back(
        request.layout
            ? fmt::format("{} kernels, placed as given.", layout.graph.kernels.size())
            : fmt::format("{} kernels, placed by shelves or by the placer: whichever has the shorter interval.",
                          layout.graph.kernels.size()));
    run.assumptions.emplace_back("Element-wise operators run on the reduce rows of the kernel before them.");
    if (detail == Detail::summary) return run;

    run.step_edges_s = phased_steps(s.step_time_s, starts.latency / spec.clock_hz, kSteps);
    core::WaferSeries wafer;
    wafer.classes.grid = spec.grid;
    wafer.classes.class_of_core.assign(spec.grid.cells(), 0);
    wafer.classes.classes.push_back({.name = "idle", .group = "idle"});
    std::vector<TileClass> tiles;
    for (std::size_t k = 0; k < layout.graph.kernels.size(); ++k)
        classify(layout, k, spec.cycles_per_mac, wafer.classes, tiles);
    wafer.classes.classes_per_wafer = static_cast<std::uint32_t>(wafer.classes.classes.size());
    wafer.placement.kernels = layout.packed.placed;
    std::vector<std::size_t> plane_group;
    LinkLoads loads(spec.grid);
    for (std::size_t k = 0; k < layout.graph.kernels.size(); ++k) {
        loads.clear();
        add_kernel_flows(layout, k, batch, kAllFlows, loads);
        loads.finish();
        loads.append_planes(0, wafer.links.plane);
        plane_group.resize(wafer.links.plane.size(), k);
    }
    auto colours = colour_use(layout, spec.grid);
    if (colours.most > kColours)
        run.warnings.push_back(fmt::format("Colours exhausted: the routes at core ({}, {}) need {} of {} colours.", colours.x, colours.y, colours.most, kColours));
    run.assumptions.push_back(fmt::format("Fabric colours: at most {} of {} in use, at core ({}, {}).", colours.most, kColours, colours.x, colours.y));
    wafer.fields.push_back({"colours", std::move(colours.needed)});
    run.wafer = std::move(wafer);
    fill_core_series(run, layout, starts, spec, tiles);
    fill_link_series(run, layout, starts, spec, plane_group);
    double busy = 0;
    std::vector<double> tiles_of(run.wafer->classes.classes.size(), 0);
    for (const auto c : run.wafer->classes.class_of_core) tiles_of[c] += 1;
    for (const auto& tile : tiles) busy += tile.busy * tiles_of[tile.id];
    run.summary.utilisation =
        busy * batch / (s.step_time_s * spec.clock_hz) / static_cast<double>(spec.grid.cells());
    return run;
}

}  // namespace waferscope::sim
