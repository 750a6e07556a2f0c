// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/viewport.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kWholeCells = 8;  // device px from which cells get equal whole sizes

/// Pixels [from, to) of one axis whose core edges start at `base`, `cell` px apart.
AxisMap axis_map(int base, double cell, int count, int from, int to) {
    const auto edge = [&](int core) { return base + static_cast<int>(std::lround(core * cell)); };
    AxisMap map;
    map.from_px = std::max(from, edge(0));
    const int end = std::min(to, std::max(edge(count), edge(0) + 1));
    if (end <= map.from_px) return map;
    map.first.reserve(static_cast<std::size_t>(end - map.from_px));
    map.last.reserve(static_cast<std::size_t>(end - map.from_px));
    int core = 0;
    for (int px = map.from_px; px < end; ++px) {
        if (cell < 1) {
            const double left = (px - base) / cell;
            const double right = (px - base + 1) / cell;
            map.first.push_back(std::clamp(static_cast<int>(std::floor(left)), 0, count - 1));
            // The last pixel takes whatever rounding left over.
            const bool final_px = px + 1 == edge(count);
            map.last.push_back(
                final_px ? count - 1
                         : std::clamp(static_cast<int>(std::ceil(right)) - 1, map.first.back(), count - 1));
            continue;
        }
        if (px == map.from_px) core = std::max(0, static_cast<int>(std::floor((px - base) / cell)) - 1);
        while (core + 1 < count && edge(core + 1) <= px) ++core;
        map.first.push_back(core);
        map.last.push_back(core);
    }
    return map;
}

}  // namespace

double Viewport::fit_scale() const {
    if (world.isEmpty() || frame.isEmpty()) return 1;
    return std::min(frame.width() / world.width(), frame.height() / world.height());
}

void Viewport::fit() {
    scale = fit_scale();
    centre = world.center();
}

void Viewport::fit(const QRectF& area) {
    if (area.isEmpty() || frame.isEmpty()) return;
    scale = std::min(frame.width() / area.width(), frame.height() / area.height()) / 1.2;
    centre = area.center();
    clamp();
}

void Viewport::clamp() {
    const double least = fit_scale();
    scale = std::clamp(scale, least, std::max(least, largest_cell));
    const QRectF seen(0, 0, frame.width() / scale, frame.height() / scale);
    const auto axis = [](double middle, double low, double high, double extent) {
        if (extent >= high - low) return (low + high) / 2;
        return std::clamp(middle, low + extent / 2, high - extent / 2);
    };
    centre = {axis(centre.x(), world.left(), world.right(), seen.width()),
              axis(centre.y(), world.top(), world.bottom(), seen.height())};
}

void Viewport::zoom(double factor, QPointF at) {
    const QPointF fixed = to_world(at);
    scale *= factor;
    const double least = fit_scale();
    scale = std::clamp(scale, least, std::max(least, largest_cell));
    centre += fixed - to_world(at);
    clamp();
}

void Viewport::pan(QPointF delta) {
    centre -= delta / (cell() / dpr);
    clamp();
}

void Viewport::reveal(const QRectF& area) {
    const QRectF seen(centre.x() - frame.width() / scale / 2, centre.y() - frame.height() / scale / 2,
                      frame.width() / scale, frame.height() / scale);
    QPointF shift;
    if (area.left() < seen.left()) shift.setX(area.left() - seen.left());
    if (area.right() > seen.right()) shift.setX(area.right() - seen.right());
    if (area.top() < seen.top()) shift.setY(area.top() - seen.top());
    if (area.bottom() > seen.bottom()) shift.setY(area.bottom() - seen.bottom());
    centre += shift;
    clamp();
}

double Viewport::cell() const {
    const double exact = scale * dpr;
    return exact >= kWholeCells ? std::floor(exact) : exact;
}

QPointF Viewport::to_screen(QPointF p) const {
    return frame.center() + (p - centre) * (cell() / dpr);
}

QPointF Viewport::to_world(QPointF p) const {
    return centre + (p - frame.center()) / (cell() / dpr);
}

QRectF Viewport::to_screen(const QRectF& rect) const {
    return {to_screen(rect.topLeft()), to_screen(rect.bottomRight())};
}

QRectF Viewport::visible() const {
    return QRectF(to_world(canvas.topLeft()), to_world(canvas.bottomRight())).intersected(world);
}

int Viewport::edge_x(int x) const {
    const auto base = std::lround(to_screen(QPointF(0, 0)).x() * dpr);
    return static_cast<int>(base + std::lround(x * cell()));
}

int Viewport::edge_y(int y) const {
    const auto base = std::lround(to_screen(QPointF(0, 0)).y() * dpr);
    return static_cast<int>(base + std::lround(y * cell()));
}

QRectF Viewport::core_rect(const core::Rect& cores) const {
    const QRectF device(QPointF(edge_x(cores.x), edge_y(cores.y)),
                        QPointF(edge_x(cores.x + cores.width), edge_y(cores.y + cores.height)));
    return {device.topLeft() / dpr, device.bottomRight() / dpr};
}

std::optional<QPoint> Viewport::core_at(QPointF point, core::GridSize grid) const {
    if (!canvas.contains(point)) return std::nullopt;
    const int px = static_cast<int>(std::floor(point.x() * dpr));
    const int py = static_cast<int>(std::floor(point.y() * dpr));
    const auto map_x = axis_map(edge_x(0), cell(), grid.columns, px, px + 1);
    const auto map_y = axis_map(edge_y(0), cell(), grid.rows, py, py + 1);
    if (map_x.first.empty() || map_y.first.empty()) return std::nullopt;
    return QPoint(map_x.first.front(), map_y.first.front());
}

PixelGrid Viewport::pixels(core::GridSize grid) const {
    if (grid.columns <= 0 || grid.rows <= 0) return {};
    const int left = static_cast<int>(std::ceil(canvas.left() * dpr));
    const int top = static_cast<int>(std::ceil(canvas.top() * dpr));
    const int right = static_cast<int>(std::floor(canvas.right() * dpr));
    const int bottom = static_cast<int>(std::floor(canvas.bottom() * dpr));
    return {.x = axis_map(edge_x(0), cell(), grid.columns, left, right),
            .y = axis_map(edge_y(0), cell(), grid.rows, top, bottom),
            .cell = cell()};
}

}  // namespace waferscope::views
