// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/map/class_tiling.hpp"
#include "views/map/map_source.hpp"
#include "views/map/viewport.hpp"
#include "views/theme/color_map.hpp"
#include "views/theme/theme.hpp"

#include <QImage>

#include <optional>
#include <span>

namespace waferscope::views {

/// Colours a map needs, as plain pixels.
struct MapColors {
    ColorScale scale;
    QRgb no_data = 0, no_data_dot = 0, hatch = 0, cell_line = 0;
    int cell_line_alpha = 0;  ///< 0..255, of lines between cells that are large enough
    double dpr = 1;
    MapColors() = default;
    MapColors(const Theme& theme, const ColorScale& colors, double device_ratio);
    friend bool operator==(const MapColors&, const MapColors&) = default;
};

/// Pictures of single classes: `value` per class of the wafer. RGB32, device pixels of `pixels.rect()`.
void paint_classes(const ClassTiling& tiling, std::span<const float> value, const PixelGrid& pixels,
                   const MapColors& colors, QImage& image);
/// The same from one value per core, maximum per pixel.
void paint_cells(const RowReader& rows, core::GridSize grid, const PixelGrid& pixels, const MapColors& colors,
                 QImage& image);

/// The heat map of a wafer, with what can be kept between frames. Copies share nothing; not thread-safe.
class MapPicture {
public:
    /// Picture of `source` on `pixels`; unchanged input returns the last one untouched.
    const QImage& update(const MapSource& source, const PixelGrid& pixels, const MapColors& colors);
    /// Whether update() would return the last picture untouched.
    [[nodiscard]] bool current(const MapSource& source, const PixelGrid& pixels,
                               const MapColors& colors) const;
    [[nodiscard]] const QImage& image() const { return image_; }
    /// Forgets everything; call when a run is replaced (a new run may reuse the address of an old one).
    void clear();

private:
    void render(const MapSource& source, const PixelGrid& pixels, const MapColors& colors);
    QImage image_;
    MapSource source_;
    PixelGrid pixels_, tiled_pixels_;
    MapColors colors_;
    const core::CoreClasses* tiled_ = nullptr;
    std::optional<ClassTiling> tiling_;
};

/// One picture without a cache: for tests, thumbnails and exports.
QImage map_image(const MapSource& source, const PixelGrid& pixels, const MapColors& colors);

}  // namespace waferscope::views
