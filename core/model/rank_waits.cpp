// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rank_waits.hpp"

#include "core/model/measured_run.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <string_view>

namespace waferscope::core {
namespace {

using Spans = std::map<std::string_view, std::vector<TimeSpan>>;

/// Collectives of a rank by name, in order, on the clock of the first rank.
Spans collectives_of(const RankTrace& rank, std::int64_t offset_ns) {
    Spans spans;
    for (const auto& lane : rank.lanes)
        for (const auto& event : lane.events)
            if (event.collective)
                spans[rank.names[event.name]].push_back(
                    {event.start_ns + offset_ns, event.start_ns + event.dur_ns + offset_ns});
    for (auto& [name, list] : spans) std::ranges::sort(list, {}, &TimeSpan::from);
    return spans;
}

double seconds(std::int64_t ns) {
    return static_cast<double>(ns) * 1e-9;
}

/// One collective: `at[r]` is its stretch on the r-th of the compared ranks.
void add_one(const std::vector<TimeSpan>& at, const std::vector<RankWaits*>& ranks, CollectiveWaits& sum,
             std::vector<std::int64_t>& late_times) {
    const auto last = std::ranges::max_element(at, {}, &TimeSpan::from);
    const auto late = static_cast<std::size_t>(last - at.begin());
    std::int64_t end = at.front().to, before = at[late == 0 ? 1 : 0].from;
    for (std::size_t r = 0; r < at.size(); ++r) {
        end = std::max(end, at[r].to);
        if (r != late) before = std::max(before, at[r].from);
    }
    ++sum.count;
    ++late_times[late];
    sum.transfer_s += seconds(std::max<std::int64_t>(0, end - last->from));
    ranks[late]->late_s += seconds(last->from - before);
    ++ranks[late]->last_times;
    for (std::size_t r = 0; r < at.size(); ++r) {
        // A rank that left before the last one came did not wait for it.
        const double wait = seconds(std::max<std::int64_t>(0, std::min(last->from, at[r].to) - at[r].from));
        sum.waiting_s += wait;
        sum.longest_wait_s = std::max(sum.longest_wait_s, wait);
        ranks[r]->waiting_s += wait;
        ranks[late]->caused_s += wait;
    }
}

}  // namespace

WaitReport rank_waits(const std::vector<RankTrace>& ranks) {
    WaitReport report;
    if (ranks.size() < 2) {
        report.why = "Needs a folder of rank traces: one recorded rank does not tell who was late.";
        return report;
    }
    const auto offsets = rank_offsets_ns(ranks);
    std::vector<Spans> spans;
    std::vector<std::size_t> compared;
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        report.ranks.push_back({.rank = ranks[r].rank,
                                .aligned = offsets[r].has_value(),
                                .offset_s = seconds(offsets[r].value_or(0))});
        if (!offsets[r]) continue;
        compared.push_back(r);
        spans.push_back(collectives_of(ranks[r], *offsets[r]));
    }
    std::vector<RankWaits*> rows;
    for (const auto r : compared) rows.push_back(&report.ranks[r]);
    for (const auto& [name, first] : spans.front()) {
        const bool shared = compared.size() > 1 && std::ranges::all_of(spans, [&](const Spans& other) {
                                const auto found = other.find(name);
                                return found != other.end() && found->second.size() == first.size();
                            });
        (shared ? report.matched : report.unmatched) += static_cast<std::int64_t>(first.size());
        if (!shared) continue;
        CollectiveWaits sum{.name = std::string(name), .kind = work_class_of_kernel(name)};
        std::vector<std::int64_t> late_times(compared.size(), 0);
        std::vector<TimeSpan> at(compared.size());
        for (std::size_t i = 0; i < first.size(); ++i) {
            for (std::size_t r = 0; r < compared.size(); ++r) at[r] = spans[r].find(name)->second[i];
            add_one(at, rows, sum, late_times);
        }
        const auto most = std::ranges::max_element(late_times);
        sum.late_times = *most;
        sum.late_rank = rows[static_cast<std::size_t>(most - late_times.begin())]->rank;
        report.collectives.push_back(std::move(sum));
    }
    std::ranges::stable_sort(report.collectives, std::greater{}, &CollectiveWaits::waiting_s);
    if (report.collectives.empty())
        report.why = "The ranks share fewer than three collectives; their clocks cannot be compared.";
    return report;
}

std::optional<std::string> late_rank_text(const WaitReport& report, double step_s) {
    const auto worst = std::ranges::max_element(report.ranks, {}, &RankWaits::caused_s);
    if (worst == report.ranks.end() || report.collectives.empty()) return std::nullopt;
    const auto others = static_cast<double>(report.ranks.size() - 1);
    if (worst->last_times == 0 || worst->caused_s / others < 0.01 * step_s) return std::nullopt;
    const auto& sum = report.collectives.front();
    const auto count = static_cast<double>(sum.count), all = static_cast<double>(report.ranks.size());
    const double inside = sum.transfer_s * all + sum.waiting_s;
    return fmt::format(
        "Rank {} is late by {:.3g} ms a time, {} of {} times. In {} the ranks wait {:.0f} % of that "
        "operation; the "
        "transfer itself takes {:.3g} ms.",
        worst->rank, 1e3 * worst->late_s / static_cast<double>(worst->last_times), worst->last_times,
        report.matched, sum.name.substr(0, 60), inside > 0 ? 100 * sum.waiting_s / inside : 0.0,
        1e3 * sum.transfer_s / count);
}

}  // namespace waferscope::core
