// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace waferscope::sim {

// Ports of a router. Opposite sides of a link differ in the last bit. South is the next row.
inline constexpr int kEast = 0, kWest = 1, kSouth = 2, kNorth = 3;
inline constexpr int kNodePort = 4;  ///< from and to the router's own node (the ramp of a wafer core)
inline constexpr int kRouterPorts = 5;

/// The port at the other end of a link.
constexpr int opposite(int port) {
    return port ^ 1;
}

/// XY route: the output port at (x, y) for a target (to_x, to_y), columns first. Without branches: which way
/// a packet goes cannot be predicted.
constexpr std::uint32_t xy_port(std::uint32_t x, std::uint32_t y, std::uint32_t to_x, std::uint32_t to_y) {
    const auto along_row = static_cast<std::uint32_t>(to_x < x);  // east or west
    const std::uint32_t along_column =
        2U + static_cast<std::uint32_t>(to_y < y) + 2U * static_cast<std::uint32_t>(to_y == y);
    const std::uint32_t same_column = 0U - static_cast<std::uint32_t>(to_x == x);
    return (along_row & ~same_column) | (along_column & same_column);
}

/// First set bit of `mask` at or after `start`, cyclic. Precondition: mask has a bit.
template <class Mask>
int first_from(Mask mask, int start) {
    const Mask later = static_cast<Mask>(mask >> start << start);
    return std::countr_zero(later != 0 ? later : mask);
}

constexpr int next_cyclic(int index, int size) {
    return index + 1 == size ? 0 : index + 1;
}

template <class Mask, class Visit>
void each_bit(Mask mask, Visit visit) {
    for (; mask != 0; mask &= mask - 1) visit(std::countr_zero(mask));
}

}  // namespace waferscope::sim
