// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/trace_options.hpp"
#include "core/io/machine_json.hpp"
#include "core/io/recorded_step.hpp"
#include "core/model/prediction.hpp"
#include "core/model/rank_waits.hpp"
#include "core/model/trace_facts.hpp"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

namespace waferscope::app {

/// A recorded run and what is known about the scenario behind it.
struct RecordedRun {
    core::Run run;            ///< as it is shown in pane A
    core::RecordedStep step;  ///< of the first rank
    core::TraceFacts told;    ///< by the recording
    core::TraceFacts facts;   ///< the same with what a person gave
    std::string path;
    core::WaitReport waits;  ///< of several ranks: transfer, waiting, who was late
};

/// A profiler trace, a folder of rank traces, or an execution trace with times. E-format with the reason when
/// it holds nothing a prediction could be compared with.
core::Result<RecordedRun> read_recorded(const std::filesystem::path& path, const core::TraceOptions& options = {},
                                        const std::stop_token& stop = {});

/// The prediction of a recorded run and its run for pane B.
struct PredictedRun {
    core::Run run;
    core::Prediction prediction;
};

/// Predicts the recorded operators, or the model a person named instead. E-value naming each field that is
/// needed and unknown; errors of the simulator.
core::Result<PredictedRun> predict_run(const RecordedRun& recorded, const core::TraceFacts& facts,
                                       const core::MachineLibrary& machines,
                                       const std::stop_token& stop = {});

/// The facts as a JSON object: field -> {value, from, why}.
std::string facts_json(const core::TraceFacts& facts);

}  // namespace waferscope::app
