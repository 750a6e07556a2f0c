// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "core/model/workload.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Dimensions out of a Hugging Face config.json. `file` is used in messages only.
/// Refuses sizes that are missing or outside 1..1e9, naming the JSON pointer.
Result<LlmConfig> read_hf_config(std::string_view text, const std::string& file);

/// The same as a workload: the forward pass of one token, `llm` set, format "hf_config".
Result<Workload> read_hf_workload(std::string_view text, const std::string& file);

}  // namespace waferscope::core
