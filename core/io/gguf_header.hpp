// SPDX-License-Identifier: GPL-3.0-or-later
// The header of a GGUF file. Included by .cpp files of core/io only.
#pragma once

#include "core/io/weight_list.hpp"
#include "core/model/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace waferscope::core {

/// A metadata value as far as we use it: numbers, texts, and of arrays their length and largest number.
struct GgufValue {
    bool is_number = false, is_array = false;
    double number = 0;         ///< of an array: its largest
    bool uneven = false;       ///< an array of numbers that differ
    std::string_view text;     ///< a view into the file
    std::uint64_t length = 0;  ///< of an array
};

struct GgufHeader {
    std::uint32_t version = 0;
    std::map<std::string_view, GgufValue> metadata;
    std::vector<StoredTensor> tensors;
};

/// Reads counts, metadata and tensor infos and checks every length and offset against the file.
Result<GgufHeader> read_gguf_header(std::string_view bytes, const std::string& file);

}  // namespace waferscope::core
