// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "core/model/workload.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Whether the first line is the heading of a SCALE-Sim layer table.
bool looks_like_scalesim(std::string_view bytes);

/// Reads a layer table: convolutions or matrix products, one after the other. Rows without numbers (blank
/// ones, section titles) are skipped; a row with too few numbers is refused with its line.
Result<Workload> read_scalesim(std::string_view bytes, const std::string& file);

}  // namespace waferscope::core
