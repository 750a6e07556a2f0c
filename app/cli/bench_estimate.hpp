// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

#include <filesystem>

namespace waferscope::app {

/// Compares what core/io/size_estimate announces of a trace with what reading it into a run took: events,
/// time and peak memory. Prints one JSON object; "value" is the worst of the three ratios, 1 = exact; times
/// below 0.05 s and memory below 8 MB count as equal.
Exit bench_estimate(const std::filesystem::path& trace);

}  // namespace waferscope::app
