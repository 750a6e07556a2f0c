// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/map/device_painter.hpp"
#include "views/map/map_image.hpp"
#include "views/map/overlays.hpp"
#include "views/theme/theme.hpp"
#include "views/workbench_model.hpp"

#include <QImage>

#include <memory>
#include <optional>

class QPainter;

namespace waferscope::views {

/// Everything one picture of a pane depends on. A value; made from the model or by hand for exports.
struct MapFrame {
    std::shared_ptr<const core::Run> run, minus;  ///< `minus` only for differences
    std::string_view metric;                      ///< id of the metric table
    std::size_t step = 0, minus_step = 0;
    int wafer = 0, minus_wafer = 0;
    ViewKind view = ViewKind::map;
    ColorScale scale;
    Place selection, hover;  ///< drawn when they belong to `pane` or share an operator
    int pane = 0;
    std::optional<HotSpot> hot_spot;
    std::optional<QPoint> cursor;  ///< keyboard core cursor
    bool caption = true, minimap = true;
    bool complete = false;  ///< bring all thumbnails up to date at once, however long it takes
};

/// The frame of one pane of the model.
MapFrame frame_of(const WorkbenchModel& model, int pane);

/// Rectangles of a canvas of `size`: caption strip, map, thumbnails of the other wafers.
struct MapLayout {
    QRectF caption, canvas, fit, thumbnails;
};
MapLayout map_layout(const MapFrame& frame, const QSizeF& size, const Theme& theme);
/// World of the frame: cores of a wafer or units of a device map; empty when there is nothing to draw.
QRectF map_world(const MapFrame& frame);
/// Why nothing can be drawn, as two sentences; empty when it can.
QString empty_reason(const MapFrame& frame);
/// Whether single routers and links are drawn.
bool shows_fabric_detail(const MapFrame& frame, const Viewport& viewport);
/// Rectangle of the small picture of `wafer` in the strip; empty when it does not fit.
QRectF thumbnail_rect(const MapFrame& frame, const MapLayout& layout, int wafer);

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
    LabelCache labels_;
    int refreshes_ = 0;  // small pictures that may still be brought up to date in this frame
    bool settled_ = true;
    int first_thumbnail_ = 0;
    QImage outlines_;
    PixelGrid outlines_pixels_;
    QPointF outlines_origin_;
    const core::Run* outlines_run_ = nullptr;
};

}  // namespace waferscope::views
