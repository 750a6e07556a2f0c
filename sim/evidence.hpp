// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <string_view>

namespace waferscope::sim {

/// The kind of work of a scenario on a cluster: gemm, elementwise, collective, train or inference.
std::string_view cluster_group(const core::Scenario& scenario);

/// What was measured on `machine` for a kind of work (`group` of resources/accuracy.json). Sets of one group
/// count together; no error is stated from fewer than four rows of a fit, unless they were held out of it.
/// Without such sets: inherited when the family has fitted constants, else unchecked.
core::Evidence evidence_of(const core::Machine& machine, std::string_view group);

}  // namespace waferscope::sim
