// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

#include <string>

namespace waferscope::app {

/// Places A-H, M, N of `data_folder` (A.kgraph ...) with two seeds: cost, T, wire length, gap to the bound,
/// ratio to the reference and seconds, one JSON line each. About 100 s. Refused when a file is missing.
Exit bench_place(const std::string& data_folder);

}  // namespace waferscope::app
