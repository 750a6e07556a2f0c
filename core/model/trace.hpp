// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace waferscope::core {

/// What a profiler recorded, as far as we tell them apart.
enum class TraceClass : std::uint8_t {
    kernel,
    memcpy,
    memset,
    cpu_op,      ///< an operator of the framework on a CPU thread
    runtime,     ///< a call into the driver
    annotation,  ///< a mark of the user or the profiler
    other,
};

inline constexpr std::uint32_t kNoLink = 0xFFFFFFFFU;

/// One event with a duration. 32 bytes.
struct TraceEvent {
    std::int64_t start_ns = 0, dur_ns = 0;
    std::uint32_t name = 0;  ///< index into RankTrace::names
    float bytes = 0;         ///< moved, where the trace says so
    /// Kernels, copies and launches: the number that joins them. Operators and marks: index into
    /// RankTrace::shapes.
    std::uint32_t link = kNoLink;
    TraceClass kind = TraceClass::other;
    bool collective = false;  ///< a kernel of NCCL or RCCL
};

/// A device stream or a thread.
struct TraceLane {
    std::string process, thread;     ///< the file's own words
    bool device = false;             ///< runs kernels or copies
    std::vector<TraceEvent> events;  ///< by start, longer first
};

/// A stretch of time, in nanoseconds.
struct TimeSpan {
    std::int64_t from = 0, to = 0;
    friend bool operator==(TimeSpan, TimeSpan) = default;
};

/// What a reading left in the file.
struct TraceOutside {
    std::int64_t events = 0;       ///< with a duration, that begin outside `window`
    std::int64_t host_events = 0;  ///< inside it, left out because only device lanes were wanted
    TimeSpan window;               ///< what was loaded: the events that begin in it
    TimeSpan whole;                ///< of all events of the file
    bool by_memory = false;        ///< the window was shortened to stay within the limit
    [[nodiscard]] bool any() const { return events > 0 || host_events > 0; }
    /// Time of the file outside the window, nanoseconds.
    [[nodiscard]] std::int64_t time_ns() const;
};

/// A named mark of one training step.
struct TraceStep {
    std::string name;
    std::int64_t start_ns = 0, end_ns = 0;
};

/// Sizes and types of the arguments of a call, JSON as in the file: "[[1024, 512], []]", "[\"float\", \"\"]".
struct TraceShapes {
    std::string dims, types;
};

/// The trace of one process. Times are those of the file.
struct RankTrace {
    std::string file;
    int rank = -1, world = 0;  ///< -1, 0 = the file does not say
    std::string device;        ///< "NVIDIA A100-PG509-200"; empty = not said
    double device_bytes = 0;   ///< memory of one device; 0 = not said
    int device_units = 0;      ///< multiprocessors or compute units; 0 = not said
    std::int64_t events = 0;   ///< entries of the file, those without duration included
    std::vector<std::string> names;
    std::vector<TraceShapes> shapes;  ///< each once
    std::vector<TraceLane> lanes;
    std::vector<TraceStep> steps;           ///< in order
    std::int64_t begin_ns = 0, end_ns = 0;  ///< of all loaded events
    TraceOutside outside;
    std::vector<std::string> warnings;
};

/// Sums over one or several ranks; names and meaning of design/cli.md.
struct TraceTotals {
    std::int64_t events = 0;
    std::int64_t span_ns = 0;  ///< of the longest rank
    std::int64_t kernels = 0;
    std::int64_t kernel_busy_ns = 0;   ///< summed durations; may exceed the span
    std::int64_t kernel_union_ns = 0;  ///< at least one kernel running, summed over ranks
    std::int64_t collective_kernels = 0, collective_busy_ns = 0;
    std::int64_t ranks = 0;
    std::int64_t steps = 0;           ///< of the rank with the most
    std::int64_t outside_events = 0;  ///< left in the file, those of the host included
    std::int64_t outside_ns = 0;      ///< outside the loaded window, of the rank with the most
};

TraceTotals trace_totals(const std::vector<RankTrace>& ranks);

/// Nanoseconds covered by at least one of `spans`; sorts them.
std::int64_t covered_ns(std::vector<TimeSpan>& spans);

}  // namespace waferscope::core
