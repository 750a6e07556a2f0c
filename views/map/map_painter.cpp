// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/map_painter.hpp"

#include "views/map/fabric_image.hpp"
#include "views/map/overlays.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace waferscope::views {
namespace {

constexpr double kMinimap = 84;
constexpr double kHotRadius = 14;
constexpr double kThumbnailRing = 6;

QString tr(const char* text) {
    return QCoreApplication::translate("map", text);
}

QString caption_of(const MapFrame& frame, const Viewport& viewport) {
    if (!frame.run) return {};
    if (frame.run->devices && !frame.run->wafer) return QString::fromStdString(frame.run->devices->caption);
    if (!frame.run->wafer) return {};
    const auto grid = frame.grid();
    QStringList parts;
    if (frame.wafers() > 1)
        parts << tr("Wafer %1 of %2").arg(format::count(frame.wafer + 1), format::count(frame.wafers()));
    parts << tr("%1 cores").arg(format::dimensions(grid.columns, grid.rows)) << scale_text(viewport);
    return parts.join(QStringLiteral(", "));
}

void paint_empty(QPainter& painter, const QRectF& rect, const QString& text, const Theme& theme) {
    draw_icon(painter, Icon::open, QRectF(rect.center().x() - 17, rect.center().y() - 52, 34, 34),
              theme.text3);
    painter.setFont(theme.font(TextRole::base));
    painter.setPen(theme.text2);
    painter.drawText(rect.adjusted(16, rect.height() / 2 - 8, -16, 0),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, text);
}

/// Middle of a hot link lies between two routers in detail, on the core otherwise.
std::optional<QPointF> hot_centre(const MapFrame& frame, const Viewport& viewport) {
    if (!frame.hot_spot) return std::nullopt;
    const auto& spot = *frame.hot_spot;
    if (spot.device) {
        if (!frame.run->devices) return std::nullopt;
        const auto& map = *frame.run->devices;
        if (spot.on_link)
            return device_link_path(viewport, map, spot.index)
                .pointAtPercent(map.links[spot.index].wraps ? 0.25 : 0.5);
        return device_rect(viewport, map, spot.index).center();
    }
    if (!frame.run->wafer || spot.wafer != frame.wafer) return std::nullopt;
    if (spot.on_link && shows_fabric_detail(frame, viewport))
        return link_rect(viewport, spot.x, spot.y, spot.direction).center();
    return viewport.core_rect(spot.x, spot.y).center();
}

void paint_hot_spot(QPainter& painter, const MapFrame& frame, const Viewport& viewport, const Theme& theme) {
    const auto centre = hot_centre(frame, viewport);
    if (!centre || !viewport.canvas.contains(*centre)) return;
    const double cell = viewport.cell() / viewport.dpr;
    const bool device = frame.hot_spot->device;
    const double radius =
        device ? kHotRadius
               : std::max(kHotRadius, cell * (shows_fabric_detail(frame, viewport) ? 0.32 : 0.75));
    draw_hot_ring(painter, theme, *centre, radius);
}

void paint_core_place(QPainter& painter, const MapFrame& frame, const Viewport& viewport, const Place& place,
                      double width, const Theme& theme) {
    const bool own = place.pane == frame.pane && place.wafer == frame.wafer;
    if (!own) return;
    if (place.kind == Place::Kind::link && shows_fabric_detail(frame, viewport)) {
        draw_mark_rect(painter, theme, link_rect(viewport, place.x, place.y, place.direction), width);
    } else if (place.kind == Place::Kind::core || place.kind == Place::Kind::link) {
        const QRectF cell = shows_fabric_detail(frame, viewport) ? router_rect(viewport, place.x, place.y)
                                                                 : viewport.core_rect(place.x, place.y);
        const double grow = std::max(1.0, (5 - cell.width()) / 2);  // a pixel-sized core stays visible
        draw_mark_rect(painter, theme, cell.adjusted(-grow, -grow, grow, grow), width);
    } else if (place.kind == Place::Kind::area) {
        draw_mark_rect(painter, theme, viewport.core_rect(place.area), width);
    }
}

void paint_device_place(QPainter& painter, const MapFrame& frame, const Viewport& viewport,
                        const Place& place, double width, const Theme& theme) {
    if (place.pane != frame.pane) return;
    const auto& map = *frame.run->devices;
    painter.setRenderHint(QPainter::Antialiasing);
    if (place.kind == Place::Kind::device && place.index < map.devices.size()) {
        QPainterPath path;
        path.addRoundedRect(device_rect(viewport, map, place.index).adjusted(-1, -1, 1, 1), 4, 4);
        draw_mark(painter, theme, path, width);
    } else if (place.kind == Place::Kind::device_link && place.index < map.links.size()) {
        draw_mark(painter, theme, device_link_path(viewport, map, place.index), width);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paint_places(QPainter& painter, const MapFrame& frame, const Viewport& viewport, const Theme& theme) {
    painter.save();
    painter.setClipRect(viewport.canvas);
    if (frame.run->wafer) {
        const auto& placement = frame.run->wafer->placement;
        const bool detail = shows_fabric_detail(frame, viewport);
        if (!detail) paint_operator(painter, viewport, placement, frame.selection.op, 2, theme);
        if (!detail && frame.hover.op != frame.selection.op)
            paint_operator(painter, viewport, placement, frame.hover.op, 1, theme);
        if (viewport.cell() / viewport.dpr >= 4)
            paint_core_place(painter, frame, viewport, frame.hover, 1, theme);
        paint_core_place(painter, frame, viewport, frame.selection, 2, theme);
    } else {
        paint_device_place(painter, frame, viewport, frame.hover, 1, theme);
        paint_device_place(painter, frame, viewport, frame.selection, 2, theme);
    }
    painter.restore();
}

}  // namespace

void MapPainter::clear() {
    *this = {};
}

void MapPainter::paint(QPainter& painter, const MapFrame& frame, const Viewport& viewport, const QSizeF& size,
                       const Theme& theme) {
    if (theme.id != theme_ || theme.font_scale != font_scale_) clear();
    theme_ = theme.id;
    font_scale_ = theme.font_scale;
    const auto layout = map_layout(frame, size, theme);
    settled_ = true;
    refreshes_ = frame.complete ? std::numeric_limits<int>::max() : 1;
    if (const QString reason = empty_reason(frame); !reason.isEmpty()) {
        painter.fillRect(QRectF({}, size), theme.sunken);
        paint_empty(painter, QRectF({}, size), reason, theme);
        return;
    }
    if (frame.run->wafer) {
        paint_wafer(painter, frame, viewport, theme);
    } else {
        painter.fillRect(QRectF({}, size), theme.sunken);
        paint_devices(painter, viewport, frame.device_source(), frame.scale, theme);
    }
    painter.fillRect(QRectF(0, 0, size.width(), layout.canvas.top()), theme.sunken);
    painter.fillRect(QRectF(0, layout.canvas.bottom(), size.width(), size.height() - layout.canvas.bottom()),
                     theme.sunken);
    if (frame.caption) paint_caption(painter, theme, layout.caption, caption_of(frame, viewport));
    paint_places(painter, frame, viewport, theme);
    paint_hot_spot(painter, frame, viewport, theme);
    if (frame.cursor && frame.run->wafer) {
        painter.save();
        painter.setClipRect(viewport.canvas);
        draw_corner_brackets(painter, theme, viewport.core_rect(frame.cursor->x(), frame.cursor->y()));
        painter.restore();
    }
    if (!layout.thumbnails.isEmpty()) paint_thumbnails(painter, frame, layout, viewport.dpr, theme);
    if (frame.minimap && frame.run->wafer && !viewport.is_fit())
        paint_minimap(painter, frame, viewport, theme);
}

void MapPainter::paint_wafer(QPainter& painter, const MapFrame& frame, const Viewport& viewport,
                             const Theme& theme) {
    const auto grid = frame.grid();
    const auto pixels = viewport.pixels(grid);
    const QRectF covered(QPointF(pixels.rect().topLeft()) / viewport.dpr,
                         QSizeF(pixels.rect().size()) / viewport.dpr);
    // Only the surroundings are filled: the map itself covers the rest.
    const QRectF all = viewport.canvas;
    for (const QRectF& part :
         {QRectF(all.left(), all.top(), all.width(), covered.top() - all.top()),
          QRectF(all.left(), covered.bottom(), all.width(), all.bottom() - covered.bottom()),
          QRectF(all.left(), covered.top(), covered.left() - all.left(), covered.height()),
          QRectF(covered.right(), covered.top(), all.right() - covered.right(), covered.height())})
        if (part.isValid()) painter.fillRect(part, theme.sunken);
    if (shows_fabric_detail(frame, viewport)) {
        painter.fillRect(viewport.canvas, theme.sunken);
        const auto window = fabric_window(frame.run->wafer->links, grid, frame.step, frame.wafer,
                                          visible_cores(viewport, grid));
        paint_fabric(painter, viewport, grid, window, frame.scale, theme);
        return;
    }
    const auto& image = picture_.update(frame.source(), pixels, MapColors(theme, frame.scale, viewport.dpr));
    painter.drawImage(covered.topLeft(), image);
    paint_outlines(painter, frame, viewport, theme);
    paint_defects(painter, viewport, frame.run->wafer->defects, theme);
    paint_wafer_edge(painter, viewport, grid, theme);
}

void MapPainter::paint_outlines(QPainter& painter, const MapFrame& frame, const Viewport& viewport,
                                const Theme& theme) {
    const auto* other = frame.view == ViewKind::difference ? frame.minus.get() : nullptr;
    if (other != nullptr && !other->wafer) other = nullptr;
    if (frame.run->wafer->placement.kernels.empty() && other == nullptr) return;
    const auto pixels = viewport.pixels(frame.grid());
    if (outlines_run_ != frame.run.get() || outlines_other_ != other || outlines_wafer_ != frame.wafer || outlines_pixels_ != pixels || outlines_.isNull()) {
        outlines_ = QImage(pixels.rect().size(), QImage::Format_ARGB32_Premultiplied);
        outlines_.setDevicePixelRatio(viewport.dpr);
        outlines_.fill(Qt::transparent);
        outlines_origin_ = QPointF(pixels.rect().topLeft()) / viewport.dpr;
        QPainter inner(&outlines_);
        inner.translate(-outlines_origin_);
        if (other != nullptr)
            paint_other_kernels(inner, viewport, kernels_on(other->wafer->placement, frame.minus_wafer), theme);
        paint_kernels(inner, viewport, kernels_on(frame.run->wafer->placement, frame.wafer), theme, labels_);
        outlines_run_ = frame.run.get(), outlines_other_ = other, outlines_wafer_ = frame.wafer;
        outlines_pixels_ = pixels;
    }
    painter.drawImage(outlines_origin_, outlines_);
}

const QImage& MapPainter::small_picture(MapPicture& picture, const MapSource& source, const PixelGrid& pixels,
                                        const MapColors& colors) {
    // A new step of a class series costs next to nothing; loads and differences are added up core by core,
    // so one of them is brought up to date per frame and the others follow.
    const bool cheap = source.metric != kLinkLoad && source.minus == nullptr;
    if (cheap || picture.image().isNull() || picture.current(source, pixels, colors))
        return picture.update(source, pixels, colors);
    if (refreshes_ == 0) {
        settled_ = false;
        return picture.image();
    }
    --refreshes_;
    return picture.update(source, pixels, colors);
}

void MapPainter::paint_thumbnails(QPainter& painter, const MapFrame& frame, const MapLayout& layout,
                                  double dpr, const Theme& theme) {
    const auto grid = frame.grid();
    thumbnails_.resize(static_cast<std::size_t>(frame.wafers()));
    first_thumbnail_ = (first_thumbnail_ + 1) % frame.wafers();  // each gets its turn
    for (int i = 0; i < frame.wafers(); ++i) {
        const int wafer = (first_thumbnail_ + i) % frame.wafers();
        const QRectF rect = thumbnail_rect(frame, layout, wafer);
        if (rect.isEmpty()) continue;
        Viewport small{.world = map_world(frame), .canvas = rect, .frame = rect, .dpr = dpr};
        small.fit();
        auto source = frame.source();
        source.wafer = wafer;
        source.minus_wafer = matching_wafer(source.minus, wafer);
        const auto pixels = small.pixels(grid);
        const auto& image = small_picture(thumbnails_[static_cast<std::size_t>(wafer)], source, pixels,
                                          MapColors(theme, frame.scale, dpr));
        painter.drawImage(QPointF(pixels.rect().topLeft()) / dpr, image);
        const auto& spot = frame.hot_spot;
        if (spot && !spot->device && spot->wafer == wafer && wafer != frame.wafer)
            draw_hot_ring(painter, theme, small.core_rect(spot->x, spot->y).center(), kThumbnailRing);
        if (wafer == frame.wafer)
            draw_mark_rect(painter, theme, rect.adjusted(-1, -1, 1, 1), 2);
        else {
            painter.setPen(theme.border_strong);
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(rect.adjusted(-1, -1, 0, 0));
        }
    }
}

void MapPainter::paint_minimap(QPainter& painter, const MapFrame& frame, const Viewport& viewport,
                               const Theme& theme) {
    const auto grid = frame.grid();
    const double shrink = kMinimap / std::max(grid.columns, grid.rows);
    const QSizeF size(std::max(8.0, std::round(grid.columns * shrink)),
                      std::max(8.0, std::round(grid.rows * shrink)));
    const QRectF rect(viewport.canvas.right() - size.width() - 16,
                      viewport.canvas.bottom() - size.height() - 14, size.width(), size.height());
    Viewport small{.world = map_world(frame), .canvas = rect, .frame = rect, .dpr = viewport.dpr};
    small.fit();
    const auto pixels = small.pixels(grid);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border_strong, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(rect.adjusted(-4.5, -4.5, 4.5, 4.5), 4, 4);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const auto& image =
        small_picture(minimap_, frame.source(), pixels, MapColors(theme, frame.scale, viewport.dpr));
    painter.drawImage(QPointF(pixels.rect().topLeft()) / viewport.dpr, image);
    QRectF seen = small.to_screen(viewport.visible());
    const double grow = std::max(0.0, (6 - std::min(seen.width(), seen.height())) / 2);
    seen = seen.adjusted(-grow, -grow, grow, grow).intersected(rect);
    draw_mark_rect(painter, theme, seen, 1);
    painter.restore();
}

}  // namespace waferscope::views
