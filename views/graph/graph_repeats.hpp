// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace waferscope::views {

/// Comparisons one search may take, about.
inline constexpr std::size_t kRepeatBudget = 60'000'000;

/// `count` equal blocks of `period` entries, one after another from `first`.
struct RepeatRun {
    std::size_t first = 0, period = 1, count = 2;
    [[nodiscard]] std::size_t last() const { return first + period * count; }
};

/// What is worth folding.
struct RepeatRules {
    std::size_t least_period = 3;
    std::size_t least_count = 2;
    std::size_t least_covered = 12;  ///< entries all blocks together must have
};

/// The run of equal neighbouring blocks that covers most of `signature`; the shorter block wins a tie. Blocks
/// may start anywhere in the repetition: they start where `cut` (values alive in front of each entry, one
/// more entry than `signature`) is smallest, so that a block is what a reader would call one.
/// Linear per block length; block lengths are tried up to kRepeatBudget.
std::optional<RepeatRun> longest_repeat(std::span<const std::uint64_t> signature,
                                        std::span<const std::uint32_t> cut, const RepeatRules& rules);

}  // namespace waferscope::views
