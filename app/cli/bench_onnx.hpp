// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

namespace waferscope::app {

/// Reading speed of ONNX on files this writes and removes again: a graph of a million nodes with its shapes
/// inferred, and a 2.4 GB file whose weights are a hole on the disk. Prints one JSON object per line.
Exit bench_onnx();

}  // namespace waferscope::app
