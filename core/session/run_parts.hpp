// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <array>
#include <string>
#include <string_view>

namespace waferscope::core {

/// A run is stored in parts, so that one damaged part does not take the others with it.
inline constexpr std::array<std::string_view, 4> kRunParts{"summary", "timeline", "wafer", "devices"};

std::string write_part(const Run& run, std::string_view part);
/// False when the bytes are not a well-formed part.
bool read_part(Run& run, std::string_view part, const std::string& bytes);

}  // namespace waferscope::core
