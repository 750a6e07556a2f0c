// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

#include <string>

namespace waferscope::app {

struct BenchClusterOptions {
    std::string data;      ///< folder of the calibration rows
    bool rows = false;     ///< one line per row too
    bool fit = false;      ///< fit all constants, print before and after, write resources/calibration
    bool cross = false;    ///< refit without groups and without models of the vTrain rows
    std::string accuracy;  ///< path to write accuracy.json to; empty = none
};

/// Published measurements of clusters and custom silicon against the simulator: one JSON object per calibration set
/// with number of rows, mean, median, largest and signed error, and the goal of design/cluster.md.
Exit bench_cluster(const CliContext& context, const BenchClusterOptions& options);

}  // namespace waferscope::app
