// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace waferscope::app {

/// Memory this process may use, in bytes: that of the machine, or of its container when that is less.
std::size_t memory_total();

/// Bytes one opened file may take: half of memory_total(), or `setting` when that is less. 0 = no setting.
std::size_t memory_limit(std::size_t setting);

/// The most that is loaded when the user allows more than the limit: what is left has to run the rest.
std::size_t memory_ceiling();

}  // namespace waferscope::app
