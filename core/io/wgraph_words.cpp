// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/wgraph_words.hpp"

#include <algorithm>

namespace waferscope::core {

const std::array<std::string_view, 15>& dtype_words() {
    static const auto kWords = [] {
        std::array<std::string_view, 15> names;
        for (std::size_t i = 0; i < names.size(); ++i) names[i] = dtype_name(static_cast<Dtype>(i));
        return names;
    }();
    return kWords;
}

const std::array<std::string_view, 17>& kind_words() {
    static const auto kWords = [] {
        std::array<std::string_view, 17> names;
        for (std::size_t i = 0; i < names.size(); ++i) names[i] = op_kind_name(static_cast<OpKind>(i));
        return names;
    }();
    return kWords;
}

std::vector<std::string> names_in_expression(std::string_view expression) {
    constexpr std::string_view kBetween = " +-*";
    std::vector<std::string> names;
    for (auto at = expression.find_first_not_of(kBetween); at != std::string_view::npos;
         at = expression.find_first_not_of(kBetween, at)) {
        const auto end = std::min(expression.find_first_of(kBetween, at), expression.size());
        names.emplace_back(expression.substr(at, end - at));
        at = end;
    }
    std::erase_if(names, [](const std::string& name) {
        return name.find_first_not_of("0123456789") == std::string::npos;
    });
    return names;
}

}  // namespace waferscope::core
