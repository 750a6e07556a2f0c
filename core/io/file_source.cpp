// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/file_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

namespace waferscope::core {
namespace {

/// Closes the descriptor at the end of the scope; the mapping outlives it.
struct Descriptor {
    int value = -1;
    explicit Descriptor(int descriptor) : value(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value >= 0) close(value);
    }
};

struct Inflater {
    z_stream stream{};
    bool ready = false;
    Inflater() { ready = inflateInit2(&stream, 15 + 32) == Z_OK; }  // 32: gzip header found by itself
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() {
        if (ready) inflateEnd(&stream);
    }
};

bool is_gzip(std::string_view bytes) {
    return bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

Result<std::vector<char>> unfold(std::string_view packed, std::size_t max_bytes, const std::string& name) {
    Inflater inflater;
    if (!inflater.ready) return fail(ErrorCode::internal, "zlib could not be started.", name);
    z_stream& z = inflater.stream;
    std::vector<char> out;
    std::array<char, 1U << 16U> chunk{};
    std::size_t fed = 0;
    const auto feed = [&] {
        const auto size = std::min<std::size_t>(packed.size() - fed, std::numeric_limits<uInt>::max() / 2);
        z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + fed));  // zlib does not write
        z.avail_in = static_cast<uInt>(size);
        fed += size;
    };
    for (int state = Z_OK; state != Z_STREAM_END;) {
        if (z.avail_in == 0 && fed < packed.size()) feed();
        z.next_out = reinterpret_cast<Bytef*>(chunk.data());
        z.avail_out = static_cast<uInt>(chunk.size());
        state = inflate(&z, Z_NO_FLUSH);
        out.insert(out.end(), chunk.begin(), chunk.end() - static_cast<std::ptrdiff_t>(z.avail_out));
        if (out.size() > max_bytes)
            return fail(ErrorCode::memory, fmt::format("{} unfolds to more than {} bytes.", name, max_bytes),
                        name, "unpack it first; large files are mapped, not loaded");
        const bool starved = z.avail_in == 0 && fed == packed.size() && z.avail_out > 0;
        if (state == Z_BUF_ERROR || (state == Z_OK && starved))
            return fail(ErrorCode::file_cut,
                        fmt::format("{} ends too early. It stops at byte {} inside the compressed data.",
                                    name, packed.size()),
                        fmt::format("{}:byte {}", name, packed.size()),
                        "the copy or download did not finish. Nothing was loaded.");
        if (state != Z_OK && state != Z_STREAM_END) {
            const auto at = fed - z.avail_in;
            return fail(ErrorCode::format,
                        fmt::format("The compressed data of {} is damaged at byte {}.", name, at),
                        fmt::format("{}:byte {}", name, at), "copy or download it again");
        }
    }
    return out;
}

Error missing(const std::string& name) {
    return {ErrorCode::file_missing,
            name + " is not there. It may have been moved or its drive is not connected.", name,
            "check the path"};
}

}  // namespace

Result<FileSource> FileSource::open(const std::filesystem::path& path, std::size_t max_inflated) {
    FileSource source;
    source.name_ = path.string();
    // O_NONBLOCK: opening a pipe nobody writes to must not hang.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.value < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return tl::unexpected(missing(source.name_));
        return fail(ErrorCode::file_missing,
                    fmt::format("{} cannot be read: {}.", source.name_, std::strerror(errno)), source.name_,
                    "check its permissions");
    }
    struct stat status{};
    if (fstat(file.value, &status) != 0) return tl::unexpected(missing(source.name_));
    if (S_ISDIR(status.st_mode))
        return fail(ErrorCode::format, source.name_ + " is a folder, not a file.", source.name_,
                    "choose a file inside it");
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::format, source.name_ + " is not a regular file.", source.name_,
                    "copy it to a file first");
    if (status.st_size == 0)
        return fail(ErrorCode::file_cut, source.name_ + " is empty.", source.name_ + ":byte 0",
                    "the copy or download did not finish. Nothing was loaded.");

    source.mapped_size_ = static_cast<std::size_t>(status.st_size);
    void* mapped = mmap(nullptr, source.mapped_size_, PROT_READ, MAP_PRIVATE, file.value, 0);
    if (mapped == MAP_FAILED) {
        source.mapped_size_ = 0;
        return fail(ErrorCode::file_missing,
                    fmt::format("{} cannot be mapped: {}.", source.name_, std::strerror(errno)), source.name_,
                    "copy it to a local drive");
    }
    source.mapped_ = static_cast<const char*>(mapped);
    if (!is_gzip(source.bytes())) return source;

    auto inflated = unfold(source.bytes(), max_inflated, source.name_);
    if (!inflated) return tl::unexpected(std::move(inflated.error()));
    if (inflated->empty())
        return fail(ErrorCode::file_cut, source.name_ + " holds nothing.", source.name_ + ":byte 0",
                    "it was compressed from an empty file");
    source.inflated_ = std::move(*inflated);
    return source;
}

FileSource::FileSource(FileSource&& other) noexcept {
    *this = std::move(other);
}

FileSource& FileSource::operator=(FileSource&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(mapped_, other.mapped_);
    std::swap(mapped_size_, other.mapped_size_);
    std::swap(inflated_, other.inflated_);
    return *this;
}

FileSource::~FileSource() {
    if (mapped_ != nullptr) munmap(const_cast<char*>(mapped_), mapped_size_);
}

}  // namespace waferscope::core
