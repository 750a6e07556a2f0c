// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <functional>
#include <string>
#include <vector>

namespace waferscope::app {

/// One published measurement as a scenario of this program.
struct ClusterRow {
    std::string set, name, machine;
    std::string model, group;  ///< for leave-one-out: the model, and model with tp and pp
    std::string plan_group;    ///< rows that differ in the parallel plan only; empty = none
    core::Scenario scenario;
    std::string metric;
    double measured = 0;
    std::function<double(const core::Run&)> predicted;  ///< the metric as published, from a run
    std::string skipped;       ///< why it is not run; empty = run
};

/// Rows of calibration.json and vtrain_a100_calibration.csv in `folder`. What a row leaves open (model dimensions
/// behind a name, recomputation, micro-batch) is filled in here and written down in the code.
core::Result<std::vector<ClusterRow>> read_cluster_rows(const std::string& folder);

}  // namespace waferscope::app
