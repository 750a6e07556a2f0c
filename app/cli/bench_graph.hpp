// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

namespace waferscope::app {

/// Time from a workload graph to its first picture. Needs a QApplication.
Exit bench_graph();

}  // namespace waferscope::app
