// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace waferscope::core {

/// Nanoseconds of a JSON number of microseconds, exact for plain decimals: 1712195495505583.125 has more
/// digits than a double holds. Nothing when it is no number or beyond +-1e18 ns before 1970 or 4e18 after.
std::optional<std::int64_t> microseconds_to_ns(std::string_view token);

}  // namespace waferscope::core
