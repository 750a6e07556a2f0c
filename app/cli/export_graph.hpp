// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"

#include <string>

namespace waferscope::app {

/// The native graph (.wgraph.json) of a workload file, or of run `run` (from 1) of a session: the graph its
/// scenario generates, or the workload file it names, looked for beside the session.
core::Result<std::string> wgraph_of(const std::string& path, int run);

}  // namespace waferscope::app
