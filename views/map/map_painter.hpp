// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/map/map_frame.hpp"
#include "views/map/map_image.hpp"
#include "views/map/overlays.hpp"
#include "views/theme/theme.hpp"

#include <QImage>

#include <vector>

class QPainter;

namespace waferscope::views {

/// Paints frames and keeps what does not change between them. One per view; GUI thread.
class MapPainter {
public:
    /// Paints the whole canvas of `size` (logical px).
    void paint(QPainter& painter, const MapFrame& frame, const Viewport& viewport, const QSizeF& size,
               const Theme& theme);
    /// False when a thumbnail of another wafer is still of an earlier step: paint again soon.
    [[nodiscard]] bool settled() const { return settled_; }
    /// Drops every cached picture: after a change of runs or theme.
    void clear();

private:
    void paint_wafer(QPainter& painter, const MapFrame& frame, const Viewport& viewport, const Theme& theme);
    void paint_outlines(QPainter& painter, const MapFrame& frame, const Viewport& viewport,
                        const Theme& theme);
    void paint_thumbnails(QPainter& painter, const MapFrame& frame, const MapLayout& layout, double dpr,
                          const Theme& theme);
    const QImage& small_picture(MapPicture& picture, const MapSource& source, const PixelGrid& pixels,
                                const MapColors& colors);
    void paint_minimap(QPainter& painter, const MapFrame& frame, const Viewport& viewport,
                       const Theme& theme);

    MapPicture picture_, minimap_;
    std::vector<MapPicture> thumbnails_;
    ThemeId theme_ = ThemeId::dark;  // of everything below
    double font_scale_ = 1;
    LabelCache labels_;
    int refreshes_ = 0;  // small pictures that may still be brought up to date in this frame
    bool settled_ = true;
    int first_thumbnail_ = 0;
    QImage outlines_;
    PixelGrid outlines_pixels_;
    QPointF outlines_origin_;
    const core::Run *outlines_run_ = nullptr, *outlines_other_ = nullptr;
    int outlines_wafer_ = 0;
};

}  // namespace waferscope::views
