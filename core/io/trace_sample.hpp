// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace waferscope::core {

/// What a look at parts of a trace counts, without parsing it. Shares are of the text that was looked at.
struct TraceSample {
    std::uint64_t bytes = 0;                ///< looked at
    std::int64_t events = 0, timed = 0;     ///< entries; those with a duration
    std::int64_t device = 0;                ///< timed ones on device lanes
    std::int64_t begin_ns = 0, end_ns = 0;  ///< of the timed ones seen

    /// Counts the events of a piece of the file, cut anywhere.
    void add(std::string_view text);
};

}  // namespace waferscope::core
