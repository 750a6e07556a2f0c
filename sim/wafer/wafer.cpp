// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/modes.hpp"

#include "sim/evidence.hpp"
#include "sim/placement/random.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {

using core::Phase;
using core::WaferMode;

namespace {

constexpr int kMostCrosses = 10'000;  ///< drawn of the defects of a what-if

WaferMode mode_of(const Request& request) {
    const auto& scenario = request.scenario;
    if (scenario.wafer.mode != WaferMode::automatic) return scenario.wafer.mode;
    if (llm_of(request) != nullptr)
        return core::is_training(scenario.phase) ? WaferMode::weight_streaming : WaferMode::resident;
    return WaferMode::pipelined;
}

/// What-if of defective cores: they are remapped in hardware, so the mesh that software sees does not change.
/// Where they lie is assumed: drawn evenly by a fixed generator, so that a what-if looks the same each time.
void add_yield(core::Run& run, const Request& request, const WaferSpec& spec) {
    const int defects = request.scenario.wafer.defects;
    if (defects == 0) return;
    constexpr double kDefectsPerMm2 = 0.001, kWaferMm2 = 46225, kCoreMm2 = 0.05;
    run.assumptions.push_back(fmt::format("{} defective cores at assumed places (crosses), {:.0f} expected at {} per mm2: hardware remaps them to spares, software sees a clean mesh and times do not change. A core of {} mm2 is good with {:.3f} %.", defects,
                                          kDefectsPerMm2 * kWaferMm2, kDefectsPerMm2, kCoreMm2, 100 * std::exp(-kDefectsPerMm2 * kCoreMm2)));
    if (!run.wafer) return;
    Random places(1);
    while (run.wafer->defects.size() < static_cast<std::size_t>(std::min(defects, kMostCrosses)))
        run.wafer->defects.push_back({places.below(spec.grid.columns), places.below(spec.grid.rows)});
}

}  // namespace


tl::unexpected<core::Error> no_calibration(const Request& request) {
    return core::fail(
        core::ErrorCode::machine,
        fmt::format("{} has no fitted constants for resident inference.", request.machine->name), "/machine",
        "add them to resources/calibration");
}

core::Result<core::Run> simulate_wafer(const Request& request, Detail detail) {
    const auto spec = wafer_spec(request);
    if (!spec) return tl::unexpected(spec.error());
    const auto mode = mode_of(request);
    const auto& scenario = request.scenario;
    if (request.layout && mode != WaferMode::pipelined)
        return core::fail(core::ErrorCode::value, "A placement of kernels needs pipelined mode.", "/placement", "leave it out, or set /wafer/mode to pipelined");
    if (scenario.regions && mode != WaferMode::resident)
        return core::fail(core::ErrorCode::value, "A placement of regions needs resident mode.", "/placement", "leave it out, or set /wafer/mode to resident");
    auto run = mode == WaferMode::pipelined          ? simulate_pipelined(request, *spec, detail)
               : mode == WaferMode::weight_streaming ? simulate_streaming(request, *spec, detail)
               : scenario.phase == Phase::prefill    ? simulate_prefill(request, *spec, detail)
               : scenario.phase == Phase::decode
                   ? simulate_decode(request, *spec, detail)
                   : scenario.phase == Phase::serve
                   ? simulate_serve(request, *spec)
                   : core::Result<core::Run>(core::fail(core::ErrorCode::machine, "A wafer with resident weights runs prefill, decode and serve.", "/phase", "use one of them"));
    if (!run) return run;
    run->plan = {.dp = 1};
    if (const auto power = spec->power_w) {
        run->summary.power_w = *power * scenario.chips;
        run->summary.energy_j = *run->summary.power_w * run->summary.step_time_s;
    }
    add_yield(*run, request, *spec);
    run->evidence = mode == WaferMode::resident ? evidence_of(*request.machine, core::phase_name(scenario.phase), scope_of(scenario, llm_of(request))) : core::Evidence{};
    run->sources.push_back(request.machine->name + ": " + request.machine->figures.at("clock_hz").source);
    return run;
}

}  // namespace waferscope::sim
