// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace waferscope::core {

inline constexpr std::size_t kTarBlock = 512;

/// One header block of a tar archive.
struct TarHeader {
    bool regular = false;    ///< an ordinary file; folders and extended headers are not
    std::uint64_t size = 0;  ///< bytes of content behind the header, padded to whole blocks
};

/// Reads a header block; nothing when it is none.
std::optional<TarHeader> read_tar_header(std::string_view block);

/// The content of the first ordinary file of an archive; nothing when `bytes` is no archive. The content is
/// as long as the bytes at hand allow.
std::optional<std::string_view> first_tar_member(std::string_view bytes);

}  // namespace waferscope::core
