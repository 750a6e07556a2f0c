// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/onnx_shapes.hpp"
#include "core/model/workload.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Whether these bytes begin like a native graph (.wgraph.json).
bool looks_like_wgraph(std::string_view bytes);

/// Reads a native graph (resources/schemas/wgraph.schema.json). Symbols take their values from `bindings`,
/// else from the file. Figures a node leaves out follow from its dimensions and tensors. Keys we do not know
/// are kept in Workload::kept_json. Refuses the first wrong value, naming its JSON pointer.
/// Limits: 1 GB of text, 5 million nodes, 20 million tensors.
Result<Workload> read_wgraph(std::string_view bytes, const std::string& file, const Bindings& bindings);

}  // namespace waferscope::core
