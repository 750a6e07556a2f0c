// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/bound_workload.hpp"

#include "core/io/formats.hpp"

#include <fmt/format.h>

namespace waferscope::core {
namespace {

/// Assumed sizes that decide the amount of work; a batch of one is what every file starts with.
std::string guesses(const std::vector<Symbol>& symbols, std::int64_t seq) {
    std::string text;
    for (const auto& symbol : symbols) {
        const bool token = symbol.meaning == SymbolMeaning::sequence ||
                           symbol.meaning == SymbolMeaning::past || symbol.meaning == SymbolMeaning::unknown;
        if (!symbol.assumed || symbol.meaning == SymbolMeaning::batch || (token && seq > 0)) continue;
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", symbol.name, symbol.value);
    }
    return text;
}

}  // namespace

Result<BoundWorkload> read_bound_workload(const std::filesystem::path& path,
                                          const std::map<std::string, std::int64_t>& given,
                                          std::int64_t seq) {
    auto open = read_workload(path, {});
    if (!open) return tl::unexpected(open.error());
    auto symbols = symbols_of(*open, given, seq);
    if (!symbols) return tl::unexpected(symbols.error());
    BoundWorkload bound{.symbols = std::move(*symbols)};
    if (sizes_of(bound.symbols) == open->symbols) {  // none, or all written in the file
        bound.workload = std::move(*open);
        return bound;
    }
    auto places = std::move(open->symbol_places);
    open = read_workload(path, sizes_of(bound.symbols));
    if (!open) return tl::unexpected(open.error());
    bound.workload = std::move(*open);
    bound.workload.symbol_places = std::move(places);
    if (const auto text = guesses(bound.symbols, seq); !text.empty())
        bound.workload.warnings.push_back(fmt::format(
            "Assumed: {}. Set it in the window, or in the scenario with \"workload\": {{\"bind\": ...}}.",
            text));
    return bound;
}

}  // namespace waferscope::core
