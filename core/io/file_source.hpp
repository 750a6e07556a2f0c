// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// Largest size a .gz may unfold to; larger ones are refused while unfolding (E-memory).
inline constexpr std::size_t kMaxInflatedBytes = std::size_t{2} << 30U;

/// The bytes of a file: mapped read-only, or unfolded into memory when gzip-compressed.
/// Views into bytes() live as long as the FileSource they came from, moves included.
class FileSource {
public:
    /// Refuses missing files, folders and empty files (E-file-missing, E-file-cut, E-format), naming the
    /// file.
    static Result<FileSource> open(const std::filesystem::path& path,
                                   std::size_t max_inflated = kMaxInflatedBytes);

    FileSource(FileSource&& other) noexcept;
    FileSource& operator=(FileSource&& other) noexcept;
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;
    ~FileSource();

    [[nodiscard]] std::string_view bytes() const {
        return inflated_.empty() ? std::string_view(mapped_, mapped_size_)
                                 : std::string_view(inflated_.data(), inflated_.size());
    }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    FileSource() = default;

    std::string name_;  ///< as given
    const char* mapped_ = nullptr;
    std::size_t mapped_size_ = 0;
    std::vector<char> inflated_;
};

}  // namespace waferscope::core
