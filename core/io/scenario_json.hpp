// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/scenario.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Reads one scenario (design/cli.md "Scenario"). Unknown keys are refused by name, numbers by range.
Result<Scenario> parse_scenario(std::string_view json, const std::string& file);

/// The scenario as one line of JSON with every field that was used.
std::string scenario_json(const Scenario& scenario);

}  // namespace waferscope::core
