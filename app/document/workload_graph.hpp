// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <filesystem>
#include <memory>

namespace waferscope::app {

/// The operator graph of a scenario: generated from its transformer, or read from the file it names, which is
/// looked for in `folder` when its path is relative. Single kernels and collectives have none, and say so.
core::Result<core::Workload> graph_of(const core::Scenario& scenario, const std::filesystem::path& folder);

/// The graph a run was made of: its own, else graph_of() its scenario. Recorded runs have none.
core::Result<std::shared_ptr<const core::Workload>> graph_of(const core::Run& run,
                                                             const std::filesystem::path& folder);

}  // namespace waferscope::app
