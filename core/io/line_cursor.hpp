// SPDX-License-Identifier: GPL-3.0-or-later
// Reading of line-oriented text formats (.kgraph, .paint). Included by .cpp files of core/io only.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waferscope::core {

/// A position in one line of text. Every take_ skips blanks first and moves only when it succeeds.
class LineCursor {
public:
    explicit LineCursor(std::string_view text) : rest_(text) {}

    void skip_blanks() {
        while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    }
    [[nodiscard]] bool at_end() {
        skip_blanks();
        return rest_.empty();
    }
    bool take(std::string_view word) {
        skip_blanks();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    /// Letters, digits, '_', '.', '-' ('-' not before '>'); empty when there are none.
    std::string_view take_word() {
        skip_blanks();
        std::size_t n = 0;
        while (n < rest_.size() && is_word(rest_[n]) && !rest_.substr(n).starts_with("->")) ++n;
        const auto word = rest_.substr(0, n);
        rest_.remove_prefix(n);
        return word;
    }
    std::optional<std::int64_t> take_integer() {
        skip_blanks();
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        const auto used = static_cast<std::size_t>(end - rest_.data());
        if (error != std::errc() || (used < rest_.size() && is_word(rest_[used]))) return std::nullopt;
        rest_.remove_prefix(used);
        return value;
    }
    /// What stands up to `end`, which is taken too; nothing when `end` does not come.
    std::optional<std::string_view> take_until(char end) {
        const auto at = rest_.find(end);
        if (at == std::string_view::npos) return std::nullopt;
        const auto text = rest_.substr(0, at);
        rest_.remove_prefix(at + 1);
        return text;
    }
    /// The next few characters, safe to show in a message.
    [[nodiscard]] std::string excerpt() {
        skip_blanks();
        std::string text;
        for (const char c : rest_.substr(0, 24)) text += c >= ' ' && c <= '~' ? c : '?';
        return text;
    }

    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

private:
    static bool is_word(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '.' || c == '-';
    }
    std::string_view rest_;
};

/// The text without a UTF-8 byte order mark.
inline std::string_view without_mark(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return text;
}

/// Splits the next line off `text`.
inline std::string_view next_line(std::string_view& text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

}  // namespace waferscope::core
