// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace waferscope::app {

/// Writes `json` with one blank of indent per level. E-save when that fails.
core::Result<void> write_json(const std::string& path, const nlohmann::ordered_json& json);

/// Puts `sets` into the accuracy file `path` in place of all sets of `layer` (cluster | wafer); other layers
/// stay. A missing file is made.
core::Result<void> replace_accuracy(const std::string& path, const std::string& layer, const nlohmann::ordered_json& sets);

}  // namespace waferscope::app
