// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <string>

namespace waferscope::core {

/// The timeline as Chrome trace JSON (opens in Perfetto): one thread per lane, complete events, microseconds.
std::string perfetto_json(const Run& run);

}  // namespace waferscope::core
