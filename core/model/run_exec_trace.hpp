// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/exec_trace.hpp"
#include "core/model/run.hpp"

namespace waferscope::core {

/// The timeline of a run as an execution trace: one node per slice, each after the one before it in its lane;
/// waiting is no node.
ExecTrace run_exec_trace(const Run& run);

}  // namespace waferscope::core
