// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

#include <string>

namespace waferscope::app {

/// Drags kernels of C.kgraph in `folder` over the shown canvas: mouse event to the end of the paint events of
/// canvas and numbers. Every 50th position equals a computation from scratch and has changed the picture,
/// else E-internal.
Exit bench_drag(const std::string& folder);

}  // namespace waferscope::app
