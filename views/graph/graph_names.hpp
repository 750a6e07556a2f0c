// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace waferscope::views {

/// One part of an operator's name, "layer" of "/encoder/layer.3/attention/MatMul".
struct NamePart {
    std::string_view text;  ///< without separators and leading or trailing underscores; never empty
    std::size_t next = 0;   ///< where the rest of the name begins
};

/// The part of `name` at `from` that something follows; the last part names the operator itself and is never
/// returned. Separators are '/', '.' and "::".
std::optional<NamePart> name_part(std::string_view name, std::size_t from);

/// The part of `name` that names the operator itself: "MatMul" above. The whole name when it has no parts.
std::string_view last_part(std::string_view name);

/// How a group of this part is called inside a group called `parent`: "layer 3" for "3" in "layer".
std::string group_name(std::string_view part, std::string_view parent);

}  // namespace waferscope::views
