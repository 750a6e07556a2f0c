// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/measured_run.hpp"

#include <algorithm>
#include <map>

namespace waferscope::core {
namespace {

/// Ends of collective kernels by name, in order. All ranks call the same collectives in the same order.
using Ends = std::map<std::string_view, std::vector<std::int64_t>>;

Ends collective_ends(const RankTrace& rank) {
    Ends ends;
    for (const auto& lane : rank.lanes)
        for (const auto& event : lane.events)
            if (event.collective) ends[rank.names[event.name]].push_back(event.start_ns + event.dur_ns);
    for (auto& [name, list] : ends) std::ranges::sort(list);
    return ends;
}

}  // namespace

std::vector<std::optional<std::int64_t>> rank_offsets_ns(const std::vector<RankTrace>& ranks) {
    constexpr std::size_t kFewest = 3;
    std::vector<std::optional<std::int64_t>> offsets(ranks.size());
    if (ranks.empty()) return offsets;
    offsets.front() = 0;
    const auto reference = collective_ends(ranks.front());
    for (std::size_t r = 1; r < ranks.size(); ++r) {
        std::vector<std::int64_t> differences;
        for (const auto& [name, ends] : collective_ends(ranks[r])) {
            const auto same = reference.find(name);
            if (same == reference.end() || same->second.size() != ends.size()) continue;
            for (std::size_t i = 0; i < ends.size(); ++i) differences.push_back(same->second[i] - ends[i]);
        }
        if (differences.size() < kFewest) continue;
        const auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
        std::ranges::nth_element(differences, middle);
        offsets[r] = *middle;
    }
    return offsets;
}

}  // namespace waferscope::core
