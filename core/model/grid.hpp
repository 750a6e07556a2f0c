// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace waferscope::core {

/// Cores of a wafer as software sees them: columns x rows, x first. Index = y * columns + x.
struct GridSize {
    int columns = 0;
    int rows = 0;
    friend bool operator==(GridSize, GridSize) = default;
    [[nodiscard]] std::size_t cells() const {
        return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    }
};

/// Half-open rectangle of cores: x <= column < x + width, y <= row < y + height.
struct Rect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    friend bool operator==(Rect, Rect) = default;
    [[nodiscard]] std::int64_t area() const { return static_cast<std::int64_t>(width) * height; }
    [[nodiscard]] bool contains(int column, int row) const {
        return column >= x && column < x + width && row >= y && row < y + height;
    }
    [[nodiscard]] bool overlaps(const Rect& other) const {
        return x < other.x + other.width && other.x < x + width && y < other.y + other.height &&
               other.y < y + height;
    }
};

/// The four link directions that leave a core. y grows to the south, as on screen.
enum class Direction : std::uint8_t { north, east, south, west };
inline constexpr int kDirections = 4;

}  // namespace waferscope::core
