// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/resident_cycles.hpp"

#include "sim/noc/collective_window.hpp"
#include "sim/wafer/collectives.hpp"
#include "sim/wafer/cycle_series.hpp"
#include "sim/wafer/region_planner.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

constexpr std::uint32_t kFrames = 64;
constexpr int kMostLines = 256;

/// The step of a layer with the longest all-reduce along rows or columns of the whole region.
const DecodeStep* longest_sum(const DecodeLayer& layer) {
    const DecodeStep* longest = nullptr;
    for (const auto& step : layer.steps)
        if (step.side == 0 && step.calls > 0 && step.sums > 0 && (longest == nullptr || step.sums > longest->sums)) longest = &step;
    return longest;
}

/// Rows become columns: the engine sums along rows, and the fabric is the same either way.
WindowFrame turned(const WindowFrame& frame, core::GridSize mesh) {
    const auto turn = [&](const std::vector<float>& from) {
        std::vector<float> to(from.size());
        const auto columns = static_cast<std::size_t>(mesh.columns), rows = static_cast<std::size_t>(mesh.rows);
        for (std::size_t y = 0; y < rows; ++y)
            for (std::size_t x = 0; x < columns; ++x) to[x * rows + y] = from[y * columns + x];
        return to;
    };
    using core::Direction;
    WindowFrame out{.queued = turn(frame.queued), .blocked = turn(frame.blocked)};
    for (const auto& [from, to] : {std::pair{Direction::east, Direction::south}, {Direction::south, Direction::east}, {Direction::west, Direction::north}, {Direction::north, Direction::west}})
        out.link_load[static_cast<std::size_t>(to)] = turn(frame.link_load[static_cast<std::size_t>(from)]);
    return out;
}

}  // namespace

core::Result<core::Run> simulate_resident_cycles(const Request& request, const WaferSpec& spec, const core::Rect& window, const std::stop_token& stop) {
    const RegionPlanner planner(*llm_of(request), spec, request.scenario);
    const auto plan = planner.choose();
    if (!plan) return tl::unexpected(plan.error());
    const int x = window.x + window.width / 2, y = window.y + window.height / 2;
    std::optional<std::size_t> stage;
    for (std::size_t i = 0; i < plan->stages.size() && !stage; ++i) {
        const auto rect = plan->stage(i).rect();
        if (x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height) stage = i;
    }
    if (!stage) return core::fail(core::ErrorCode::value, "No region of decode lies here.", "window", "select cores of a region");
    const auto& region = plan->cost(*stage).region;
    const auto* step = longest_sum(plan->cost(*stage).layer);
    if (step == nullptr) return core::fail(core::ErrorCode::value, "This layer has no sum over its region.", "window");
    const auto rect = plan->stage(*stage).rect();
    // Across the sums the window decides, along them the whole region.
    const bool rows = step->along_rows;
    const int first = rows ? std::max(window.y, rect.y) : std::max(window.x, rect.x), end = rows ? std::min(window.y + window.height, rect.y + rect.height) : std::min(window.x + window.width, rect.x + rect.width);
    const core::GridSize mesh{rect.width, std::clamp(end - first, 1, kMostLines)};
    const double wavelets = std::max(1.0, std::ceil(region.batch * step->sums / 2));
    const CollectiveTask task{Collective::two_tree, rect.width, static_cast<std::uint32_t>(wavelets)};
    FabricConfig fabric;
    fabric.hop_cycles = static_cast<int>(spec.hop_cycles), fabric.ramp_cycles = static_cast<int>(spec.ramp_cycles), fabric.wavelet_interval = spec.wavelet_interval;
    auto film = film_collective(task, mesh, fabric, kFrames, stop);
    if (!film) return tl::unexpected(film.error());
    if (!rows)
        for (auto& frame : film->frames) frame = turned(frame, mesh);

    core::Run run;
    run.scenario = request.scenario;
    run.scenario.name = fmt::format("cycles of one sum, {} {} to {}", rows ? "rows" : "columns", first, first + mesh.rows - 1);
    run.machine = request.machine;
    run.workload = request.workload;
    fill_cycle_frames(run, film->frames, rows ? mesh : core::GridSize{mesh.rows, mesh.columns}, film->cycles_per_frame, spec.clock_hz);
    const double formula = two_tree_all_reduce(rect.width, default_groups(rect.width), wavelets, spec.ramp_cycles), cycles = static_cast<double>(film->cycles);
    double hottest = 0, crossed = 0;
    for (const auto& frame : film->frames)
        for (const auto& plane : frame.link_load)
            for (const float load : plane) hottest = std::max(hottest, static_cast<double>(load)), crossed += static_cast<double>(load) * film->cycles_per_frame;
    run.summary.wafers = 1;
    run.summary.hottest_link = core::HottestLink{"busiest link of a frame", hottest * spec.wavelet_interval};
    const double links = 2.0 * (rect.width - 1) * mesh.rows;
    run.bottlenecks.push_back({.id = "cycles",
                               .text = fmt::format("Cycle by cycle the sums of \"{}\", {:.0f} wavelets along {} cores, take {:.0f} cycles; the flow model says {:.0f} ({:+.1f} %). The links along them carry a wavelet {:.1f} % of the time: waiting for the chain, not bandwidth, takes the time.",
                                                   step->name, wavelets, rect.width, cycles, formula, 100 * (formula / cycles - 1), 100 * crossed / links / cycles),
                               .share = 1});
    run.assumptions.push_back(fmt::format("One all-reduce on {} lines, every line alike; two trees in {} groups; FIFOs of {} wavelets.", mesh.rows, default_groups(rect.width), fabric.queue_depth));
    if (region.groups != default_groups(rect.width)) run.warnings.push_back(fmt::format("The scenario asks for {} groups; the cycle engine forms {}.", region.groups, default_groups(rect.width)));
    run.wall_ms = film->wall_seconds * 1e3;
    return run;
}

}  // namespace waferscope::sim
