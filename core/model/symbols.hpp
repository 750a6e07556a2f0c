// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "core/model/workload.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// What a symbolic dimension counts, judged by its name.
enum class SymbolMeaning : std::uint8_t { batch, sequence, past, height, width, channels, unknown };

/// `only`: the file has no other symbol, and a lone one nobody named otherwise is the batch.
SymbolMeaning symbol_meaning(std::string_view name, bool only);

/// A size a dimension starts with until someone gives one: one sample, `seq` tokens (128 when 0), 224 pixels.
std::int64_t assumed_size(SymbolMeaning meaning, std::int64_t seq);

/// The largest size that may be given to a dimension; the smallest is 1.
inline constexpr std::int64_t kMostSize = 1'000'000'000;

/// A size as a person types it. E-value when it is no whole number, E-range with the limits when it is 0,
/// negative or too large. `symbol` is named in the message.
Result<std::int64_t> parse_size(std::string_view symbol, std::string_view text);

/// E-range when `value` is not 1 .. kMostSize.
Result<std::int64_t> check_size(std::string_view symbol, std::int64_t value);

/// "symbol=number" of --bind. E-value when there is no name or no "=".
Result<std::pair<std::string, std::int64_t>> parse_binding(std::string_view text);

/// A symbolic dimension of a workload and the size it has now.
struct Symbol {
    std::string name;
    std::string place;  ///< where it stands first, "input_ids[0]"; empty when not known
    SymbolMeaning meaning = SymbolMeaning::unknown;
    std::int64_t value = 1;
    bool assumed = true;  ///< nobody gave it
    friend bool operator==(const Symbol&, const Symbol&) = default;
};

/// A size for every symbol of `open`, a workload that was read without bindings: given, written in the file,
/// or assumed. E-key for a name in `given` that is no symbol of it, E-range for a size out of range.
Result<std::vector<Symbol>> symbols_of(const Workload& open, const std::map<std::string, std::int64_t>& given,
                                       std::int64_t seq);

/// Sizes by name, as readers take them.
std::map<std::string, std::int64_t> sizes_of(const std::vector<Symbol>& symbols);

}  // namespace waferscope::core
