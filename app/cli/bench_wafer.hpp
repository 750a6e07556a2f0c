// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

namespace waferscope::app {

/// The wafer goals of design/wafer.md 5 that need no cycle engine, and the speed of the flow engine: one JSON
/// object per line with the published figure and the error where there is one.
Exit bench_wafer(const CliContext& context, const std::string& accuracy);

}  // namespace waferscope::app
