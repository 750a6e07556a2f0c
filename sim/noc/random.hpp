// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/random.hpp"

#include <cmath>
#include <cstdint>

namespace waferscope::sim {

/// Spreads the bits of a word (the finaliser of SplitMix64): nearby seeds give unrelated streams.
constexpr std::uint64_t mix_bits(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

/// Cycles from one success to the next of one Bernoulli draw per cycle, >= 1.
/// `log_failure` = log(1 - probability), 0 > log_failure >= -infinity.
inline std::uint32_t bernoulli_gap(Random& random, double log_failure) {
    const double failures = std::floor(std::log1p(-random.uniform()) / log_failure);
    return failures < 0x1p30 ? 1 + static_cast<std::uint32_t>(failures) : 1U << 30U;
}

}  // namespace waferscope::sim
