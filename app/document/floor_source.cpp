// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/floor_source.hpp"

#include "app/document/request.hpp"
#include "core/io/kgraph_workload.hpp"
#include "core/io/paint.hpp"
#include "sim/wafer/pipelined.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <map>

namespace waferscope::app {
namespace {

std::string what_is(const sim::FloorProblem& problem, std::size_t kernel) {
    const auto& item = problem.kernels[kernel];
    const auto& part = problem.graph.kernels[item.first];
    if (item.parts > 1)
        return fmt::format("{}, {} \u00d7 {}, {} channels", core::contest_kind_name(item.kind), item.given[0],
                           item.given[1], item.given[2]);
    return fmt::format("conv {} \u00d7 {}, {} \u2192 {}", part.R, part.S, part.C, part.K);
}

void describe(FloorSource& source) {
    for (std::size_t k = 0; k < source.problem.kernels.size(); ++k)
        source.what.push_back(what_is(source.problem, k));
}

}  // namespace

FloorSource floor_source(const core::ContestGraph& graph, const core::MachineLibrary& machines) {
    FloorSource source{.title = std::filesystem::path(graph.source).stem().string(),
                       .problem = sim::floor_problem(graph)};
    source.slots.resize(source.problem.kernels.size());
    describe(source);
    source.subtitle = fmt::format("{} kernels, {} \u00d7 {} tiles", source.problem.kernels.size(),
                                  graph.fabric.columns, graph.fabric.rows);
    auto& scenario = source.request.scenario;
    scenario.name = source.title;
    scenario.workload = core::FileWorkload{std::filesystem::path(graph.source).filename().string()};
    scenario.source_path = graph.source;
    scenario.phase = core::Phase::train;
    scenario.global_batch = static_cast<std::int64_t>(sim::kContestBatch);
    scenario.wafer.mode = core::WaferMode::pipelined;
    source.request.workload = std::make_shared<const core::Workload>(core::kgraph_workload(graph));
    for (const auto& machine : machines.all()) {
        const auto* wafer = machine->wafer();
        if (wafer == nullptr || wafer->grid.columns < graph.fabric.columns ||
            wafer->grid.rows < graph.fabric.rows)
            continue;
        if (!source.request.machine || wafer->grid.cells() < source.request.machine->wafer()->grid.cells())
            source.request.machine = machine;
    }
    source.rule = fmt::format(
        "Contest units: a tile does one multiply-add per cycle. Link loads: weights updated every {:.0f} "
        "samples.",
        sim::kContestBatch);
    if (!source.request.machine) return source;
    scenario.machine = source.request.machine->id;
    if (const auto spec = sim::wafer_spec(source.request)) source.clock_hz = spec->clock_hz;
    source.rule += fmt::format(" Samples per second at {:.2f} GHz ({}).", source.clock_hz / 1e9,
                               source.request.machine->name);
    return source;
}

core::Result<FloorSource> floor_source(const core::Run& run, const core::MachineLibrary& machines) {
    const auto refuse = [](const char* why, const char* hint) {
        return core::fail(core::ErrorCode::value, why, {}, hint);
    };
    if (!run.machine || run.machine->wafer() == nullptr || !run.wafer)
        return refuse("This run is not on a wafer: there is nothing to place.",
                      "open a network on a wafer, or a kernel graph (.kgraph)");
    const auto& placed_kernels = run.wafer->placement.kernels;
    if (!placed_kernels.empty() && placed_kernels.front().slot.arguments.size() != 4)
        return refuse("This run has regions for groups of layers, not kernels.", "open it as regions");
    if (placed_kernels.empty())
        return refuse(
            "Nothing can be dragged: weights stream through the wafer layer by layer, every layer has all of "
            "it.",
            "batch and number of wafers are the handles");
    FloorSource source{
        .automatic = run.scenario.placement.empty(),
        .request = {.scenario = run.scenario, .workload = run.workload, .machine = run.machine}};
    if (!run.workload) {
        auto again = make_request(run.scenario, machines);
        if (!again) return tl::unexpected(again.error());
        source.request.workload = again->workload;
    }
    if (!source.request.workload)
        return refuse("Nothing can be dragged here: this run has no graph of operators.",
                      "open a network, or a kernel graph (.kgraph)");
    const auto& workload = *source.request.workload;
    const auto spec = sim::wafer_spec(source.request);
    if (!spec) return tl::unexpected(spec.error());
    const int copies = core::is_training(run.scenario.phase) ? 3 : 1;
    source.problem = sim::floor_problem(workload, {.grid = spec->grid,
                                                   .memory_elements = spec->sram_bytes / 2,
                                                   .copies = copies,
                                                   .cycles_per_mac = spec->cycles_per_mac,
                                                   .cycles_per_output = sim::kReduceCycles});
    source.problem.wavelet_interval = spec->wavelet_interval;
    source.problem.batch = static_cast<double>(run.scenario.global_batch);
    std::map<std::uint32_t, const core::PlacedKernel*> placed;
    for (const auto& kernel : placed_kernels) placed[kernel.op] = &kernel;
    for (std::size_t k = 0; k < source.problem.kernels.size(); ++k) {
        const auto& item = source.problem.kernels[k];
        core::Slot slot;
        std::vector<int> c, w;
        for (std::size_t p = 0; p < item.parts; ++p) {
            const auto found = placed.find(source.problem.graph.kernels[item.first + p].op);
            if (found == placed.end())
                return refuse("Nothing can be dragged: the graph read now is not the one that was placed.",
                              "simulate it again");
            const auto& part = found->second->slot;
            if (p == 0)
                slot = {.x = found->second->rect.x,
                        .y = found->second->rect.y,
                        .rotated = part.rotated,
                        .arguments = {part.arguments[0], part.arguments[1]}};
            c.push_back(part.arguments[2]), w.push_back(part.arguments[3]);
        }
        slot.arguments.insert(slot.arguments.end(), c.begin(), c.end());
        slot.arguments.insert(slot.arguments.end(), w.begin(), w.end());
        source.slots.emplace_back(std::move(slot));
    }
    describe(source);
    source.title = run.scenario.name;
    source.subtitle = fmt::format("{}, {}, {} kernels", run.machine->name,
                                  core::phase_name(run.scenario.phase), source.problem.kernels.size());
    source.clock_hz = spec->clock_hz;
    source.rule = fmt::format(
        "Cycles per sample of {}: {:.3g} cycles per multiply-add, {} per output of a reduce tile; {:.2f} "
        "GHz.",
        run.machine->name, spec->cycles_per_mac, sim::kReduceCycles, spec->clock_hz / 1e9);
    return source;
}

sim::Request with_layout(const FloorSource& source, const sim::FloorSlots& slots) {
    auto request = source.request;
    auto layout = sim::slots_layout(source.problem, slots);
    layout.source = source.title;
    request.scenario.wafer.mode = core::WaferMode::pipelined;
    request.scenario.placement = core::write_paint(layout);
    request.layout = std::make_shared<const core::ContestLayout>(std::move(layout));
    return request;
}

}  // namespace waferscope::app
