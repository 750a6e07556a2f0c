// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/symbols.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace waferscope::core {
namespace {

struct Word {
    std::string_view text;  ///< in small letters
    SymbolMeaning meaning;
};

/// The first word a name contains decides: more telling words stand first.
constexpr std::array kWords{Word{"past", SymbolMeaning::past},       Word{"cache", SymbolMeaning::past},
                            Word{"batch", SymbolMeaning::batch},     Word{"seq", SymbolMeaning::sequence},
                            Word{"token", SymbolMeaning::sequence},  Word{"length", SymbolMeaning::sequence},
                            Word{"height", SymbolMeaning::height},   Word{"width", SymbolMeaning::width},
                            Word{"channel", SymbolMeaning::channels}};

constexpr std::array kExact{Word{"n", SymbolMeaning::batch},   Word{"b", SymbolMeaning::batch},
                            Word{"bs", SymbolMeaning::batch},  Word{"s", SymbolMeaning::sequence},
                            Word{"h", SymbolMeaning::height},  Word{"w", SymbolMeaning::width},
                            Word{"c", SymbolMeaning::channels}};

std::string small_letters(std::string_view text) {
    std::string small(text.substr(0, 256));
    std::ranges::transform(small, small.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return small;
}

std::string names_of(const Workload& workload) {
    constexpr std::size_t kNamed = 12;
    std::string names;
    std::size_t count = 0;
    for (const auto& [name, value] : workload.symbols) {
        if (count++ == kNamed) return names + ", ...";
        names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    }
    return names;
}

}  // namespace

SymbolMeaning symbol_meaning(std::string_view name, bool only) {
    const auto small = small_letters(name);
    for (const auto& word : kExact)
        if (small == word.text) return word.meaning;
    for (const auto& word : kWords)
        if (small.find(word.text) != std::string::npos) return word.meaning;
    const bool first_axis = small.ends_with("[0]");  // an unnamed dimension is called after its input
    return only || first_axis ? SymbolMeaning::batch : SymbolMeaning::unknown;
}

std::int64_t assumed_size(SymbolMeaning meaning, std::int64_t seq) {
    constexpr std::int64_t kTokens = 128, kPixels = 224, kChannels = 3;
    switch (meaning) {
        case SymbolMeaning::batch:
            return 1;
        case SymbolMeaning::height:
        case SymbolMeaning::width:
            return kPixels;
        case SymbolMeaning::channels:
            return kChannels;
        case SymbolMeaning::sequence:
        case SymbolMeaning::past:
        case SymbolMeaning::unknown:
            break;
    }
    return seq > 0 ? std::min(seq, kMostSize) : kTokens;
}

Result<std::int64_t> check_size(std::string_view symbol, std::int64_t value) {
    if (value >= 1 && value <= kMostSize) return value;
    const auto* hint = value == 0  ? "a dimension of 0 holds nothing: no work would be left"
                       : value < 0 ? "a dimension counts elements"
                                   : "products of larger sizes cannot be counted exactly";
    return fail(ErrorCode::range, fmt::format("{} is {}; allowed is 1 to {}.", symbol, value, kMostSize),
                std::string(symbol), hint);
}

Result<std::int64_t> parse_size(std::string_view symbol, std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return fail(ErrorCode::value, fmt::format("{} has no value.", symbol), std::string(symbol),
                    "write a whole number from 1");
    text = text.substr(first, text.find_last_not_of(" \t") - first + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range && end == text.data() + text.size())
        return check_size(symbol, text.front() == '-' ? -1 : kMostSize + 1);
    if (error != std::errc() || end != text.data() + text.size())
        return fail(ErrorCode::value, fmt::format("\"{}\" is no whole number.", text.substr(0, 40)),
                    std::string(symbol), "write digits only, for example 8");
    return check_size(symbol, value);
}

Result<std::pair<std::string, std::int64_t>> parse_binding(std::string_view text) {
    const auto equals = text.rfind('=');  // names may hold one
    if (equals == std::string_view::npos || equals == 0)
        return fail(ErrorCode::value, fmt::format("--bind {} names no symbol and size.", text.substr(0, 80)),
                    {}, "write symbol=number, for example --bind batch=1");
    const auto name = text.substr(0, equals);
    return parse_size(name, text.substr(equals + 1)).map([&](std::int64_t value) {
        return std::pair(std::string(name), value);
    });
}

Result<std::vector<Symbol>> symbols_of(const Workload& open, const std::map<std::string, std::int64_t>& given,
                                       std::int64_t seq) {
    for (const auto& [name, value] : given) {
        if (!open.symbols.contains(name))
            return fail(ErrorCode::key, fmt::format("The file has no symbol \"{}\".", name.substr(0, 80)),
                        open.source,
                        open.symbols.empty() ? "all its sizes are written in the file; leave the binding out"
                                             : "its symbols are " + names_of(open));
        if (const auto good = check_size(name, value); !good) return tl::unexpected(good.error());
    }
    std::vector<Symbol> symbols;
    for (const auto& [name, value] : open.symbols) {
        const auto place = open.symbol_places.find(name);
        Symbol symbol{.name = name,
                      .place = place == open.symbol_places.end() ? std::string() : place->second,
                      .meaning = symbol_meaning(name, open.symbols.size() == 1)};
        const auto chosen = given.find(name);
        symbol.assumed = chosen == given.end() && value < 1;
        symbol.value = chosen != given.end() ? chosen->second
                       : value >= 1          ? value
                                             : assumed_size(symbol.meaning, seq);
        symbols.push_back(std::move(symbol));
    }
    return symbols;
}

std::map<std::string, std::int64_t> sizes_of(const std::vector<Symbol>& symbols) {
    std::map<std::string, std::int64_t> sizes;
    for (const auto& symbol : symbols) sizes[symbol.name] = symbol.value;
    return sizes;
}

}  // namespace waferscope::core
