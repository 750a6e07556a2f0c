// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/weight_list.hpp"
#include "core/model/result.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Whether these bytes begin like a safetensors file, or like the index of several.
bool looks_like_safetensors(std::string_view bytes);
bool looks_like_safetensors_index(std::string_view bytes);

/// The tensors of one file, from its header (8 bytes of length, then JSON). Refuses lengths and offsets that
/// leave the file or overlap, names given twice, and sizes that contradict shape and type.
Result<std::vector<StoredTensor>> read_safetensors_header(std::string_view bytes, const std::string& file);

/// A file as a workload. Dimensions come from a config.json in its folder, else from the tensor names.
Result<Workload> read_safetensors(std::string_view bytes, const std::string& file);

/// model.safetensors.index.json: the headers of all shards in its folder. Missing shards are said in
/// warnings. At most 10,000 shards.
Result<Workload> read_safetensors_index(std::string_view bytes, const std::string& file);

}  // namespace waferscope::core
