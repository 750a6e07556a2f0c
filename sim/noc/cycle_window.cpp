// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/cycle_window.hpp"

#include <chrono>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

constexpr int kLargestSide = 512;
/// Link directions by port of ports.hpp: east, west, south, north.
constexpr std::array kDirectionOfPort{core::Direction::east, core::Direction::west, core::Direction::south, core::Direction::north};

}  // namespace

WindowFrame take_frame(WaferMesh& engine, std::size_t routers, std::uint32_t cycles) {
    WindowFrame frame;
    for (auto& plane : frame.link_load) plane.resize(routers);
    frame.queued.resize(routers), frame.blocked.resize(routers);
    for (std::size_t i = 0; i < routers; ++i) {
        const auto counts = engine.take_counts(i);
        for (std::size_t port = 0; port < kDirectionOfPort.size(); ++port)
            frame.link_load[static_cast<std::size_t>(kDirectionOfPort[port])][i] = static_cast<float>(counts.crossed[port]) / static_cast<float>(cycles);
        frame.queued[i] = static_cast<float>(engine.queued(i));
        frame.blocked[i] = static_cast<float>(counts.blocked) / static_cast<float>(cycles);
    }
    return frame;
}

core::Result<WindowResult> simulate_window(const WindowConfig& config, const std::stop_token& stop) {
    const auto& mesh = config.mesh;
    if (mesh.columns < 2 || mesh.rows < 2 || mesh.columns > kLargestSide || mesh.rows > kLargestSide)
        return core::fail(core::ErrorCode::range, fmt::format("A window of {} x {} cores; it may have 2 to {} a side.", mesh.columns, mesh.rows, kLargestSide), "window", "select a smaller area");
    const auto table = std::make_shared<const TrafficTable>(mesh, config.flows);
    const Window measured{.begin = config.warmup, .end = config.warmup + config.frames * config.cycles_per_frame};
    SourceConfig source{.mesh = mesh, .packet_rate = 0.5, .seed = config.seed, .table = table};
    WaferMesh engine(config.fabric, source, measured);
    auto scratch = WaferMesh::scratch();
    Tally tally;
    const auto start = std::chrono::steady_clock::now();
    for (std::uint32_t cycle = 0; cycle < config.warmup; ++cycle) engine.advance(0, mesh.rows, cycle, scratch, tally);
    engine.observe();
    const auto cells = mesh.cells();
    WindowResult result;
    result.lost_rate = table->lost_rate();
    for (auto& plane : result.mean_load) plane.assign(cells, 0);
    for (std::size_t i = 0; i < cells; ++i) result.offered += table->rate(i);
    std::uint32_t cycle = config.warmup;
    const auto before = tally.flits;
    for (std::uint32_t f = 0; f < config.frames; ++f) {
        if (stop.stop_requested()) return core::fail(core::ErrorCode::cancelled, "Stopped by the user.");
        for (std::uint32_t i = 0; i < config.cycles_per_frame; ++i, ++cycle) engine.advance(0, mesh.rows, cycle, scratch, tally);
        WindowFrame frame = take_frame(engine, cells, config.cycles_per_frame);
        for (std::size_t d = 0; d < frame.link_load.size(); ++d)
            for (std::size_t i = 0; i < cells; ++i) result.mean_load[d][i] += frame.link_load[d][i] / static_cast<double>(config.frames);
        result.frames.push_back(std::move(frame));
    }
    result.delivered = static_cast<double>(tally.flits - before) / (config.frames * config.cycles_per_frame);
    result.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace waferscope::sim
