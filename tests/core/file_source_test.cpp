// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/file_source.hpp"

#include "shared_data.hpp"

#include <zlib.h>

using namespace waferscope::core;

namespace {

std::string gzip(const std::string& text) {
    z_stream z{};
    deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string input = text, out(text.size() + 1000, '\0');
    z.next_in = reinterpret_cast<Bytef*>(input.data());
    z.avail_in = static_cast<uInt>(input.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

void expect_refused(const std::filesystem::path& path, ErrorCode code, const std::string& place,
                    std::size_t limit = kMaxInflatedBytes) {
    const auto source = FileSource::open(path, limit);
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code, code);
    EXPECT_EQ(source.error().where, place);
    EXPECT_FALSE(source.error().hint.empty());
}

}  // namespace

TEST(FileSource, ShowsTheBytesOfAFile) {
    const TemporaryFile file("hello");
    const auto source = FileSource::open(file.path());
    ASSERT_TRUE(source);
    EXPECT_EQ(source->bytes(), "hello");
}

TEST(FileSource, UnfoldsGzipWhateverTheName) {
    const std::string text(300'000, 'x');
    const TemporaryFile file(gzip(text), ".onnx");
    auto source = FileSource::open(file.path());
    ASSERT_TRUE(source);
    const auto view = source->bytes();
    const FileSource moved = std::move(*source);
    EXPECT_EQ(view.data(), moved.bytes().data());
    EXPECT_EQ(moved.bytes(), text);
}

TEST(FileSource, RefusesWhatIsNotThere) {
    expect_refused("/nowhere/at/all.onnx", ErrorCode::file_missing, "/nowhere/at/all.onnx");
}

TEST(FileSource, RefusesFolders) {
    expect_refused(std::filesystem::temp_directory_path(), ErrorCode::format,
                   std::filesystem::temp_directory_path().string());
}

TEST(FileSource, RefusesEmptyFiles) {
    const TemporaryFile file("");
    expect_refused(file.path(), ErrorCode::file_cut, file.path().string() + ":byte 0");
}

TEST(FileSource, RefusesAGzipThatEndsTooEarly) {
    const auto packed = gzip("some text that is long enough to be cut in the middle of it");
    const TemporaryFile file(packed.substr(0, packed.size() / 2));
    expect_refused(file.path(), ErrorCode::file_cut,
                   file.path().string() + ":byte " + std::to_string(packed.size() / 2));
}

TEST(FileSource, RefusesADamagedGzip) {
    auto packed = gzip("some text that is long enough to be damaged");
    packed[12] = static_cast<char>(packed[12] ^ 0x7F);
    const TemporaryFile file(packed);
    const auto source = FileSource::open(file.path());
    ASSERT_FALSE(source);
    EXPECT_TRUE(source.error().where.starts_with(file.path().string() + ":byte "));
}

TEST(FileSource, StopsUnfoldingAtTheLimit) {
    const TemporaryFile file(gzip(std::string(1'000'000, '\0')));
    expect_refused(file.path(), ErrorCode::memory, file.path().string(), 100'000);
}
