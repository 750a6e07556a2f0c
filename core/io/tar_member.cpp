// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/tar_member.hpp"

#include <algorithm>

namespace waferscope::core {

std::optional<TarHeader> read_tar_header(std::string_view block) {
    constexpr std::size_t kMagicAt = 257, kSizeAt = 124, kSizeDigits = 11, kTypeAt = 156;
    if (block.size() < kTarBlock || block.substr(kMagicAt, 5) != "ustar") return std::nullopt;
    TarHeader header;
    for (const char digit : block.substr(kSizeAt, kSizeDigits)) {
        if (digit < '0' || digit > '7') return std::nullopt;
        header.size = header.size * 8 + static_cast<std::uint64_t>(digit - '0');
    }
    const char type = block[kTypeAt];
    header.regular = type == '0' || type == '\0';
    return header;
}

std::optional<std::string_view> first_tar_member(std::string_view bytes) {
    auto header = read_tar_header(bytes);
    if (!header) return std::nullopt;
    while (header) {
        bytes.remove_prefix(kTarBlock);
        if (header->regular && header->size > 0) return bytes.substr(0, header->size);
        const auto padded = (header->size + kTarBlock - 1) / kTarBlock * kTarBlock;
        bytes.remove_prefix(std::min<std::uint64_t>(padded, bytes.size()));
        header = read_tar_header(bytes);
    }
    return std::string_view();
}

}  // namespace waferscope::core
