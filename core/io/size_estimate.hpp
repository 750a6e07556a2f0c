// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "core/model/trace.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace waferscope::core {

/// What opening a file will take, judged by its size and a look at parts of it: right within a factor of 1.5
/// on the traces we have (bench io prints the comparison).
struct SizeEstimate {
    std::string_view format;         ///< id of core/io/formats
    std::uint64_t file_bytes = 0;    ///< on disk, all files of a folder
    double events = 0;               ///< entries of a trace, nodes of a graph; about
    double seconds = 0;              ///< on this machine, now
    double memory_bytes = 0;         ///< at its peak
    double device_memory_bytes = 0;  ///< the same with GPU lanes only; 0: the file cannot be loaded in part
    std::optional<TimeSpan> span;    ///< begin and end of the events seen, clock of the file

    /// Whether reading can leave things out (TraceOptions).
    [[nodiscard]] bool divisible() const { return device_memory_bytes > 0; }
};

/// Looks at a file or a folder of traces: a few megabytes are read, about 0.1 s. Files of other formats than
/// traces and graphs have no estimate; what cannot be opened is refused as reading it would be.
Result<std::optional<SizeEstimate>> estimate_size(const std::filesystem::path& path);

}  // namespace waferscope::core
