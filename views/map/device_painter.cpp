// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/device_painter.hpp"

#include "views/field.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kStub = 0.35;     // length of a wrap stub, in units of the smaller device side
constexpr double kHitWidth = 8;    // px around a link that count as hitting it
constexpr double kSmallTile = 30;  // px below which a tile is plain colour
constexpr std::string_view kMemoryMetric = "memory_bandwidth";

QRectF world_rect(const core::Device& d) {
    return {double{d.x}, double{d.y}, double{d.width}, double{d.height}};
}

/// Width of a link: 2 px idle to 6 px full, thinner on small maps.
double link_width(double load, double unit_px) {
    const double most = std::clamp(unit_px * 0.12, 1.5, 6.0);
    return std::max(1.0, most * (0.35 + 0.65 * std::clamp(load, 0.0, 1.0)));
}

double unit_px(const Viewport& viewport, const core::DeviceMap& map) {
    if (map.devices.empty()) return 1;
    const QRectF rect = viewport.to_screen(world_rect(map.devices.front()));
    return std::min(rect.width(), rect.height());
}

void draw_value_block(QPainter& painter, const QRectF& block, std::optional<double> value,
                      const ColorScale& scale, const Theme& theme) {
    if (!value) return draw_no_data(painter, theme, block);
    painter.fillRect(block, QColor(scale.color(*value)));
    if (!scale.clipped(*value)) return;
    QPainterPath path;
    path.addRect(block);
    draw_hatch(painter, path, theme.clip_hatch);
}

/// Bar right of the block, filled from below.
void draw_memory(QPainter& painter, const QRectF& bar, double share, const ColorScale& scale,
                 const Theme& theme) {
    painter.fillRect(bar, theme.grid);
    const double height = std::round(bar.height() * std::clamp(share, 0.0, 1.0));
    painter.fillRect(QRectF(bar.left(), bar.bottom() - height, bar.width(), height),
                     QColor(scale.color(share)));
}

QString value_text(const DeviceSource& source, std::optional<double> value) {
    const auto* metric = core::find_metric(source.metric);
    if (metric == nullptr) return format::number(value);
    return source.minus != nullptr ? format::metric_difference(*metric, value, {.digits = 2})
                                   : format::metric(*metric, value, {.digits = 2});
}

void draw_chip(QPainter& painter, const QRectF& rect, const DeviceSource& source, std::size_t index,
               const ColorScale& scale, const Theme& theme) {
    const auto value = source.value(index);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border_strong, 1));
    painter.setBrush(theme.raised);
    const QRectF tile = rect.adjusted(0.5, 0.5, -0.5, -0.5);
    const bool small = rect.width() < kSmallTile || rect.height() < kSmallTile;
    painter.drawRoundedRect(tile, small ? 2 : 3, small ? 2 : 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (small)
        return draw_value_block(painter, rect.adjusted(2, 2, -2, -2).toAlignedRect(), value, scale, theme);
    const QFontMetricsF bold(theme.font(TextRole::badge));
    const QFontMetricsF plain(theme.font(TextRole::axis));
    const QString name = QString::fromStdString(source.run->devices->devices[index].name);
    const QString text = value_text(source, value);
    const double inside = rect.width() - 12;
    const double head = std::ceil(plain.height()) + 4;
    const bool has_name = bold.horizontalAdvance(name) <= inside && head < rect.height() * 0.6;
    const bool has_value =
        has_name && bold.horizontalAdvance(name) + 4 + plain.horizontalAdvance(text) <= inside;
    if (has_name) {
        painter.setFont(theme.font(TextRole::badge));
        painter.setPen(theme.text);
        painter.drawText(QPointF(rect.left() + 6, rect.top() + 4 + plain.ascent()), name);
    }
    if (has_value) {
        painter.setFont(theme.font(TextRole::axis));
        painter.setPen(theme.text2);
        painter.drawText(
            QPointF(rect.right() - 6 - plain.horizontalAdvance(text), rect.top() + 4 + plain.ascent()), text);
    }
    QRectF block = rect.adjusted(6, has_name ? head + 2 : 6, -6, -6);
    const auto memory = device_value(*source.run, kMemoryMetric, source.step, index);
    if (memory && source.minus == nullptr && rect.width() >= 48) {
        const QRectF bar(block.right() - 7, block.top(), 7, block.height());
        block.setRight(block.right() - 10);
        draw_memory(painter, bar.toAlignedRect(), *memory, scale, theme);
    }
    draw_value_block(painter, block.toAlignedRect(), value, scale, theme);
}

/// Mean load of the links at a switch, the number on it.
std::optional<double> switch_load(const DeviceSource& source, std::size_t device) {
    double sum = 0;
    int count = 0;
    const auto& links = source.run->devices->links;
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (links[i].from != device && links[i].to != device) continue;
        if (const auto load = source.link(i)) sum += *load, ++count;
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

void draw_switch(QPainter& painter, const QRectF& rect, const DeviceSource& source, std::size_t index,
                 const Theme& theme) {
    const auto& device = source.run->devices->devices[index];
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border_strong, 1));
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QFontMetricsF plain(theme.font(TextRole::axis));
    QString name = QString::fromStdString(device.name);
    if (plain.horizontalAdvance(name) > rect.width() - 6) {  // "NVSwitch 2" -> "2"
        const auto blank = name.lastIndexOf(u' ');
        name = blank >= 0 ? name.mid(blank + 1) : QString();
    }
    const auto load =
        device.kind == core::Device::Kind::network_switch ? switch_load(source, index) : std::nullopt;
    const bool two_rows = load && rect.height() >= 2 * plain.height();
    painter.setPen(theme.text);
    painter.setFont(theme.font(TextRole::axis));
    if (plain.horizontalAdvance(name) <= rect.width() - 4 && rect.height() >= plain.height())
        painter.drawText(two_rows ? rect.translated(0, -plain.height() / 2) : rect, Qt::AlignCenter, name);
    if (!two_rows) return;
    painter.setFont(theme.font(TextRole::badge));
    painter.drawText(QRectF(rect.left(), rect.center().y() - 1, rect.width(), rect.height() / 2),
                     Qt::AlignCenter, format::percent(load, {.digits = 2}));
}

void draw_links(QPainter& painter, const Viewport& viewport, const DeviceSource& source,
                const ColorScale& scale, const Theme& theme) {
    const auto& map = *source.run->devices;
    const double unit = unit_px(viewport, map);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    // Busy links last, so that they lie on top.
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < map.links.size(); ++i) order.emplace_back(source.link(i).value_or(-1), i);
    std::ranges::stable_sort(order, {}, [](const auto& entry) { return std::abs(entry.first); });
    for (const auto& [load, index] : order) {
        const auto path = device_link_path(viewport, map, index);
        const double width = link_width(load, unit);
        const auto known = source.link(index);
        // An outline that stands out from the ground: the ends of a colour map do not in either theme.
        painter.setPen(QPen(theme.border_strong, width + 2, Qt::SolidLine, Qt::FlatCap));
        painter.drawPath(path);
        painter.setPen(
            QPen(known ? QColor(scale.color(load)) : theme.no_data, width, Qt::SolidLine, Qt::FlatCap));
        painter.drawPath(path);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// Letters for rows, numbers for columns at the stubs of a torus: equal marks are the same wire.
void draw_wrap_marks(QPainter& painter, const Viewport& viewport, const core::DeviceMap& map,
                     const Theme& theme) {
    painter.setFont(theme.font(TextRole::axis));
    painter.setPen(theme.text3);
    int row = 0;
    int column = 0;
    for (std::size_t i = 0; i < map.links.size(); ++i) {
        if (!map.links[i].wraps) continue;
        const QRectF a = world_rect(map.devices[map.links[i].from]);
        const QRectF b = world_rect(map.devices[map.links[i].to]);
        const bool flat =
            std::abs(a.center().y() - b.center().y()) < std::abs(a.center().x() - b.center().x());
        const QString mark =
            flat ? QString(QChar(u'a' + static_cast<char16_t>(row++ % 26))) : format::count(++column);
        const double stub = kStub * std::min(a.width(), a.height());
        for (const bool first : {true, false}) {
            const QRectF self = first ? a : b;
            const QRectF other = first ? b : a;
            const double side_x = flat ? (self.center().x() < other.center().x() ? -1 : 1) : 0;
            const double side_y = flat ? 0 : (self.center().y() < other.center().y() ? -1 : 1);
            const QPointF tip(self.center().x() + side_x * (self.width() / 2 + stub),
                              self.center().y() + side_y * (self.height() / 2 + stub));
            const QPointF at = viewport.to_screen(tip) + QPointF(side_x * 9, side_y * 9);
            painter.drawText(QRectF(at.x() - 10, at.y() - 9, 20, 18), Qt::AlignCenter, mark);
        }
    }
}

}  // namespace

std::optional<double> DeviceSource::value(std::size_t device) const {
    const auto own = device_value(*run, metric, step, device);
    if (minus == nullptr || !own) return own;
    const auto other = device_value(*minus, metric, minus_step, device);
    return other ? std::optional(*own - *other) : std::nullopt;
}

std::optional<double> DeviceSource::link(std::size_t index) const {
    const auto own = device_link_load(*run, step, index);
    if (minus == nullptr || !own) return own;
    const auto other = device_link_load(*minus, minus_step, index);
    return other ? std::optional(*own - *other) : std::nullopt;
}

QRectF device_world(const core::DeviceMap& map) {
    QRectF world;
    double stub = 0;
    for (const auto& device : map.devices) world = world.united(world_rect(device));
    for (const auto& link : map.links)
        if (link.wraps && link.from < map.devices.size()) {
            const QRectF rect = world_rect(map.devices[link.from]);
            stub = kStub * std::min(rect.width(), rect.height()) * 1.5;
        }
    return world.adjusted(-stub, -stub, stub, stub);
}

QRectF device_rect(const Viewport& viewport, const core::DeviceMap& map, std::size_t device) {
    const QRectF exact = viewport.to_screen(world_rect(map.devices[device]));
    const auto snap = [&](double px) { return std::round(px * viewport.dpr) / viewport.dpr; };
    return {QPointF(snap(exact.left()), snap(exact.top())),
            QPointF(snap(exact.right()), snap(exact.bottom()))};
}

QPainterPath device_link_path(const Viewport& viewport, const core::DeviceMap& map, std::size_t index) {
    const auto& link = map.links[index];
    const QRectF a = device_rect(viewport, map, link.from);
    const QRectF b = device_rect(viewport, map, link.to);
    const double dx = b.center().x() - a.center().x();
    const double dy = b.center().y() - a.center().y();
    const bool switched = map.devices[link.from].kind != map.devices[link.to].kind;
    const bool flat = !switched && std::abs(dx) > std::abs(dy);
    const double sx = dx < 0 ? -1 : 1;
    const double sy = dy < 0 ? -1 : 1;
    QPainterPath path;
    if (link.wraps) {
        const double stub = kStub * std::min(a.width(), a.height());
        for (const auto& [rect, way] : {std::pair(a, -1.0), std::pair(b, 1.0)}) {
            const QPointF edge =
                flat ? QPointF(rect.center().x() + way * sx * rect.width() / 2, rect.center().y())
                     : QPointF(rect.center().x(), rect.center().y() + way * sy * rect.height() / 2);
            path.moveTo(edge);
            path.lineTo(edge + (flat ? QPointF(way * sx * stub, 0) : QPointF(0, way * sy * stub)));
        }
        return path;
    }
    if (flat) {
        path.moveTo(a.center().x() + sx * a.width() / 2, a.center().y());
        path.lineTo(b.center().x() - sx * b.width() / 2, b.center().y());
        return path;
    }
    // Leave and arrive spread out along the edge, so that a fan of links stays readable.
    const auto spread = [](const QRectF& self, const QRectF& other) {
        const double reach = std::max(1.0, self.width() * 0.36);
        return self.center().x() + std::clamp((other.center().x() - self.center().x()) * 0.08, -reach, reach);
    };
    const QPointF from(switched ? spread(a, b) : a.center().x(), a.center().y() + sy * a.height() / 2);
    const QPointF to(switched ? spread(b, a) : b.center().x(), b.center().y() - sy * b.height() / 2);
    path.moveTo(from);
    if (!switched) {
        path.lineTo(to);
        return path;
    }
    const double bend = (to.y() - from.y()) * 0.5;
    path.cubicTo(from + QPointF(0, bend), to - QPointF(0, bend), to);
    return path;
}

void paint_devices(QPainter& painter, const Viewport& viewport, const DeviceSource& source,
                   const ColorScale& scale, const Theme& theme) {
    if (source.run == nullptr || !source.run->devices) return;
    const auto& map = *source.run->devices;
    painter.save();
    painter.setClipRect(viewport.canvas);
    draw_links(painter, viewport, source, scale, theme);
    draw_wrap_marks(painter, viewport, map, theme);
    for (std::size_t i = 0; i < map.devices.size(); ++i) {
        const QRectF rect = device_rect(viewport, map, i);
        if (!rect.intersects(viewport.canvas)) continue;
        if (map.devices[i].kind == core::Device::Kind::chip)
            draw_chip(painter, rect, source, i, scale, theme);
        else
            draw_switch(painter, rect, source, i, theme);
    }
    painter.restore();
}

Place device_place_at(const Viewport& viewport, const core::DeviceMap& map, QPointF point) {
    if (!viewport.canvas.contains(point)) return {};
    for (std::size_t i = 0; i < map.devices.size(); ++i)
        if (device_rect(viewport, map, i).contains(point))
            return {.kind = Place::Kind::device, .index = static_cast<std::uint32_t>(i)};
    QPainterPathStroker stroker;
    stroker.setWidth(kHitWidth);
    for (std::size_t i = 0; i < map.links.size(); ++i) {
        const auto path = device_link_path(viewport, map, i);
        if (!path.boundingRect().adjusted(-kHitWidth, -kHitWidth, kHitWidth, kHitWidth).contains(point))
            continue;
        if (stroker.createStroke(path).contains(point))
            return {.kind = Place::Kind::device_link, .index = static_cast<std::uint32_t>(i)};
    }
    return {};
}

}  // namespace waferscope::views
