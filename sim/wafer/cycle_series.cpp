// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/cycle_series.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace waferscope::sim {

void fill_cycle_frames(core::Run& run, const std::vector<WindowFrame>& frames, core::GridSize mesh, std::uint32_t cycles_per_frame, double clock_hz) {
    const auto cells = mesh.cells(), steps = frames.size();
    const double frame_s = cycles_per_frame / clock_hz;
    core::WaferSeries wafer;
    wafer.classes = {.grid = mesh, .wafers = 1, .classes_per_wafer = static_cast<std::uint32_t>(cells)};
    for (std::size_t i = 0; i < cells; ++i) {
        wafer.classes.class_of_core.push_back(static_cast<std::uint32_t>(i));
        wafer.classes.classes.push_back({.name = "router", .group = "window"});
    }
    wafer.series = {{"stall", {}}, {"queue", {}}};
    for (std::size_t t = 0; t <= steps; ++t) run.step_edges_s.push_back(frame_s * static_cast<double>(t));
    wafer.links.weight.assign(steps * steps * core::kDirections, 0.0F);
    for (std::size_t t = 0; t < steps; ++t) {
        const auto& frame = frames[t];
        for (const float blocked : frame.blocked) wafer.series[0].value.push_back(std::min(1.0F, blocked));
        wafer.series[1].value.insert(wafer.series[1].value.end(), frame.queued.begin(), frame.queued.end());
        for (int d = 0; d < core::kDirections; ++d) {  // every frame has planes of its own
            wafer.links.weight[t * steps * core::kDirections + wafer.links.plane.size()] = 1;
            wafer.links.plane.push_back({.box = {0, 0, mesh.columns, mesh.rows}, .direction = static_cast<core::Direction>(d), .wavelets = frame.link_load[static_cast<std::size_t>(d)]});
        }
    }
    run.wafer = std::move(wafer);
    core::Lane lane{.name = "Window", .detail = "cycles"};
    const auto name = run.timeline.intern(fmt::format("{} cycles", cycles_per_frame));
    for (std::size_t f = 0; f < steps; ++f)
        lane.slices.push_back({.start_s = run.step_edges_s[f], .end_s = run.step_edges_s[f + 1], .name = name, .kind = core::SliceKind::send_recv, .index = static_cast<std::uint16_t>(f)});
    run.timeline.lanes.push_back(std::move(lane));
    run.summary.step_time_s = run.timeline.end_s();
}

}  // namespace waferscope::sim
