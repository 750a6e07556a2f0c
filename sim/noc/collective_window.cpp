// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/collective_window.hpp"

#include <chrono>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

constexpr std::size_t kMostRouters = 512 * 512;
constexpr std::uint32_t kMostCycles = 1'000'000;  ///< no collective on a window takes as long

}  // namespace

core::Result<CollectiveFilm> film_collective(const CollectiveTask& task, core::GridSize mesh, const FabricConfig& fabric, std::uint32_t frames, const std::stop_token& stop) {
    if (mesh.cells() == 0 || mesh.cells() > kMostRouters || task.length < 2 || task.length > mesh.columns)
        return core::fail(core::ErrorCode::range, fmt::format("A window of {} x {} cores for a line of {}; it may have {} in all.", mesh.columns, mesh.rows, task.length, kMostRouters), "window", "select fewer rows");
    const auto start = std::chrono::steady_clock::now();
    const auto program = collective_program(task, mesh, fabric);
    CollectiveFilm film;
    {
        WaferMesh engine(fabric, program);
        auto scratch = WaferMesh::scratch();
        Tally tally;
        for (std::uint32_t cycle = 0; tally.tasks < engine.tasks() && cycle < kMostCycles && !stop.stop_requested(); ++cycle) engine.advance(0, mesh.rows, cycle, scratch, tally);
        film.cycles = tally.last_cycle + 1 + (counts_last_dispatch(task, mesh, fabric.ramp_cycles) ? static_cast<std::uint64_t>(fabric.dispatch_cycles) : 0);
    }
    film.cycles_per_frame = static_cast<std::uint32_t>((film.cycles + frames - 1) / frames);
    WaferMesh engine(fabric, program);
    auto scratch = WaferMesh::scratch();
    Tally tally;
    engine.observe();
    for (std::uint32_t cycle = 0; cycle < film.cycles && !stop.stop_requested();) {
        for (std::uint32_t i = 0; i < film.cycles_per_frame; ++i, ++cycle) engine.advance(0, mesh.rows, cycle, scratch, tally);
        film.frames.push_back(take_frame(engine, mesh.cells(), film.cycles_per_frame));
    }
    if (stop.stop_requested()) return core::fail(core::ErrorCode::cancelled, "Stopped by the user.");
    film.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return film;
}

}  // namespace waferscope::sim
