// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace waferscope::core {

/// The bytes of a file in order, gzip unfolded on the way and the one member of a tar archive unpacked: a
/// file of any size takes a few hundred kilobytes of memory.
class TextStream {
public:
    /// Refuses missing and empty files and folders, as FileSource does.
    static Result<TextStream> open(const std::filesystem::path& path);
    /// A stream over bytes that outlive it.
    static TextStream over(std::string_view bytes, std::string name);

    /// Up to `most` further bytes; 0 at the end, also at the end of a compressed file that was cut.
    std::size_t read(char* to, std::size_t most) { return read_(to, most); }

    [[nodiscard]] const std::string& name() const { return name_; }
    /// Share of the file's bytes (packed ones of a .gz) that were read, 0..1.
    [[nodiscard]] double share_read() const { return share_read_(); }

private:
    TextStream() = default;

    std::string name_;
    std::function<std::size_t(char*, std::size_t)> read_;
    std::function<double()> share_read_;
};

/// The next bytes of a stream, at most `most`.
std::string read_up_to(TextStream& stream, std::size_t most);

/// The first bytes of a file, unfolded; shorter when the file is.
Result<std::string> read_head(const std::filesystem::path& path, std::size_t most);

}  // namespace waferscope::core
