// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

inline std::filesystem::path shared_data(const std::string& relative) {
    return std::filesystem::path(WAFERSCOPE_SHARED_DATA) / relative;
}

inline std::string file_bytes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Skips the test when the real files are not on this machine.
#define REQUIRE_SHARED_DATA()                             \
    if (!std::filesystem::exists(WAFERSCOPE_SHARED_DATA)) \
    GTEST_SKIP() << "no shared data at " WAFERSCOPE_SHARED_DATA

/// A file that is gone when the test is.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& bytes, const std::string& extension = "")
        : path_(std::filesystem::temp_directory_path() /
                ("waferscope_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) +
                 "_" + std::to_string(counter()++) + extension)) {
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    static int& counter() {
        static int count = 0;
        return count;
    }
    std::filesystem::path path_;
};
