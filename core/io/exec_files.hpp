// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/exec_trace.hpp"
#include "core/model/result.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace waferscope::core {

/// The execution trace in a file (Chakra or PyTorch); nothing when it holds something else.
std::optional<Result<ExecTrace>> read_exec_trace(const std::filesystem::path& path);

/// The object `info --json` prints for an execution trace, on one line (design/cli.md).
std::string exec_info_json(const ExecTrace& trace);

}  // namespace waferscope::core
