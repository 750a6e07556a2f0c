// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace waferscope::sim {

/// A small seeded generator (SplitMix64, Steele, Lea, Flood 2014): the same numbers on every machine and
/// library.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    /// 0 .. n-1. Precondition: n >= 1.
    int below(int n) { return static_cast<int>(((next() >> 32U) * static_cast<std::uint64_t>(n)) >> 32U); }
    /// [0, 1).
    double uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    bool chance(double p) { return uniform() < p; }

private:
    std::uint64_t state_;
};

}  // namespace waferscope::sim
