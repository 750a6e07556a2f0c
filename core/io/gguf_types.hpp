// SPDX-License-Identifier: GPL-3.0-or-later
// The storage types of GGUF tensors. Included by .cpp files of core/io only.
#pragma once

#include "core/model/workload.hpp"

#include <cstdint>
#include <string_view>

namespace waferscope::core {

/// A storage type: `block` values take `bytes` bytes. Source: the block structures of ggml-common.h and the
/// enumeration of the public GGUF specification (github.com/ggml-org/ggml, docs/gguf.md).
struct GgufType {
    std::uint32_t id = 0;
    std::string_view name;
    std::int64_t block = 1;
    std::int64_t bytes = 0;
    Dtype dtype = Dtype::unknown;  ///< nearest plain type
};

/// The type with this number, or nullptr.
const GgufType* find_gguf_type(std::uint32_t id);

}  // namespace waferscope::core
