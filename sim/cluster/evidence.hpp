// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "sim/cluster/chip_spec.hpp"

namespace waferscope::sim {

/// What kind of measurement a run is compared with: "gemm", "elementwise", "collective", "train", "inference".
std::string_view evidence_group(const core::Scenario& scenario);

/// Says in run.evidence and run.assumptions how far the constants of this machine were measured. A calibration file
/// holds "error_<group>_<machine>" (mean absolute error) and "rows_<group>_<machine>" for what it was fitted on.
void add_evidence(core::Run& run, const core::Machine& machine, const ChipSpec& chip);

}  // namespace waferscope::sim
