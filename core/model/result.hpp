// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace waferscope::core {

/// What kind of thing went wrong. Each has a stable id ("E-plan") that results and texts use.
enum class ErrorCode : std::uint8_t {
    file_missing,
    file_cut,
    trace_cut,
    format,
    key,
    range,
    plan,
    fit,
    shape,
    layout,
    session,
    save,
    machine,
    memory,
    locked,
    tool,
    value,
    cancelled,
    internal,
};

/// The stable id, e.g. "E-file-missing".
std::string_view error_id(ErrorCode code);

/// Why an operation failed, in words a user can act on.
struct Error {
    ErrorCode code = ErrorCode::value;
    std::string message;  ///< one or two sentences: what is wrong
    std::string where;    ///< file:line, file:byte, node name or JSON pointer; may be empty
    std::string hint;     ///< what to try; may be empty
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::key, "...", where, hint)` from any function that returns a Result.
tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string where = {},
                           std::string hint = {});

/// The error as one line of text: "where: message Hint: hint".
std::string to_text(const Error& error);

}  // namespace waferscope::core
