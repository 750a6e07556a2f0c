// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/machine_json.hpp"
#include "core/model/contest_graph.hpp"
#include "core/model/run.hpp"
#include "sim/placement/floor_problem.hpp"
#include "sim/simulate.hpp"

#include <string>
#include <vector>

namespace waferscope::app {

/// What an explorer is opened on.
struct FloorSource {
    std::string title, subtitle;
    std::string rule;  ///< what the figures rest on, one sentence
    sim::FloorProblem problem;
    sim::FloorSlots slots;
    bool automatic = false;         ///< the placement is a solver's
    std::vector<std::string> what;  ///< per kernel: "conv 3 × 3, 128 → 128"
    double clock_hz = 0;            ///< 0 = unknown
    sim::Request request;           ///< simulates it, once a layout is added; no machine = cannot
};

/// A contest graph, nothing placed. It is simulated as training on the wafer with the least cores that holds
/// its fabric.
FloorSource floor_source(const core::ContestGraph& graph, const core::MachineLibrary& machines);

/// The kernels of a pipelined run as it placed them; the graph of a run from a session is read from its file
/// again. E-value in words for runs in which nothing can be moved.
core::Result<FloorSource> floor_source(const core::Run& run, const core::MachineLibrary& machines);

/// The request with a placement; it is also written into the scenario.
sim::Request with_layout(const FloorSource& source, const sim::FloorSlots& slots);

}  // namespace waferscope::app
