// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"

#include <cstdio>

namespace waferscope::app {

Exit report(const core::Error& error) {
    std::fprintf(stderr, "%s\n", core::to_text(error).c_str());
    if (error.code == core::ErrorCode::cancelled) return Exit::cancelled;
    return error.code == core::ErrorCode::internal ? Exit::internal : Exit::refused;
}

}  // namespace waferscope::app
