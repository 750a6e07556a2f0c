// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/onnx_shapes.hpp"
#include "core/model/workload.hpp"

#include <filesystem>
#include <string_view>

namespace waferscope::core {

/// Reads an ONNX model (possibly .gz) as a workload graph. Symbolic dimensions of graph inputs take their
/// sizes from `bindings`; what stays unknown is counted and said in warnings, not refused.
Result<Workload> read_onnx(const std::filesystem::path& path, const Bindings& bindings = {});

/// The same from bytes in memory; `file` is used in messages.
Result<Workload> read_onnx_bytes(std::string_view bytes, const std::string& file, const Bindings& bindings);

}  // namespace waferscope::core
