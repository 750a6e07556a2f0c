// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/simulate.hpp"

namespace waferscope::sim {

core::Result<core::Run> simulate(const Request&, Detail, const std::stop_token&, const Progress&) {
    return core::fail(core::ErrorCode::internal, "No engine yet.");
}

}  // namespace waferscope::sim
