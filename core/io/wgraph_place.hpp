// SPDX-License-Identifier: GPL-3.0-or-later
// Ids and places of the native graph format. Included by its reader only.
#pragma once

#include "core/io/name_table.hpp"

#include <fmt/format.h>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace waferscope::core {

inline constexpr std::size_t kMostKeyBytes = 4096;

/// Names of tensors or nodes: texts or whole numbers; 7 and "7" are the same.
class IdTable {
public:
    static constexpr std::uint32_t kAbsent = NameTable::kAbsent;

    /// False when the name is taken.
    bool add(std::string id, std::uint32_t index) {
        texts_.push_back(std::move(id));
        return table_.insert(texts_.back(), index) == index;
    }
    [[nodiscard]] std::uint32_t find(std::string_view id) const { return table_.find(id); }

private:
    std::deque<std::string> texts_;  // the table looks into them, so they must not move
    NameTable table_;
};

inline std::string pointer_part(std::string_view key) {
    std::string text;
    for (const char c : key.substr(0, kMostKeyBytes)) {
        if (c == '~')
            text += "~0";
        else if (c == '/')
            text += "~1";
        else
            text += c;
    }
    return text;
}

/// Where a value stands. Made into text only when somebody asks.
struct Place {
    std::string_view list;    ///< "/nodes", "/tensors", ... or empty for the top
    std::int64_t index = -1;  ///< position in the list; -1 = the list is an object
    std::string_view inner;   ///< "/gemm", ... or empty
    [[nodiscard]] std::string pointer(std::string_view key = {}) const {
        std::string text(list);
        if (index >= 0) text += fmt::format("/{}", index);
        text += inner;
        if (!key.empty()) text += '/' + pointer_part(key);
        return text;
    }
};

}  // namespace waferscope::core
