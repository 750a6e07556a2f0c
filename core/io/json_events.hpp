// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/text_stream.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace waferscope::core {

/// Cuts a trace file into windows of whole events without parsing them, so that a file of any size needs one
/// window of memory. An event is an element of the array `key` of the outermost object (or of a bare array).
class JsonEvents {
public:
    JsonEvents(TextStream& stream, std::string_view key) : stream_(stream), key_(key) {}

    /// Finds the array. E-format when there is none.
    Result<void> find_array();

    /// The next events, separated by commas, without the brackets; empty at the end. Valid until the next
    /// call. E-memory for an event beyond the limit, E-format for nesting beyond 1000.
    Result<std::string_view> next();

    /// Where the last window begins in the (unfolded) file.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }
    /// After the end: the file stopped inside the array.
    [[nodiscard]] bool cut() const { return cut_; }
    /// After the end: the file without its events, a JSON object ("{}" for a bare array or a cut file).
    [[nodiscard]] std::string rest() const;

private:
    bool fill();
    Result<void> read_tail();
    [[nodiscard]] Error too_deep(std::uint64_t at) const;

    TextStream& stream_;
    std::string_view key_;
    std::string buffer_;  ///< what was read and not handed out, behind begin_
    std::size_t begin_ = 0;
    std::size_t window_ = std::size_t{1} << 16U;  ///< bytes read at once; grows, so that small files stay cheap
    std::uint64_t consumed_ = 0;  ///< bytes of the file before the buffer
    std::uint64_t offset_ = 0;
    std::string head_, tail_;  ///< the text before and behind the array
    bool bare_ = false, done_ = false, cut_ = false;
};

}  // namespace waferscope::core
