// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// Names to numbers by open addressing. Keys are views into a mapped file; nothing is copied.
class NameTable {
public:
    static constexpr std::uint32_t kAbsent = 0xFFFFFFFFU;

    /// The number stored under `name`, or kAbsent.
    [[nodiscard]] std::uint32_t find(std::string_view name) const;

    /// The number under `name`; when new, stores `number` and returns it.
    std::uint32_t insert(std::string_view name, std::uint32_t number);

    [[nodiscard]] std::size_t size() const { return used_; }

private:
    struct Entry {
        std::string_view name;
        std::uint32_t hash = 0;
        std::uint32_t number = kAbsent;
    };
    void grow();

    std::vector<Entry> entries_;  ///< size is a power of two, at most half full
    std::size_t used_ = 0;
};

}  // namespace waferscope::core
