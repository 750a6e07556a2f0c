// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/export_graph.hpp"

#include "app/document/workload_graph.hpp"
#include "core/io/file_source.hpp"
#include "core/io/formats.hpp"
#include "core/io/wgraph_writer.hpp"
#include "core/session/session.hpp"

#include <fmt/format.h>
#include <filesystem>

namespace waferscope::app {
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
    return graph_of(session->runs[static_cast<std::size_t>(run) - 1]->scenario, std::filesystem::path(path).parent_path()).map(core::wgraph_json);
}

}  // namespace waferscope::app
