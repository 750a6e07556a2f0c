// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/map/viewport.hpp"
#include "views/theme/color_map.hpp"

#include <QImage>

#include <array>
#include <span>

namespace waferscope::views {

/// Colours of a link heat map: idle links keep the ground.
struct LinkHeatColors {
    ColorScale scale;  ///< linear, not reversed
    QRgb ground = 0;
};

/// The colour of every 255th of the scale; small values fade into the ground, so that both themes stay quiet.
std::array<QRgb, ColorMap::kSize> link_heat_table(const LinkHeatColors& colors);

/// One value per core, row by row of `columns`; the largest per pixel. RGB32, device pixels of
/// `pixels.rect()`. Made for redrawing at every mouse move: a pass over the pixels, nothing else.
void paint_link_heat(std::span<const float> values, int columns, const PixelGrid& pixels,
                     const LinkHeatColors& colors, QImage& image);

}  // namespace waferscope::views
