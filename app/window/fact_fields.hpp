// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/machine_json.hpp"
#include "core/model/trace_facts.hpp"
#include "views/form/value_form.hpp"

namespace waferscope::app {

/// A line per field of the scenario behind a recorded run: what it is, how we know, and why. Fields only a
/// named model needs (batch, length, plan) are left out while the recorded operators are predicted; what the
/// recording (`told`) leaves open comes first.
std::vector<views::FormField> fact_fields(const core::TraceFacts& told, const core::TraceFacts& facts,
                                          const core::MachineLibrary& machines);

}  // namespace waferscope::app
