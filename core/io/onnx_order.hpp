// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/onnx_model.hpp"

#include <string>

namespace waferscope::core {

/// Nodes of graph `graph` such that every value is made before it is read, including by subgraphs; as near to
/// the file's order as that allows. Refuses a circle, naming one of its nodes (E-format).
Result<std::vector<std::uint32_t>> onnx_order(const OnnxModel& model, std::uint32_t graph,
                                              const std::string& file);

/// A node's own name, or its type and number.
std::string onnx_node_name(const OnnxModel& model, std::uint32_t node);

}  // namespace waferscope::core
