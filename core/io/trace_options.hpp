// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/trace.hpp"

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>

namespace waferscope::core {

/// Memory one event with a duration takes while a trace is read and drawn: 32 bytes, and half as much again
/// for lists that grow.
inline constexpr std::size_t kTraceBytesPerEvent = 48;

/// What of a trace to load. Nothing is left out silently: RankTrace::outside counts it.
struct TraceOptions {
    bool only_devices = false;       ///< kernels, copies and marks on device lanes; steps stay known
    std::optional<TimeSpan> window;  ///< events that begin in [from, to), in the clock of the file, ns
    /// Bytes the events may take. When they need more, the end of the time is left out until the rest fits.
    std::size_t max_bytes = std::numeric_limits<std::size_t>::max();
    /// Told the share of the file that is read, 0..1, a few times per second.
    std::function<void(double)> progress;
};

}  // namespace waferscope::core
