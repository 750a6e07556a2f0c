// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/workload.hpp"

#include <string>

namespace waferscope::core {

/// The object `info --json` prints for a workload graph, on one line (design/cli.md).
std::string workload_info_json(const Workload& workload);

}  // namespace waferscope::core
