// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRgb>
#include <QString>

#include <array>
#include <cstdint>
#include <span>

namespace waferscope::views {

enum class ColorMapId : std::uint8_t { cividis, viridis, inferno, turbo, diverging_dark, diverging_light };

/// The four maps a user may choose for values; differences always use a diverging one.
std::span<const ColorMapId> sequential_maps();
/// "cividis"; also the key in sessions and on the command line.
QString color_map_name(ColorMapId id);

/// 256 opaque colours made of nine stops, linear in sRGB.
class ColorMap {
public:
    static constexpr int kSize = 256;
    static const ColorMap& of(ColorMapId id);
    /// The diverging map of a theme: centre fades into its canvas.
    static const ColorMap& diverging(bool light);

    [[nodiscard]] ColorMapId id() const { return id_; }
    /// Colour at `share` 0..1, clamped. NaN gives the low end.
    [[nodiscard]] QRgb at(double share) const;
    [[nodiscard]] const std::array<QRgb, kSize>& table() const { return table_; }

private:
    explicit ColorMap(ColorMapId id);
    ColorMapId id_;
    std::array<QRgb, kSize> table_;
};

/// How a value becomes a colour: range, log, direction and map.
struct ColorScale {
    double low = 0, high = 1;
    bool log = false, reverse = false;
    ColorMapId map = ColorMapId::cividis;
    friend bool operator==(const ColorScale&, const ColorScale&) = default;

    /// Place of `value` in the range, 0..1, clamped; log ranges start at `low` > 0 or high / 1e4.
    [[nodiscard]] double share(double value) const;
    /// The opposite of share().
    [[nodiscard]] double value_at(double share) const;
    [[nodiscard]] QRgb color(double value) const;
    [[nodiscard]] bool clipped(double value) const;
    /// Lowest value a log scale can show; `low` otherwise.
    [[nodiscard]] double floor() const;
};

}  // namespace waferscope::views
