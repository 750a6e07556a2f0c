// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>

namespace waferscope::core {

/// A count or measure that cannot be mixed with another unit by accident.
/// The unit is in the type; the value is plain and cheap (same size as Rep).
template <class Unit, class Rep>
struct Quantity {
    Rep value{};

    friend constexpr auto operator<=>(Quantity, Quantity) = default;
    constexpr Quantity& operator+=(Quantity other) {
        value += other.value;
        return *this;
    }
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
    friend constexpr Quantity operator*(Quantity a, Rep factor) { return {a.value * factor}; }
    friend constexpr Rep operator/(Quantity a, Quantity b) { return a.value / b.value; }
};

/// Fabric clock ticks. Fractional: shares of a cycle add up over millions of wavelets.
using Cycles = Quantity<struct CyclesUnit, double>;
using Bytes = Quantity<struct BytesUnit, double>;      ///< payload bytes, powers of ten when shown
using Seconds = Quantity<struct SecondsUnit, double>;  ///< wall time of the modelled machine
using Hertz = Quantity<struct HertzUnit, double>;      ///< clock frequency

/// Time that `cycles` take at `clock`. Precondition: clock > 0.
constexpr Seconds duration(Cycles cycles, Hertz clock) { return {cycles.value / clock.value}; }

}  // namespace waferscope::core
