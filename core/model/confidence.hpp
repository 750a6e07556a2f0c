// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace waferscope::core {

/// How far the flow engine's wait at a link can be trusted: ok below a load of 0.65, caution to 0.85, verify above
/// (simulate it cycle by cycle).
enum class Confidence : std::uint8_t { ok, caution, verify };

constexpr Confidence confidence_at(double load) {
    return load < 0.65 ? Confidence::ok : load <= 0.85 ? Confidence::caution : Confidence::verify;
}

}  // namespace waferscope::core
