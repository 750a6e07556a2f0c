// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/trace_options.hpp"
#include "core/model/run.hpp"
#include "core/model/trace.hpp"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace waferscope::core {

/// Whether `path` is a recorded trace, or a folder that holds some.
bool is_trace(const std::filesystem::path& path);

/// The traces of a file or of all rank files in a folder, by rank. Ranks come from the file, else from its
/// name, else from the order, with a warning. The memory that is allowed is shared out evenly.
Result<std::vector<RankTrace>> read_traces(const std::filesystem::path& path,
                                           const TraceOptions& options = {},
                                           const std::stop_token& stop = {});

/// The rank files of a folder, or the file itself, in the order they are read. Empty: no traces.
std::vector<std::filesystem::path> trace_files(const std::filesystem::path& path);

/// The recorded run of a file or folder (core/model/measured_run).
Result<Run> read_measured_run(const std::filesystem::path& path, const TraceOptions& options = {},
                              const std::stop_token& stop = {});

/// The object `info --json` prints for traces, on one line (design/cli.md).
std::string trace_info_json(const std::vector<RankTrace>& ranks);

/// The rank a file name tells ("rank-3.json.gz", "trace_rank12.json", "prefix.7.et"); -1 when none.
int rank_in_name(std::string_view name);

}  // namespace waferscope::core
