// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_names.hpp"

#include <algorithm>

namespace waferscope::views {
namespace {

constexpr std::string_view kSeparators = "/.:";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of('_');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of('_') - first + 1);
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<NamePart> name_part(std::string_view name, std::size_t from) {
    while (from < name.size()) {
        const auto end = name.find_first_of(kSeparators, from);
        if (end == std::string_view::npos) return std::nullopt;
        const auto text = trimmed(name.substr(from, end - from));
        const auto next = name.find_first_not_of(kSeparators, end);
        if (next == std::string_view::npos) return std::nullopt;  // nothing follows: it is the last part
        if (!text.empty()) return NamePart{text, next};
        from = next;
    }
    return std::nullopt;
}

std::string_view last_part(std::string_view name) {
    const auto end = name.find_last_not_of(kSeparators);
    if (end == std::string_view::npos) return name;
    name = name.substr(0, end + 1);
    const auto separator = name.find_last_of(kSeparators);
    return separator == std::string_view::npos ? name : name.substr(separator + 1);
}

std::string group_name(std::string_view part, std::string_view parent) {
    if (!is_number(part) || parent.empty()) return std::string(part);
    return std::string(parent) + ' ' + std::string(part);
}

}  // namespace waferscope::views
