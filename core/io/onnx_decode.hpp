// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/onnx_model.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

// What a file may ask for at most; beyond it the file is refused (E-memory).
inline constexpr std::size_t kMaxOnnxNodes = 5'000'000;
inline constexpr std::size_t kMaxOnnxValues = 20'000'000;
inline constexpr std::size_t kMaxOnnxGraphs = 1'000'000;  ///< subgraphs of If, Loop, Scan
inline constexpr int kMaxOnnxNesting = 32;                ///< subgraphs inside subgraphs

/// Decodes a ModelProto. The model's views point into `bytes`. Refuses a file that ends too early
/// (E-file-cut) and one that is damaged inside (E-format), naming the byte.
Result<OnnxModel> decode_onnx(std::string_view bytes, const std::string& file);

/// Whether `bytes` begins like a ModelProto: known fields of the right types up to a graph, or up to the end
/// of a file that was cut.
bool looks_like_onnx(std::string_view bytes);

}  // namespace waferscope::core
