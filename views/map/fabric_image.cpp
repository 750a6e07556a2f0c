// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/fabric_image.hpp"

#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kRouterShare = 0.44;
constexpr double kLane = 0.085;  // distance of a direction's lane from the middle, in cells
constexpr double kNarrow = 4.0 / 86, kWide = 13.0 / 86;  // band width at no load and full load, in cells
constexpr double kNumberCell = 52;                       // px from which routers carry their number
constexpr double kIdle = 0.005;                          // below it a link has no arrow head
constexpr double kHot = 0.6;  // share of the range from which a number is worth printing

struct Step {
    int dx, dy;
};
Step step_of(core::Direction direction) {
    switch (direction) {
        case core::Direction::north:
            return {0, -1};
        case core::Direction::east:
            return {1, 0};
        case core::Direction::south:
            return {0, 1};
        case core::Direction::west:
            return {-1, 0};
    }
    return {0, 0};
}

/// Arrow along `band`: a shaft with a head in the direction of flow.
QPainterPath arrow(const QRectF& band, core::Direction direction) {
    const auto step = step_of(direction);
    const bool flat = step.dx != 0;
    const double length = flat ? band.width() : band.height();
    const double width = flat ? band.height() : band.width();
    const double head = std::min(length * 0.3, width * 1.1);
    // Drawn pointing east with its tail at the origin, then turned.
    QPainterPath path(QPointF(0, -width * 0.5));
    path.lineTo(length - head, -width * 0.5);
    path.lineTo(length, 0);
    path.lineTo(length - head, width * 0.5);
    path.lineTo(0, width * 0.5);
    path.closeSubpath();
    QTransform turn;
    const QPointF middle = band.center();
    turn.translate(middle.x(), middle.y());
    turn.rotate(flat ? (step.dx > 0 ? 0 : 180) : (step.dy > 0 ? 90 : -90));
    turn.translate(-length / 2, 0);
    return turn.map(path);
}

/// One link: filled twice instead of stroked, a fabric shows thousands of them.
void draw_link(QPainter& painter, const QRectF& band, core::Direction direction, double load,
               const ColorScale& scale, const Theme& theme) {
    const QColor fill(scale.color(load));
    const QRectF casing = band.adjusted(-0.5, -0.5, 0.5, 0.5);
    if (load < kIdle) {
        painter.fillRect(casing, theme.border);
        painter.fillRect(band.adjusted(0.5, 0.5, -0.5, -0.5), fill);
        return;
    }
    painter.fillPath(arrow(casing, direction), theme.border);
    const auto path = arrow(band.adjusted(0.5, 0.5, -0.5, -0.5), direction);
    painter.fillPath(path, fill);
    if (scale.clipped(load)) draw_hatch(painter, path, theme.clip_hatch);
}

void draw_links(QPainter& painter, const Viewport& viewport, core::GridSize grid, const FabricWindow& window,
                const ColorScale& scale, const Theme& theme) {
    const auto& box = window.cores;
    painter.setRenderHint(QPainter::Antialiasing);
    for (int d = 0; d < core::kDirections; ++d) {
        const auto direction = static_cast<core::Direction>(d);
        const auto step = step_of(direction);
        for (int y = box.y; y < box.y + box.height; ++y)
            for (int x = box.x; x < box.x + box.width; ++x) {
                if (x + step.dx < 0 || x + step.dx >= grid.columns || y + step.dy < 0 ||
                    y + step.dy >= grid.rows)
                    continue;
                const double load = double{window.at(direction, x, y)};
                QRectF band = link_rect(viewport, x, y, direction);
                const double cell = viewport.cell() / viewport.dpr;
                const double width = cell * (kNarrow + (kWide - kNarrow) * std::clamp(load, 0.0, 1.0));
                const QPointF middle = band.center();
                if (step.dx != 0) {
                    band.setHeight(width);
                } else {
                    band.setWidth(width);
                }
                band.moveCenter(middle);
                draw_link(painter, band, direction, load, scale, theme);
            }
    }
}

void draw_routers(QPainter& painter, const Viewport& viewport, const FabricWindow& window,
                  const ColorScale& scale, const Theme& theme) {
    const auto& box = window.cores;
    const bool numbers = viewport.cell() / viewport.dpr >= kNumberCell;
    painter.setFont(theme.font(TextRole::axis));
    for (int y = box.y; y < box.y + box.height; ++y)
        for (int x = box.x; x < box.x + box.width; ++x) {
            const double load = double{window.hottest(x, y)};
            const QColor fill(scale.color(load));
            const QRectF rect = router_rect(viewport, x, y);
            painter.setPen(QPen(theme.casing, 1));
            painter.setBrush(theme.border_strong);
            painter.drawRoundedRect(rect, 3, 3);
            painter.setPen(Qt::NoPen);
            painter.setBrush(fill);
            painter.drawRoundedRect(rect.adjusted(1.5, 1.5, -1.5, -1.5), 2, 2);
            if (!numbers || scale.share(load) < kHot) continue;
            painter.setPen(readable_on(fill));
            painter.drawText(rect, Qt::AlignCenter, format::number(load * 100, {.digits = load < 1 ? 2 : 3}));
        }
}

void draw_coordinates(QPainter& painter, const Viewport& viewport, const core::Rect& box,
                      const Theme& theme) {
    const double cell = viewport.cell() / viewport.dpr;
    painter.setFont(theme.font(TextRole::axis));
    const QFontMetricsF metrics(painter.font());
    const QRectF top(viewport.canvas.left(), viewport.canvas.top(), viewport.canvas.width(),
                     metrics.height() + 6);
    const QRectF side(viewport.canvas.left(), viewport.canvas.top(),
                      metrics.horizontalAdvance(QStringLiteral("88888")) + 8, viewport.canvas.height());
    painter.fillRect(top, theme.sunken);
    painter.fillRect(side, theme.sunken);
    painter.setPen(theme.text3);
    const int stride =
        static_cast<int>(std::ceil((metrics.horizontalAdvance(format::count(box.x + box.width)) + 8) / cell));
    for (int x = box.x; x < box.x + box.width; ++x) {
        const double middle = viewport.core_rect(x, box.y).center().x();
        if (x % stride != 0 || middle < side.right() + 8 || middle > top.right() - 28) continue;
        painter.drawText(QRectF(middle - 40, top.top(), 80, top.height()), Qt::AlignCenter, format::count(x));
    }
    const int rows = static_cast<int>(std::ceil((metrics.height() + 2) / cell));
    for (int y = box.y; y < box.y + box.height; ++y) {
        const double middle = viewport.core_rect(box.x, y).center().y();
        if (y % rows != 0 || middle < top.bottom() + 4 || middle > side.bottom() - 22) continue;
        painter.drawText(QRectF(side.left(), middle - 10, side.width() - 6, 20),
                         Qt::AlignVCenter | Qt::AlignRight, format::count(y));
    }
    painter.drawText(QRectF(top.right() - 22, top.top(), 16, top.height()), Qt::AlignCenter,
                     QStringLiteral("x"));
    painter.drawText(QRectF(side.left(), side.bottom() - 20, side.width() - 6, 18),
                     Qt::AlignVCenter | Qt::AlignRight, QStringLiteral("y"));
}

}  // namespace

float FabricWindow::at(core::Direction direction, int x, int y) const {
    const auto index = static_cast<std::size_t>(y - cores.y) * static_cast<std::size_t>(cores.width) +
                       static_cast<std::size_t>(x - cores.x);
    return load.at(static_cast<std::size_t>(direction))[index];
}

float FabricWindow::hottest(int x, int y) const {
    float top = 0;
    for (int d = 0; d < core::kDirections; ++d)
        top = std::max(top, at(static_cast<core::Direction>(d), x, y));
    return top;
}

FabricWindow fabric_window(const core::LinkSeries& links, core::GridSize grid, std::size_t step, int wafer,
                           core::Rect cores) {
    cores.x = std::clamp(cores.x, 0, grid.columns);
    cores.y = std::clamp(cores.y, 0, grid.rows);
    cores.width = std::clamp(cores.width, 0, grid.columns - cores.x);
    cores.height = std::clamp(cores.height, 0, grid.rows - cores.y);
    FabricWindow window{.cores = cores};
    for (auto& one : window.load) one.assign(static_cast<std::size_t>(cores.area()), 0.0F);
    const auto* weight = links.weight.data() + step * links.plane.size();
    for (std::size_t p = 0; p < links.plane.size(); ++p) {
        const auto& plane = links.plane[p];
        if (plane.wafer != wafer || weight[p] == 0 || !plane.box.overlaps(cores)) continue;
        auto& out = window.load.at(static_cast<std::size_t>(plane.direction));
        const int x1 = std::min(plane.box.x + plane.box.width, cores.x + cores.width);
        const int y1 = std::min(plane.box.y + plane.box.height, cores.y + cores.height);
        const int x0 = std::max(plane.box.x, cores.x);
        for (int y = std::max(plane.box.y, cores.y); y < y1; ++y)
            plane.add_row(y, x0, x1, weight[p], out.data() + static_cast<std::size_t>(y - cores.y) * static_cast<std::size_t>(cores.width) + static_cast<std::size_t>(x0 - cores.x));
    }
    return window;
}

core::Rect visible_cores(const Viewport& viewport, core::GridSize grid) {
    const auto pixels = viewport.pixels(grid);
    if (pixels.empty()) return {};
    const int x0 = pixels.x.first.front();
    const int y0 = pixels.y.first.front();
    return {x0, y0, pixels.x.last.back() - x0 + 1, pixels.y.last.back() - y0 + 1};
}

QRectF router_rect(const Viewport& viewport, int x, int y) {
    const QRectF cell = viewport.core_rect(x, y);
    const double inset = std::round(cell.width() * (1 - kRouterShare) / 2);
    return cell.adjusted(inset, inset, -inset, -inset);
}

QRectF link_rect(const Viewport& viewport, int x, int y, core::Direction direction) {
    const QRectF cell = viewport.core_rect(x, y);
    const double size = cell.width();
    const double gap = size * (1 - kRouterShare);  // between two routers
    const double reach = size * kRouterShare / 2;  // middle to the edge of a router
    const double half = size * kWide / 2;
    const QPointF middle = cell.center();
    // Traffic keeps apart as on a road: east above, west below; south right, north left.
    switch (direction) {
        case core::Direction::east:
            return {middle.x() + reach + 1, middle.y() - size * kLane - half, gap - 2, 2 * half};
        case core::Direction::west:
            return {middle.x() - reach - gap + 1, middle.y() + size * kLane - half, gap - 2, 2 * half};
        case core::Direction::south:
            return {middle.x() + size * kLane - half, middle.y() + reach + 1, 2 * half, gap - 2};
        case core::Direction::north:
            return {middle.x() - size * kLane - half, middle.y() - reach - gap + 1, 2 * half, gap - 2};
    }
    return {};
}

void paint_fabric(QPainter& painter, const Viewport& viewport, core::GridSize grid,
                  const FabricWindow& window, const ColorScale& scale, const Theme& theme) {
    painter.save();
    painter.setClipRect(viewport.canvas);
    draw_links(painter, viewport, grid, window, scale, theme);
    draw_routers(painter, viewport, window, scale, theme);
    draw_coordinates(painter, viewport, window.cores, theme);
    painter.restore();
}

Place fabric_place_at(const Viewport& viewport, core::GridSize grid, QPointF point) {
    const auto hit = viewport.core_at(point, grid);
    if (!hit) return {};
    // Links reach into the neighbour's cell, so look around too.
    for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) {
            const int x = hit->x() + dx;
            const int y = hit->y() + dy;
            if (x < 0 || y < 0 || x >= grid.columns || y >= grid.rows) continue;
            for (int d = 0; d < core::kDirections; ++d) {
                const auto direction = static_cast<core::Direction>(d);
                const auto step = step_of(direction);
                if (x + step.dx < 0 || y + step.dy < 0 || x + step.dx >= grid.columns ||
                    y + step.dy >= grid.rows)
                    continue;
                if (link_rect(viewport, x, y, direction).contains(point))
                    return {.kind = Place::Kind::link, .x = x, .y = y, .direction = direction};
            }
        }
    return {.kind = Place::Kind::core, .x = hit->x(), .y = hit->y()};
}

QString direction_name(core::Direction direction) {
    switch (direction) {
        case core::Direction::north:
            return QCoreApplication::translate("fabric", "north");
        case core::Direction::east:
            return QCoreApplication::translate("fabric", "east");
        case core::Direction::south:
            return QCoreApplication::translate("fabric", "south");
        case core::Direction::west:
            return QCoreApplication::translate("fabric", "west");
    }
    return {};
}

}  // namespace waferscope::views
