// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/name_table.hpp"

#include <deque>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// Texts to numbers, each stored once.
class NamePool {
public:
    /// The number of `text`: 0, 1, 2... in order of first use.
    std::uint32_t number(std::string_view text) {
        const auto known = table_.find(text);
        if (known != NameTable::kAbsent) return known;
        texts_.emplace_back(text);  // a deque: the views in the table stay valid
        return table_.insert(texts_.back(), static_cast<std::uint32_t>(texts_.size() - 1));
    }
    [[nodiscard]] bool known(std::string_view text) const { return table_.find(text) != NameTable::kAbsent; }
    [[nodiscard]] const std::string& text(std::uint32_t number) const { return texts_[number]; }
    [[nodiscard]] std::size_t size() const { return texts_.size(); }
    /// All texts by number; the pool is empty afterwards.
    std::vector<std::string> take() {
        std::vector<std::string> all(std::make_move_iterator(texts_.begin()),
                                     std::make_move_iterator(texts_.end()));
        texts_.clear();
        table_ = {};
        return all;
    }

private:
    std::deque<std::string> texts_;
    NameTable table_;
};

}  // namespace waferscope::core
