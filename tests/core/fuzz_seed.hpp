// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

/// Inputs written by tests are the best seeds there are: with WAFERSCOPE_SEEDS set they are kept in a folder
/// of it per reader (packaging/fuzz.sh), named by their content.
inline void keep_seed(const char* reader, std::string_view bytes) {
    const char* folder = std::getenv("WAFERSCOPE_SEEDS");
    if (folder == nullptr) return;
    const auto place = std::filesystem::path(folder) / reader;
    std::filesystem::create_directories(place);
    std::ofstream(place / fmt::format("{:016x}", std::hash<std::string_view>{}(bytes)), std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}
