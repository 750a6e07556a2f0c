// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/weight_list.hpp"
#include "core/model/result.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Whether these bytes begin like a GGUF file.
bool looks_like_gguf(std::string_view bytes);

/// A GGUF file (version 2 or 3, little endian) as a workload: weights by quantisation type, dimensions from
/// its metadata. Refuses counts, lengths and offsets that leave the file. A model whose metadata do not
/// describe a decoder comes as weights only, with a warning.
Result<Workload> read_gguf(std::string_view bytes, const std::string& file);

}  // namespace waferscope::core
