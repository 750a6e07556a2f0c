// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <memory>
#include <vector>

namespace waferscope::app {

/// Prints runs side by side on stdout: one column each, the metrics that any of them has.
void print_table(const std::vector<std::shared_ptr<const core::Run>>& runs);

}  // namespace waferscope::app
