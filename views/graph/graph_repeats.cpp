// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_repeats.hpp"

#include <algorithm>

namespace waferscope::views {
namespace {

/// Entries [first, last - period) equal those one period later: blocks fit wherever they start in there.
struct Stretch {
    std::size_t first = 0, last = 0, period = 1;
    [[nodiscard]] std::size_t count_from(std::size_t start) const { return (last - start) / period; }
    [[nodiscard]] std::size_t covered() const { return count_from(first) * period; }
};

/// Of the first period's offsets, the one with the narrowest cut; the earliest wins a tie.
RepeatRun narrowest(const Stretch& found, std::span<const std::uint32_t> cut, std::size_t least_count) {
    std::size_t best = found.first;
    for (std::size_t at = found.first; at < found.first + found.period; ++at)
        if (found.count_from(at) >= least_count && cut[at] < cut[best]) best = at;
    return {best, found.period, found.count_from(best)};
}

}  // namespace

std::optional<RepeatRun> longest_repeat(std::span<const std::uint64_t> signature,
                                        std::span<const std::uint32_t> cut, const RepeatRules& rules) {
    const std::size_t n = signature.size();
    const std::size_t budget = kRepeatBudget / std::max<std::size_t>(1, n);
    const std::size_t longest = std::min(n / rules.least_count, std::max<std::size_t>(16, budget));
    std::optional<Stretch> best;
    for (std::size_t period = std::max<std::size_t>(1, rules.least_period); period <= longest; ++period) {
        std::size_t equal = 0;
        for (std::size_t i = 0; i + period <= n; ++i) {
            const bool same = i + period < n && signature[i] == signature[i + period];
            if (same) {
                ++equal;
                continue;
            }
            const Stretch found{i - equal, i + period, period};
            equal = 0;
            if (found.count_from(found.first) < rules.least_count || found.covered() < rules.least_covered)
                continue;
            if (!best || found.covered() > best->covered()) best = found;
        }
    }
    if (!best) return std::nullopt;
    return narrowest(*best, cut, rules.least_count);
}

}  // namespace waferscope::views
