// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

#include <string>

namespace waferscope::app {

/// The cycle engine's rows of design/wafer.md 5, one JSON line each. `data_folder` holds noc/booksim2_k8.csv;
/// "" skips the rows that need it. Refused when one thread is slower than 10 M (virtual channels, one VC) or
/// 50 M (wafer) router-cycles/s. Takes minutes.
Exit bench_noc(const std::string& data_folder);

}  // namespace waferscope::app
