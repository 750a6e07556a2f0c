// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/link_heat.hpp"

#include <algorithm>
#include <vector>

namespace waferscope::views {
namespace {

constexpr std::size_t kFade = ColorMap::kSize / 4;  ///< colours that fade into the ground

int mix(int from, int to, double share) {
    return from + static_cast<int>((to - from) * share);
}

}  // namespace

std::array<QRgb, ColorMap::kSize> link_heat_table(const LinkHeatColors& colors) {
    auto table = ColorMap::of(colors.scale.map).table();
    for (std::size_t i = 0; i < kFade; ++i) {
        const double share = static_cast<double>(i) / kFade;
        table[i] = qRgb(mix(qRed(colors.ground), qRed(table[i]), share),
                        mix(qGreen(colors.ground), qGreen(table[i]), share),
                        mix(qBlue(colors.ground), qBlue(table[i]), share));
    }
    return table;
}

void paint_link_heat(std::span<const float> values, int columns, const PixelGrid& pixels,
                     const LinkHeatColors& colors, QImage& image) {
    const QSize size = pixels.rect().size();
    if (image.size() != size || image.format() != QImage::Format_RGB32)
        image = QImage(size, QImage::Format_RGB32);
    const auto table = link_heat_table(colors);
    const auto high = static_cast<float>(colors.scale.high);
    const float factor = high > 0 ? 255.0F / high : 0;
    const int x0 = pixels.x.first.front(), x1 = pixels.x.last.back() + 1;
    std::vector<float> tall(static_cast<std::size_t>(columns), 0.0F);
    for (int py = 0; py < size.height(); ++py) {
        const auto at = static_cast<std::size_t>(py);
        const auto* row =
            values.data() + static_cast<std::size_t>(pixels.y.first[at]) * static_cast<std::size_t>(columns);
        const float* line = row;
        if (pixels.y.last[at] > pixels.y.first[at]) {
            std::copy(row + x0, row + x1, tall.begin() + x0);
            for (int y = pixels.y.first[at] + 1; y <= pixels.y.last[at]; ++y) {
                row += columns;
                for (int x = x0; x < x1; ++x)
                    tall[static_cast<std::size_t>(x)] = std::max(tall[static_cast<std::size_t>(x)], row[x]);
            }
            line = tall.data();
        }
        auto* out = reinterpret_cast<QRgb*>(image.scanLine(py));
        for (int px = 0; px < size.width(); ++px) {
            const auto i = static_cast<std::size_t>(px);
            float value = line[pixels.x.first[i]];
            for (int x = pixels.x.first[i] + 1; x <= pixels.x.last[i]; ++x) value = std::max(value, line[x]);
            out[px] =
                value > 0 ? table[static_cast<std::size_t>(std::min(value * factor, 255.0F))] : colors.ground;
        }
    }
}

}  // namespace waferscope::views
