// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/workload.hpp"

namespace waferscope::core {

/// Replaces `workload.edges` by what the operators' inputs and outputs say: one edge per tensor and reader.
void connect_operators(Workload& workload);

}  // namespace waferscope::core
