// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <string>

namespace waferscope::core {

/// One line of JSON: the result of a run, exactly the fields of design/cli.md "Result".
std::string result_json(const Run& run);

/// One line of JSON for a scenario that was refused.
std::string refusal_json(const std::string& name, const Error& error);

}  // namespace waferscope::core
