// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/exec_trace.hpp"
#include "core/model/result.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Whether these bytes begin as a Chakra execution trace does.
bool looks_like_chakra(std::string_view bytes);

/// Reads a Chakra execution trace (.et). Refuses damage with its byte.
Result<ExecTrace> read_chakra(std::string_view bytes, const std::string& file);

/// The same as bytes of a .et file; read_chakra gives it back equal, but for what Chakra has no field for.
std::string chakra_bytes(const ExecTrace& trace);

}  // namespace waferscope::core
