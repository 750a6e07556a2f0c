// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/trace.hpp"

#include <string_view>

namespace waferscope::core {

/// Takes rank, world size and the device's name from the part of a Kineto file that is not events; what
/// cannot be read becomes a warning.
void read_kineto_header(std::string_view json, RankTrace& trace);

}  // namespace waferscope::core
