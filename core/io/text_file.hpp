// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"

#include <string>

namespace waferscope::core {

/// The whole of a text file of at most 64 MB. Missing, empty and larger files are refused, naming the file.
Result<std::string> read_text_file(const std::string& path);

}  // namespace waferscope::core
