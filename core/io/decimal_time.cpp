// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/decimal_time.hpp"

#include <charconv>
#include <cmath>

namespace waferscope::core {
namespace {

constexpr std::int64_t kLeast = -1'000'000'000'000'000'000, kMost = 4'000'000'000'000'000'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::optional<std::int64_t> microseconds_to_ns(std::string_view token) {
    std::size_t at = 0;
    const bool negative = token.starts_with('-');
    if (negative) ++at;
    std::int64_t value = 0;
    const auto first = at;
    for (; at < token.size() && is_digit(token[at]); ++at) {
        if (value > kMost / 10) return std::nullopt;
        value = value * 10 + (token[at] - '0');
    }
    if (at == first) return std::nullopt;
    int fraction = 0, digits = 0;
    std::size_t behind = at;
    if (behind < token.size() && token[behind] == '.')
        for (++behind; behind < token.size() && is_digit(token[behind]); ++behind)
            if (digits < 3) fraction = fraction * 10 + (token[behind] - '0'), ++digits;
    if (behind < token.size()) {  // an exponent, or no number
        double number = 0;
        const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
        number *= 1e3;
        if (error != std::errc() || end != token.data() + token.size() ||
            !(number >= static_cast<double>(kLeast) && number <= static_cast<double>(kMost)))
            return std::nullopt;
        return std::llround(number);
    }
    for (; digits < 3; ++digits) fraction *= 10;
    if (value > kMost / 1000 - 1) return std::nullopt;
    value = value * 1000 + fraction;
    if (negative) value = -value;
    if (value < kLeast) return std::nullopt;
    return value;
}

}  // namespace waferscope::core
