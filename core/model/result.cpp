// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/result.hpp"

#include <array>

namespace waferscope::core {

std::string_view error_id(ErrorCode code) {
    static constexpr std::array<std::string_view, 19> kIds{
        "E-file-missing", "E-file-cut", "E-trace-cut", "E-format", "E-key",    "E-range",  "E-plan",
        "E-fit",          "E-shape",    "E-layout",    "E-session", "E-save",  "E-machine", "E-memory",
        "E-locked",       "E-tool",     "E-value",     "E-cancelled", "E-internal"};
    return kIds.at(static_cast<std::size_t>(code));
}

tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string where, std::string hint) {
    return tl::unexpected(Error{code, std::move(message), std::move(where), std::move(hint)});
}

std::string to_text(const Error& error) {
    std::string text = error.where.empty() ? error.message : error.where + ": " + error.message;
    if (!error.hint.empty()) text += " Hint: " + error.hint;
    return text;
}

}  // namespace waferscope::core
