// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/simulate.hpp"

#include "sim/cluster/cluster.hpp"
#include "sim/economics/fleet.hpp"
#include "sim/economics/price.hpp"
#include "sim/wafer/modes.hpp"

#include <chrono>

namespace waferscope::sim {

const core::LlmConfig* llm_of(const Request& request) {
    if (const auto* llm = std::get_if<core::LlmConfig>(&request.scenario.workload)) return llm;
    if (request.workload && request.workload->llm) return &*request.workload->llm;
    return nullptr;
}

core::Result<core::Run> simulate(const Request& request, Detail detail, const std::stop_token& stop, const Progress& progress) {
    const auto start = std::chrono::steady_clock::now();
    // How many requests fit is known to the serving engine of clusters; other phases want a number.
    const bool finds_batch = request.scenario.phase == core::Phase::serve && request.machine->wafer() == nullptr;
    if (request.scenario.global_batch == core::kMaxBatch && !finds_batch)
        return core::fail(core::ErrorCode::value, "\"global_batch\":\"max\" is only searched for serving on clusters.", "/global_batch", "give a number");
    if (progress) progress(0, request.machine->name);
    if ((request.layout || request.scenario.regions) && request.machine->wafer() == nullptr)
        return core::fail(core::ErrorCode::value, "A placement needs a wafer.", "/placement", "leave it out on this machine");
    if (request.prefill_machine && (request.machine->wafer() == nullptr || request.scenario.phase != core::Phase::serve))
        return core::fail(core::ErrorCode::value, "Prompts are read elsewhere only for phase serve on a wafer.", "/options/prefill_machine", "leave it out");
    auto run = request.machine->wafer() != nullptr ? simulate_wafer(request, detail) : simulate_cluster(request, detail, stop);
    if (!run) return run;
    if (stop.stop_requested()) return core::fail(core::ErrorCode::cancelled, "Stopped by the user.");
    run->machine = request.machine;
    run->workload = request.workload;
    add_prices(*run);
    if (request.scenario.phase == core::Phase::serve && request.scenario.load) {
        auto fleet = plan_fleet(request, stop);
        if (!fleet) return tl::unexpected(fleet.error());
        run->summary.fleet = std::move(*fleet);
    }
    if (request.workload) run->warnings.insert(run->warnings.end(), request.workload->warnings.begin(), request.workload->warnings.end());
    if (run->bottlenecks.empty()) run->bottlenecks.push_back({.id = "none", .text = "Nothing single limits this."});
    run->wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    if (progress) progress(1, request.machine->name);
    return run;
}

}  // namespace waferscope::sim
