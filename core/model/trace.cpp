// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/trace.hpp"

#include <algorithm>
#include <limits>

namespace waferscope::core {
namespace {

/// a + b that stops at the largest number: durations of a damaged file must not overflow.
std::int64_t add(std::int64_t a, std::int64_t b) {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    return a > kMost - b ? kMost : a + b;
}

}  // namespace

std::int64_t TraceOutside::time_ns() const {
    const auto from = std::max(window.from, whole.from), to = std::min(window.to, whole.to);
    return whole.to - whole.from - std::max<std::int64_t>(0, to - from);
}

std::int64_t covered_ns(std::vector<TimeSpan>& spans) {
    std::ranges::sort(spans, {}, &TimeSpan::from);
    std::int64_t covered = 0, end = std::numeric_limits<std::int64_t>::min();
    for (const auto& span : spans) {
        if (span.to <= end) continue;
        covered = add(covered, span.to - std::max(span.from, end));
        end = span.to;
    }
    return covered;
}

TraceTotals trace_totals(const std::vector<RankTrace>& ranks) {
    TraceTotals totals{.ranks = static_cast<std::int64_t>(ranks.size())};
    for (const auto& rank : ranks) {
        std::vector<TimeSpan> kernels;
        totals.events += rank.events;
        totals.span_ns = std::max(totals.span_ns, rank.end_ns - rank.begin_ns);
        totals.outside_events += rank.outside.events + rank.outside.host_events;
        totals.outside_ns = std::max(totals.outside_ns, rank.outside.time_ns());
        totals.steps = std::max(totals.steps, static_cast<std::int64_t>(rank.steps.size()));
        for (const auto& lane : rank.lanes)
            for (const auto& event : lane.events) {
                if (event.kind != TraceClass::kernel) continue;
                kernels.push_back({event.start_ns, event.start_ns + event.dur_ns});
                totals.kernel_busy_ns = add(totals.kernel_busy_ns, event.dur_ns);
                if (!event.collective) continue;
                ++totals.collective_kernels;
                totals.collective_busy_ns = add(totals.collective_busy_ns, event.dur_ns);
            }
        totals.kernels += static_cast<std::int64_t>(kernels.size());
        totals.kernel_union_ns = add(totals.kernel_union_ns, covered_ns(kernels));
    }
    return totals;
}

}  // namespace waferscope::core
