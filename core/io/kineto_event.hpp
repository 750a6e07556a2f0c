// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/trace.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace waferscope::core {

/// One entry of traceEvents as the file spells it; the views live until the next event.
struct RawEvent {
    char phase = 0;                    ///< X, M, B, E, s, f, i, C; 0 = absent
    std::string_view category, name;   ///< escapes as in the file
    std::string_view process, thread;  ///< tokens, quotes included
    std::string_view start, duration;  ///< tokens; empty = absent
    std::string_view label;            ///< args.name or args.labels of a metadata entry
    std::int64_t bytes = 0;            ///< args.bytes
    std::int64_t elements = 0;         ///< args["In msg nelems"]
    std::string_view dtype;            ///< args.dtype
    std::string_view dims, types;      ///< args["Input Dims"], args["Input type"]: JSON arrays
    std::int64_t correlation = -1;     ///< args.correlation; -1 = absent
};

/// The class a category stands for, in all spellings profilers have used.
TraceClass trace_class(std::string_view category);

/// Whether a kernel's name is one of NCCL's, RCCL's or their kin.
bool is_collective_kernel(std::string_view name);

/// JSON escapes undone; what is no valid escape stays as it is.
std::string unescape(std::string_view text);

}  // namespace waferscope::core
