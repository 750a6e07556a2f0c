// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/trace_prediction.hpp"

#include "app/document/request.hpp"
#include "core/io/exec_files.hpp"
#include "core/io/recorded_prediction.hpp"
#include "core/io/trace_files.hpp"
#include "core/model/measured_run.hpp"
#include "sim/simulate.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

namespace waferscope::app {
namespace {

using core::ErrorCode;

/// The number of rows most products of activations and weights have: samples of one rank.
std::int64_t common_rows(const core::Workload& workload) {
    std::map<std::int64_t, std::int64_t> counts;
    for (const auto& op : workload.operators)
        if (const auto* gemm = std::get_if<core::GemmDims>(&op.dims);
            gemm != nullptr && op.type == "aten::addmm")
            ++counts[gemm->m];
    const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
    return most == counts.end() ? 0 : most->first;
}

core::Precision precision_of(std::string_view word) {
    using core::Precision;
    for (const auto precision : {Precision::fp32, Precision::tf32, Precision::bf16, Precision::fp16,
                                 Precision::fp8, Precision::int8, Precision::fp4})
        if (core::precision_name(precision) == word) return precision;
    return Precision::fp16;
}

/// Fields without which nothing can be predicted, in words.
std::string missing_fields(const core::TraceFacts& facts, bool recorded) {
    std::string text;
    const auto need = [&](const char* id) {
        if (core::fact(facts, id).value.empty()) text += fmt::format("{}{}", text.empty() ? "" : ", ", id);
    };
    for (const auto* id : {"model", "precision", "machine", "ranks"}) need(id);
    if (!recorded && text.empty())
        for (const auto* id : {"batch", "tp", "pp", "dp"}) need(id);
    return text;
}

core::Scenario scenario_of(const RecordedRun& recorded, const core::TraceFacts& facts) {
    core::Scenario scenario{.name = recorded.step.workload.name +
                                    (recorded.step.name.empty() ? "" : ", " + recorded.step.name)};
    scenario.source_path = recorded.path;
    scenario.phase = core::Phase::inference;
    scenario.workload = core::FileWorkload{std::filesystem::absolute(recorded.step.workload.source).string()};
    scenario.precision = precision_of(core::fact(facts, "precision").value);
    scenario.machine = core::fact(facts, "machine").value;
    scenario.chips = std::max(1, core::fact_number(facts, "ranks"));
    return scenario;
}

/// The scenario of a model that somebody named: one training step of it.
core::Scenario model_scenario(const RecordedRun& recorded, const core::TraceFacts& facts) {
    auto scenario = scenario_of(recorded, facts);
    const auto path = std::filesystem::absolute(core::fact(facts, "model").value).string();
    const bool config = path.ends_with(".json") && !path.ends_with(".wgraph.json");
    if (config)
        scenario.workload = core::HfConfigWorkload{path};
    else
        scenario.workload = core::FileWorkload{path};
    scenario.phase = core::Phase::train;
    scenario.seq = core::fact_number(facts, "seq");
    scenario.global_batch = static_cast<std::int64_t>(core::fact_number(facts, "batch")) *
                            std::max(1, core::fact_number(facts, "dp"));
    if (config)
        scenario.parallel = core::ParallelPlan{.tp = core::fact_number(facts, "tp"),
                                               .pp = core::fact_number(facts, "pp"),
                                               .dp = core::fact_number(facts, "dp")};
    return scenario;
}

/// Why a file with operators but without times, or with neither, is not compared with a prediction.
tl::unexpected<core::Error> nothing_recorded(const core::ExecTrace& trace,
                                             const std::filesystem::path& path) {
    const bool timed =
        std::ranges::any_of(trace.nodes, [](const auto& node) { return node.duration_us > 0; });
    if (!timed)
        return core::fail(
            ErrorCode::format,
            "This execution trace records what was called, not how long it took; there is no measured time "
            "to compare with.",
            path.string(),
            "open it as a model to simulate its operators, or record a profiler trace of the same run");
    return core::fail(
        ErrorCode::format, "This execution trace records times, but not the sizes its operators worked on.",
        path.string(), "record a profiler trace with record_shapes=True, or simulate the model itself");
}

}  // namespace

core::Result<RecordedRun> read_recorded(const std::filesystem::path& path, const core::TraceOptions& options,
                                        const std::stop_token& stop) {
    if (!core::is_trace(path)) {
        if (const auto exec = core::read_exec_trace(path))
            return exec->has_value() ? nothing_recorded(**exec, path) : tl::unexpected(exec->error());
        return core::fail(ErrorCode::format, "This is no recorded run.", path.string(),
                          "give a PyTorch profiler trace or a folder of rank traces");
    }
    auto ranks = core::read_traces(path, options, stop);
    if (!ranks) return tl::unexpected(ranks.error());
    RecordedRun recorded{.step = core::recorded_step(ranks->front()), .path = path.string()};
    recorded.facts = core::deduce_facts(
        *ranks, {.kernels = recorded.step.kernels,
                 .with_shapes = recorded.step.with_shapes,
                 .operators = static_cast<std::int64_t>(recorded.step.workload.operators.size()),
                 .rows = common_rows(recorded.step.workload)});
    recorded.told = recorded.facts;
    recorded.waits = core::rank_waits(*ranks);
    recorded.run = core::measured_run(std::move(*ranks));
    recorded.run.scenario.chips = std::max(1, core::fact_number(recorded.facts, "ranks"));
    if (const auto& word = core::fact(recorded.facts, "precision").value; !word.empty())
        recorded.run.scenario.precision = precision_of(word);
    return recorded;
}

core::Result<PredictedRun> predict_run(const RecordedRun& recorded, const core::TraceFacts& facts,
                                       const core::MachineLibrary& machines, const std::stop_token& stop) {
    const auto& model = core::fact(facts, "model");
    const bool own = model.value == core::kRecordedModel;
    if (const auto missing = missing_fields(facts, own); !missing.empty()) {
        const auto first = missing.substr(0, missing.find(','));
        return core::fail(ErrorCode::value,
                          fmt::format("Not known: {}. {}", missing, core::fact(facts, first).why),
                          recorded.path, fmt::format("give it in the form, or with --set {}=VALUE", first));
    }
    auto request = own ? make_request(scenario_of(recorded, facts), machines,
                                      std::make_shared<const core::Workload>(recorded.step.workload))
                       : make_request(model_scenario(recorded, facts), machines);
    if (!request) return tl::unexpected(request.error());
    auto run = sim::simulate(*request, sim::Detail::full, stop, {});
    if (!run) return tl::unexpected(run.error());
    PredictedRun predicted;
    predicted.prediction =
        own ? core::compare_step(recorded.step, *run) : core::compare_classes(recorded.step, *run);
    predicted.run = std::move(*run);
    return predicted;
}

std::string facts_json(const core::TraceFacts& facts) {
    nlohmann::ordered_json json;
    for (const auto& fact : facts)
        json[fact.id] = {{"value", fact.value.empty() ? nlohmann::ordered_json(nullptr)
                                                      : nlohmann::ordered_json(fact.value)},
                         {"from", core::knowledge_name(fact.from)},
                         {"why", fact.why}};
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace waferscope::app
