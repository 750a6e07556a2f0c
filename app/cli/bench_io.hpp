// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

#include <string>

namespace waferscope::app {

/// Reading speed: the trace `file` (Kineto, .json or .json.gz) repeated to 10 million events in a temporary
/// file that is removed again, what was announced of it and of the traces beside it
/// against what they took, and a generated Chakra trace. Prints one JSON object per line.
Exit bench_io(const std::string& file);

}  // namespace waferscope::app
