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
/// False when the bytes are not a well-formed part of a session of `version` (2 or 3).
bool read_part(Run& run, std::string_view part, const std::string& bytes, int version);

}  // namespace waferscope::core
