// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/text_stream.hpp"
#include "core/model/exec_trace.hpp"

namespace waferscope::core {

/// Whether these first bytes are a PyTorch execution trace.
bool looks_like_pytorch_et(std::string_view head);

/// Reads a PyTorch execution trace of any schema version, a window of nodes at a time. Nodes that contain
/// others are no leaves; data dependencies follow the tensors.
Result<ExecTrace> read_pytorch_et(TextStream& stream);

}  // namespace waferscope::core
