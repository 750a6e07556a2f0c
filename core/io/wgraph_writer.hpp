// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/workload.hpp"

#include <string>

namespace waferscope::core {

/// A workload as a native graph: reading it gives the same workload again, its format and source excepted.
/// Same workload, same bytes. Names that are not UTF-8 are made so.
std::string wgraph_json(const Workload& workload);

}  // namespace waferscope::core
