// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/workload_graph.hpp"

#include "core/io/bound_workload.hpp"
#include "core/model/llm_graph.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace waferscope::app {
namespace {

core::Dtype dtype_of(core::Precision precision) {
    switch (precision) {
        case core::Precision::fp32:
            return core::Dtype::fp32;
        case core::Precision::tf32:
            return core::Dtype::tf32;
        case core::Precision::bf16:
            return core::Dtype::bf16;
        case core::Precision::fp16:
            return core::Dtype::fp16;
        case core::Precision::fp8:
            return core::Dtype::fp8;
        case core::Precision::int8:
            return core::Dtype::int8;
        case core::Precision::fp4:
            return core::Dtype::fp4;
    }
    return core::Dtype::unknown;
}

/// The transformer of a scenario in its phase; prompts and decoding each have their own graph.
core::Workload llm_graph(const core::LlmConfig& llm, const core::Scenario& scenario) {
    const auto pass = core::is_training(scenario.phase)        ? core::LlmPass::train
                      : scenario.phase == core::Phase::prefill ? core::LlmPass::prefill
                                                               : core::LlmPass::decode;
    auto workload = core::make_llm_workload(llm, {.pass = pass,
                                                  .batch = std::max<std::int64_t>(1, scenario.global_batch),
                                                  .seq = std::max<std::int64_t>(1, scenario.seq),
                                                  .dtype = dtype_of(scenario.precision)});
    workload.name = scenario.name;
    return workload;
}

/// The file a scenario names, or nullptr.
const std::string* file_of(const core::Scenario& scenario) {
    if (const auto* graph = std::get_if<core::FileWorkload>(&scenario.workload)) return &graph->path;
    if (const auto* config = std::get_if<core::HfConfigWorkload>(&scenario.workload)) return &config->path;
    return nullptr;
}

}  // namespace

core::Result<core::Workload> graph_of(const core::Scenario& scenario, const std::filesystem::path& folder) {
    if (const auto* llm = std::get_if<core::LlmConfig>(&scenario.workload)) return llm_graph(*llm, scenario);
    const auto* file = file_of(scenario);
    if (file == nullptr)
        return core::fail(core::ErrorCode::format, "A single kernel or collective has no graph.",
                          scenario.name, "choose another run");
    const auto* graph = std::get_if<core::FileWorkload>(&scenario.workload);
    auto bound = core::read_bound_workload(
        folder / *file, graph != nullptr ? graph->bind : std::map<std::string, std::int64_t>(), scenario.seq);
    if (!bound) {
        if (bound.error().code == core::ErrorCode::file_missing)
            bound.error().hint =
                fmt::format("the session names its workload but does not hold it: put {} beside it", *file);
        return tl::unexpected(bound.error());
    }
    auto& workload = bound->workload;
    return workload.llm ? llm_graph(*workload.llm, scenario) : std::move(workload);
}

core::Result<std::shared_ptr<const core::Workload>> graph_of(const core::Run& run,
                                                             const std::filesystem::path& folder) {
    if (run.workload && !run.workload->operators.empty() && !run.workload->llm) return run.workload;
    if (run.evidence.kind == "measured")
        return core::fail(core::ErrorCode::format, "A recorded run has a timeline and no graph of operators.",
                          run.scenario.name, "open the model it ran");
    return graph_of(run.scenario, folder)
        .and_then([&](core::Workload graph) -> core::Result<std::shared_ptr<const core::Workload>> {
            if (graph.operators.empty())
                return core::fail(core::ErrorCode::format, "The workload has no operators.",
                                  run.scenario.name, "open a model graph, such as an ONNX file");
            return std::make_shared<const core::Workload>(std::move(graph));
        });
}

}  // namespace waferscope::app
