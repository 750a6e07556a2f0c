// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/text_stream.hpp"

#include "core/io/tar_member.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

namespace waferscope::core {
namespace {

constexpr unsigned kBuffer = 1U << 18U;

struct CloseGzip {
    void operator()(gzFile_s* file) const { gzclose_r(file); }
};
using Gzip = std::shared_ptr<gzFile_s>;  // shared: std::function wants to be copyable

/// zlib reads uncompressed files as they are.
std::size_t read_some(const Gzip& file, char* to, std::size_t most) {
    const auto size = std::min<std::size_t>(most, std::numeric_limits<int>::max() / 2);
    const int got = gzread(file.get(), to, static_cast<unsigned>(size));
    return got < 0 ? 0 : static_cast<std::size_t>(got);
}

std::size_t read_block(const Gzip& file, char* to, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        const auto got = read_some(file, to + done, size - done);
        if (got == 0) break;
        done += got;
    }
    return done;
}

/// What was read to look for an archive, and how much of its member is left.
struct Reading {
    Gzip file;
    std::array<char, kTarBlock> head{};
    std::size_t from = 0, until = 0;
    std::uint64_t left = std::numeric_limits<std::uint64_t>::max();

    std::size_t read(char* to, std::size_t most) {
        most = static_cast<std::size_t>(std::min<std::uint64_t>(most, left));
        std::size_t got = std::min(most, until - from);
        if (got > 0) {
            std::memcpy(to, head.data() + from, got);
            from += got;
        } else {
            got = read_some(file, to, most);
        }
        left -= got;
        return got;
    }

    /// Skips to the content of the first ordinary file when this is an archive.
    void enter_archive() {
        until = read_block(file, head.data(), head.size());
        while (const auto header = read_tar_header({head.data(), until})) {
            if (header->regular && header->size > 0) {
                from = until = 0;
                left = header->size;
                return;
            }
            for (auto blocks = (header->size + kTarBlock - 1) / kTarBlock + 1; blocks > 0 && until > 0;
                 --blocks)
                until = read_block(file, head.data(), head.size());
        }
    }
};

}  // namespace

Result<TextStream> TextStream::open(const std::filesystem::path& path) {
    const auto name = path.string();
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return fail(ErrorCode::file_missing, name + " is not there or cannot be read.", name,
                    "check the path and its permissions");
    struct stat status{};
    const bool regular = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    if (!regular || status.st_size == 0) {
        ::close(descriptor);
        if (!regular)
            return fail(ErrorCode::format, name + " is a folder or a device, not a file.", name,
                        "choose a file inside it");
        return fail(ErrorCode::file_cut, name + " is empty.", name + ":byte 0",
                    "the copy or download did not finish. Nothing was loaded.");
    }
    const auto reading = std::make_shared<Reading>();
    reading->file = Gzip(gzdopen(descriptor, "rb"), CloseGzip());
    if (!reading->file) {
        ::close(descriptor);
        return fail(ErrorCode::internal, "zlib could not be started.", name);
    }
    gzbuffer(reading->file.get(), kBuffer);
    reading->enter_archive();
    TextStream stream;
    stream.name_ = name;
    stream.read_ = [reading](char* to, std::size_t most) { return reading->read(to, most); };
    stream.share_read_ = [reading, size = static_cast<double>(status.st_size)] {
        return std::min(1.0, static_cast<double>(gzoffset(reading->file.get())) / size);
    };
    return stream;
}

TextStream TextStream::over(std::string_view bytes, std::string name) {
    TextStream stream;
    stream.name_ = std::move(name);
    const auto done = std::make_shared<std::size_t>(0);
    stream.read_ = [bytes, done](char* to, std::size_t most) {
        const auto size = bytes.copy(to, most, *done);
        *done += size;
        return size;
    };
    stream.share_read_ = [bytes, done] {
        return bytes.empty() ? 1.0 : static_cast<double>(*done) / static_cast<double>(bytes.size());
    };
    return stream;
}

std::string read_up_to(TextStream& stream, std::size_t most) {
    constexpr std::size_t kPiece = std::size_t{256} << 10U;
    std::string text(most, '\0');
    std::size_t done = 0;
    while (done < most) {
        const auto got = stream.read(text.data() + done, std::min(kPiece, most - done));
        if (got == 0) break;
        done += got;
    }
    text.resize(done);
    return text;
}

Result<std::string> read_head(const std::filesystem::path& path, std::size_t most) {
    return TextStream::open(path).map([most](TextStream&& stream) { return read_up_to(stream, most); });
}

}  // namespace waferscope::core
