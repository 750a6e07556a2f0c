// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/text_file.hpp"

#include "core/io/file_source.hpp"

#include <fmt/format.h>

namespace waferscope::core {

Result<std::string> read_text_file(const std::string& path) {
    constexpr std::size_t kMost = std::size_t{64} << 20U;
    const auto source = FileSource::open(path, kMost);
    if (!source) return tl::unexpected(source.error());
    if (source->bytes().size() > kMost)
        return fail(ErrorCode::memory, fmt::format("{} is {} bytes long; at most {} are read.", path, source->bytes().size(), kMost), path, "is this the right file?");
    return std::string(source->bytes());
}

}  // namespace waferscope::core
