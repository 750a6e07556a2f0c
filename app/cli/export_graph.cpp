// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/export_graph.hpp"

#include "core/io/file_source.hpp"
#include "core/io/formats.hpp"
#include "core/io/wgraph_writer.hpp"
#include "core/model/llm_graph.hpp"
#include "core/session/session.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>

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

core::Result<core::Workload> graph_of(const core::Scenario& scenario, const std::string& session) {
    if (const auto* llm = std::get_if<core::LlmConfig>(&scenario.workload)) return llm_graph(*llm, scenario);
    const std::string* file = nullptr;
    if (const auto* graph = std::get_if<core::FileWorkload>(&scenario.workload)) file = &graph->path;
    if (const auto* config = std::get_if<core::HfConfigWorkload>(&scenario.workload)) file = &config->path;
    if (file == nullptr)
        return core::fail(core::ErrorCode::format, "A single kernel or collective has no graph.", session,
                          "choose another run with --run");
    auto workload = core::read_workload(std::filesystem::path(session).parent_path() / *file);
    if (!workload) {
        workload.error().hint =
            fmt::format("the session names its workload but does not hold it: put {} beside it", *file);
        return workload;
    }
    return workload->llm ? llm_graph(*workload->llm, scenario) : std::move(*workload);
}

}  // namespace

core::Result<std::string> wgraph_of(const std::string& path, int run) {
    constexpr std::string_view kSession = "session";
    const auto source = core::FileSource::open(path);
    if (!source) return tl::unexpected(source.error());
    const auto* format = core::detect_format(source->bytes());
    if (format == nullptr || format->id != kSession) return core::read_workload(path).map(core::wgraph_json);
    const auto session = core::open_session(path);
    if (!session) return tl::unexpected(session.error());
    if (run < 1 || static_cast<std::size_t>(run) > session->runs.size())
        return core::fail(core::ErrorCode::range,
                          fmt::format("--run {}: the session has {} runs.", run, session->runs.size()), path,
                          "count from 1");
    return graph_of(session->runs[static_cast<std::size_t>(run) - 1]->scenario, path).map(core::wgraph_json);
}

}  // namespace waferscope::app
