// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/contest_graph.hpp"
#include "core/model/result.hpp"
#include "core/model/run.hpp"

#include <functional>
#include <memory>
#include <stop_token>

namespace waferscope::sim {

/// What a simulation works on: a scenario and the things its names stand for.
struct Request {
    core::Scenario scenario;
    std::shared_ptr<const core::Workload> workload;  ///< forward graph of one file batch; null for gemm, ...
    std::shared_ptr<const core::Machine> machine;    ///< overrides applied
    std::shared_ptr<const core::Machine> prefill_machine;  ///< of options.prefill_machine; null = none
    std::shared_ptr<const core::ContestLayout> layout;  ///< of pipelined mode, given by hand; null = automatic
};

/// The transformer dimensions of the workload, written in the scenario or read from a file; null when it is none.
const core::LlmConfig* llm_of(const Request& request);

/// summary: the same schedule, no slices, no series; for batch and sweep.
enum class Detail : std::uint8_t { summary, full };

/// Called from the simulating thread with the done share, 0..1, and what is being done.
using Progress = std::function<void(double done, std::string_view what)>;

/// Runs `request` on its machine. Deterministic. Errors: E-plan, E-fit (auto finds no plan), E-machine,
/// E-shape, E-range, E-cancelled. Any thread.
core::Result<core::Run> simulate(const Request& request, Detail detail, const std::stop_token& stop,
                                 const Progress& progress);

}  // namespace waferscope::sim
