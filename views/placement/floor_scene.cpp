// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_scene.hpp"

#include "views/placement/floor_figures.hpp"
#include "views/placement/link_heat.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"
#include "views/theme/ticks.hpp"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr int kLeft = 48, kTop = 26, kRight = 16, kLegend = 46, kHead = 36;
constexpr double kHandle = 8;
constexpr double kWidestArrow = 5;
constexpr double kLegendWidth = 340;
constexpr double kMostFacts = 0.6;  ///< of the canvas' width

QString tr(const char* text) {
    return QCoreApplication::translate("Floorplan", text);
}

QRectF on_screen(const Viewport& viewport, const core::Rect& rect) {
    return viewport.core_rect(rect);
}

QPointF middle(const Viewport& viewport, const core::Rect& rect) {
    return on_screen(viewport, rect).center();
}

bool is_selected(const FloorScene& scene, std::size_t kernel) {
    return std::ranges::find(scene.selection, kernel) != scene.selection.end();
}

void paint_axes(QPainter& painter, const Floorplan& plan, const Viewport& viewport, const FloorLayout& layout,
                const Theme& theme) {
    painter.setFont(theme.font(TextRole::axis));
    const QFontMetricsF metrics(painter.font());
    const QRectF seen = viewport.visible();
    const QRectF world = on_screen(viewport, {0, 0, plan.grid.columns, plan.grid.rows});
    const auto label = [](double value) { return format::number(value, {.digits = 5}); };
    const auto axis = [&](double low, double high, double from, double to, bool vertical) {
        return make_ticks({.low = low,
                           .high = high,
                           .from_px = from,
                           .to_px = to,
                           .vertical = vertical,
                           .most = 9,
                           .gap_px = 14,
                           .font = painter.font(),
                           .label = label});
    };
    const QPointF first = viewport.to_screen(seen.topLeft()), last = viewport.to_screen(seen.bottomRight());
    const double left = std::max(world.left(), layout.canvas.left()),
                 top = std::max(world.top(), layout.canvas.top());
    for (const auto& tick : axis(seen.left(), seen.right(), first.x(), last.x(), false)) {
        const double x = std::floor(tick.position) + 0.5;
        painter.setPen(theme.grid);
        painter.drawLine(QPointF(x, top), QPointF(x, std::min(world.bottom(), layout.canvas.bottom())));
        painter.setPen(theme.text3);
        painter.drawText(QPointF(tick.label_from, layout.canvas.top() - 6), tick.label);
    }
    for (const auto& tick : axis(seen.top(), seen.bottom(), first.y(), last.y(), true)) {
        const double y = std::floor(tick.position) + 0.5;
        painter.setPen(theme.grid);
        painter.drawLine(QPointF(left, y), QPointF(std::min(world.right(), layout.canvas.right()), y));
        painter.setPen(theme.text3);
        painter.drawText(QRectF(layout.canvas.left() - kLeft, tick.label_from,
                                left - layout.canvas.left() + kLeft - 6, tick.label_extent),
                         Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
    painter.setPen(theme.text3);
    painter.drawText(QRectF(layout.canvas.left() - kLeft, layout.canvas.top() - 6 - metrics.height(),
                            left - layout.canvas.left() + kLeft - 6, metrics.height()),
                     Qt::AlignRight, tr("tiles"));
}

/// Orthogonal way from middle to middle, with an arrow head.
void paint_arrow(QPainter& painter, QPointF from, QPointF to, double width, const QColor& color,
                 const Theme& theme) {
    QPainterPath way(from);
    if (std::abs(to.x() - from.x()) > 1 && std::abs(to.y() - from.y()) > 1) way.lineTo(to.x(), from.y());
    way.lineTo(to);
    const QPointF before = way.elementAt(way.elementCount() - 2);
    const QPointF along = to - before;
    const double length = std::hypot(along.x(), along.y());
    if (length < 1) return;
    painter.setPen(QPen(theme.casing, width + 2, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.drawPath(way);
    painter.setPen(QPen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.drawPath(way);
    const QPointF unit = along / length, side(-unit.y(), unit.x());
    const double head = width + 3;
    painter.setPen(QPen(theme.casing, 1));
    painter.setBrush(color);
    painter.drawPolygon(QPolygonF{to, to - unit * head * 1.6 + side * head * 0.7,
                                  to - unit * head * 1.6 - side * head * 0.7});
    painter.setBrush(Qt::NoBrush);
}

double edge_weight(const Floorplan& plan, const FloorEdge& edge) {
    const auto& a = plan.kernels[edge.from].rect;
    const auto& b = plan.kernels[edge.to].rect;
    const double distance = (std::abs(2 * a.x + a.width - 2 * b.x - b.width) +
                             std::abs(2 * a.y + a.height - 2 * b.y - b.height)) /
                            2.0;
    return distance * std::max(1.0, edge.elements);
}

void paint_arrows(QPainter& painter, const FloorScene& scene, const Viewport& viewport, const Theme& theme) {
    const auto& plan = *scene.plan;
    double most = 0;
    for (const auto& edge : plan.edges)
        if (plan.kernels[edge.from].placed && plan.kernels[edge.to].placed)
            most = std::max(most, edge_weight(plan, edge));
    if (most <= 0) return;
    const bool full = plan.busiest.wavelets * plan.wavelet_interval > plan.now.time;
    for (const auto& edge : plan.edges) {
        const auto& a = plan.kernels[edge.from];
        const auto& b = plan.kernels[edge.to];
        if (!a.placed || !b.placed || edge.from == edge.to) continue;
        const double width = 1 + (kWidestArrow - 1) * std::sqrt(edge_weight(plan, edge) / most);
        const bool hot = full && edge.from == plan.busiest.from && edge.to == plan.busiest.to;
        const bool chosen = is_selected(scene, edge.from) || is_selected(scene, edge.to);
        paint_arrow(painter, middle(viewport, a.rect), middle(viewport, b.rect), width,
                    hot      ? theme.hot_ring
                    : chosen ? theme.accent
                             : theme.mark,
                    theme);
    }
}

/// How much of a kernel shows its colour: all of it, or a strip above the link loads.
QRectF colored_part(const FloorScene& scene, const QRectF& box, const Theme& theme) {
    if (!scene.links) return box;
    const QFontMetricsF strong(theme.font(TextRole::badge)), plain(theme.font(TextRole::axis));
    // Both lines when at least half of the kernel stays free for the loads, else the name's.
    const double both = std::floor(strong.height() + plain.height() + 5),
                 one = std::floor(strong.height() + 4);
    QRectF strip = box;
    strip.setHeight(std::min(box.height(), 2 * both <= box.height() ? both : one));
    return strip;
}

/// Name and value on the kernel's colour, as far as they fit.
void paint_label(QPainter& painter, const FloorScene& scene, const FloorKernel& kernel, const QRectF& box,
                 const Theme& theme) {
    constexpr double kPad = 4;
    const QColor ink = readable_on(floor_fill(*scene.plan, kernel, scene.color, theme));
    painter.setPen(ink);
    painter.setFont(theme.font(TextRole::badge));
    const QFontMetricsF strong(painter.font());
    if (strong.horizontalAdvance(kernel.name) + 2 * kPad > box.width() || strong.height() + 2 > box.height())
        return;
    painter.drawText(QPointF(box.left() + kPad, box.top() + 2 + strong.ascent()), kernel.name);
    if (kernel.locked) {
        const double side = strong.height() - 3;
        if (strong.horizontalAdvance(kernel.name) + side + 3 * kPad < box.width())
            draw_icon(painter, Icon::lock, QRectF(box.right() - side - kPad, box.top() + 3, side, side), ink);
    }
    painter.setFont(theme.font(TextRole::axis));
    const QFontMetricsF plain(painter.font());
    const QString value = floor_value_text(*scene.plan, kernel, scene.color);
    if (plain.horizontalAdvance(value) + 2 * kPad > box.width() ||
        strong.height() + plain.height() + 4 > box.height())
        return;
    painter.drawText(QPointF(box.left() + kPad, box.top() + 2 + strong.height() + plain.ascent()), value);
}

void paint_colors(QPainter& painter, const FloorScene& scene, const Viewport& viewport, const Theme& theme) {
    for (const auto& kernel : scene.plan->kernels)
        if (kernel.placed)
            painter.fillRect(colored_part(scene, on_screen(viewport, kernel.rect), theme),
                             floor_fill(*scene.plan, kernel, scene.color, theme));
}

void paint_outlines(QPainter& painter, const FloorScene& scene, const Viewport& viewport,
                    const Theme& theme) {
    for (const auto& kernel : scene.plan->kernels) {
        if (!kernel.placed) continue;
        painter.setPen(kernel.problem.isEmpty() ? QPen(scene.links ? theme.text2 : theme.casing, 1)
                                                : QPen(theme.error, 2));
        painter.drawRect(on_screen(viewport, kernel.rect).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

void paint_labels(QPainter& painter, const FloorScene& scene, const Viewport& viewport, const Theme& theme) {
    for (const auto& kernel : scene.plan->kernels)
        if (kernel.placed)
            paint_label(painter, scene, kernel, colored_part(scene, on_screen(viewport, kernel.rect), theme),
                        theme);
}

void paint_issues(QPainter& painter, const FloorScene& scene, const Viewport& viewport, const Theme& theme) {
    for (const auto& issue : scene.plan->issues) {
        if (issue.place.area() == 0) continue;
        const QRectF box = on_screen(viewport, issue.place);
        if (issue.overlap) {
            QPainterPath path;
            path.addRect(box);
            QColor veil = theme.error;
            veil.setAlpha(110);
            painter.fillRect(box, veil);
            draw_hatch(painter, path, theme.black, 6, 1.6);
        }
        painter.setPen(QPen(theme.error, 2));
        painter.drawRect(box.adjusted(1, 1, -1, -1));
    }
}

/// The words beside a mark, kept on the canvas.
QRectF paint_tag(QPainter& painter, const QRectF& bounds, QPointF at, const QString& text, const Theme& theme,
                 const QColor& fill, const QColor& ink, const QRectF& avoid = {}) {
    painter.setFont(theme.font(TextRole::badge));
    const QFontMetricsF metrics(painter.font());
    QRectF box(at, QSizeF(metrics.horizontalAdvance(text) + 12, metrics.height() + 4));
    box.moveLeft(
        std::clamp(box.left(), bounds.left(), std::max(bounds.left(), bounds.right() - box.width())));
    if (box.intersects(avoid)) box.moveBottom(avoid.top() - 4);
    box.moveTop(std::clamp(box.top(), bounds.top(), std::max(bounds.top(), bounds.bottom() - box.height())));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.casing, 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(box, 3, 3);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(ink);
    painter.drawText(box, Qt::AlignCenter, text);
    painter.setRenderHint(QPainter::Antialiasing, false);
    return box;
}

/// A ring around the busiest link, its words clear of `taken`.
void mark_busiest(QPainter& painter, const FloorScene& scene, const Viewport& viewport, const Theme& theme,
                  const QRectF& taken) {
    const auto& plan = *scene.plan;
    if (plan.busiest.wavelets <= 0) return;
    const bool links_limit = plan.now.link_time > plan.now.time;
    const QRectF bounds = viewport.canvas.adjusted(4, 4, -4, -4);
    const QFontMetricsF metrics(theme.font(TextRole::badge));
    const QPointF at = on_screen(viewport, {plan.busiest.x, plan.busiest.y, 1, 1}).center();
    painter.setRenderHint(QPainter::Antialiasing);
    draw_hot_ring(painter, theme, at, 9);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QString words =
        links_limit
            ? tr("busiest link: %1 cycles, sets the pace")
                  .arg(format::number(plan.now.link_time, {.digits = 6}))
            : tr("busiest link: in use %1")
                  .arg(format::percent(plan.now.time > 0 ? plan.now.link_time / plan.now.time : 0));
    constexpr double kAway = 14;
    const double width = metrics.horizontalAdvance(words) + 12;
    const double left = at.x() + kAway + width > bounds.right() ? at.x() - kAway - width : at.x() + kAway;
    paint_tag(painter, bounds, QPointF(left, at.y() - metrics.height() / 2 - 2), words, theme,
              theme.tooltip, links_limit ? theme.error : theme.text, taken);
}

void paint_marks(QPainter& painter, const FloorScene& scene, const Viewport& viewport, const Theme& theme) {
    const auto& plan = *scene.plan;
    if (plan.now.placed == 0) return;
    if (!plan.kernels[plan.now.slowest].placed) return mark_busiest(painter, scene, viewport, theme, {});
    const QRectF bounds = viewport.canvas.adjusted(4, 4, -4, -4);
    const auto& slow = plan.kernels[plan.now.slowest];
    const QRectF box = on_screen(viewport, slow.rect);
    painter.setPen(QPen(theme.hot_casing, 5));
    painter.drawRect(box.adjusted(-1, -1, 1, 1));
    painter.setPen(QPen(theme.hot_ring, 3));
    painter.drawRect(box.adjusted(-1, -1, 1, 1));
    const QFontMetricsF metrics(theme.font(TextRole::badge));
    const auto taken =
        paint_tag(painter, bounds, QPointF(box.left() + 5, box.bottom() - metrics.height() - 9),
                  plan.regions ? tr("slowest region") : tr("slowest kernel"), theme, theme.hot_ring, readable_on(theme.hot_ring));
    mark_busiest(painter, scene, viewport, theme, taken);
}

void paint_selection(QPainter& painter, const FloorScene& scene, const Viewport& viewport,
                     const Theme& theme) {
    const auto& plan = *scene.plan;
    if (scene.hover && plan.kernels[*scene.hover].placed)
        draw_mark_rect(painter, theme, on_screen(viewport, plan.kernels[*scene.hover].rect), 1);
    for (const auto kernel : scene.selection) {
        if (!plan.kernels[kernel].placed) continue;
        const QRectF box = on_screen(viewport, plan.kernels[kernel].rect);
        painter.setPen(QPen(theme.casing, 4));
        painter.drawRect(box);
        painter.setPen(QPen(theme.accent, 2));
        painter.drawRect(box);
        if (scene.selection.size() != 1 || !scene.handles) continue;
        for (const auto& handle : floor_handles(box)) {
            const QRectF square(handle.at.x() - kHandle / 2, handle.at.y() - kHandle / 2, kHandle, kHandle);
            painter.fillRect(square.adjusted(-1, -1, 1, 1), theme.accent);
            painter.fillRect(square.adjusted(1, 1, -1, -1), theme.white);
        }
    }
}

void paint_drag(QPainter& painter, const FloorScene& scene, const Viewport& viewport,
                const FloorLayout& layout, const Theme& theme) {
    if (!scene.drag) return;
    const auto& kernel = scene.plan->kernels[scene.drag->lead];
    QPen dashed(theme.mark, 1.5, Qt::DashLine);
    painter.setPen(dashed);
    for (const auto& origin : scene.drag->origins) painter.drawRect(on_screen(viewport, origin));
    if (!kernel.placed) return;
    const QRectF box = on_screen(viewport, kernel.rect);
    painter.setPen(QPen(theme.accent, 1, Qt::DashLine));
    painter.drawLine(QPointF(box.left(), layout.canvas.top()), QPointF(box.left(), layout.canvas.bottom()));
    painter.drawLine(QPointF(layout.canvas.left(), box.top()), QPointF(layout.canvas.right(), box.top()));
    const QRectF bounds(layout.canvas.left() - kLeft, layout.canvas.top() - kTop,
                        layout.canvas.width() + kLeft, layout.canvas.height() + kTop);
    const QFontMetricsF metrics(theme.font(TextRole::badge));
    paint_tag(painter, bounds, QPointF(box.left() - 20, layout.canvas.bottom() - metrics.height() - 6),
              tr("x %1").arg(format::count(kernel.rect.x)), theme, theme.accent, theme.on_accent);
    paint_tag(painter, bounds, QPointF(layout.canvas.left() - kLeft, box.top() - metrics.height() / 2),
              tr("y %1").arg(format::count(kernel.rect.y)), theme, theme.accent, theme.on_accent);
}

/// Facts of the dragged or pointed kernel beside it, or why it may not lie there.
void paint_facts(QPainter& painter, const FloorScene& scene, const Viewport& viewport, const Theme& theme) {
    const auto& plan = *scene.plan;
    const auto chosen = scene.drag ? std::optional(scene.drag->lead) : scene.hover;
    if (!chosen || !plan.kernels[*chosen].placed) return;
    const auto& kernel = plan.kernels[*chosen];
    struct Line {
        QString label, value;
        QColor color;
    };
    std::vector<Line> lines;
    lines.push_back({tr("time"), tr("%1 cycles").arg(format::number(kernel.time, {.digits = 6})),
                     plan.now.slowest == *chosen ? theme.error : theme.text});
    if (plan.now.slowest == *chosen)
        lines.push_back({tr("sets Tmax"), tr("yes"), theme.text});
    else
        lines.push_back({tr("waits"), format::percent(slack(plan, kernel)), theme.text});
    lines.push_back({tr("size"),
                     tr("%1 tiles%2")
                         .arg(format::dimensions(kernel.rect.width, kernel.rect.height),
                              kernel.rotated ? tr(", turned") : QString()),
                     theme.text});
    lines.push_back(
        {tr("memory"),
         tr("%1 of %2")
             .arg(format::bytes_binary(2 * kernel.memory), format::bytes_binary(2 * plan.memory_limit)),
         theme.text});
    if (!kernel.problem.isEmpty()) lines.push_back({tr("problem"), kernel.problem, theme.error});
    const QFont title = theme.font(TextRole::base_strong), body = theme.font(TextRole::status);
    const QFontMetricsF tm(title), bm(body);
    double label_width = 0, value_width = 0;
    for (const auto& line : lines) {
        label_width = std::max(label_width, bm.horizontalAdvance(line.label));
        value_width = std::max(value_width, bm.horizontalAdvance(line.value));
    }
    const QString head =
        kernel.what.isEmpty() ? kernel.name : kernel.name + QStringLiteral("  ") + kernel.what;
    const double width = std::max(tm.horizontalAdvance(head), label_width + 14 + value_width) + 20;
    const double height = tm.height() + bm.height() * static_cast<double>(lines.size()) + 16;
    const QRectF box = on_screen(viewport, kernel.rect), bounds = viewport.canvas.adjusted(4, 4, -4, -4);
    if (width > kMostFacts * bounds.width()) return;  // it would hide what it speaks of
    QRectF panel(box.right() + 12, box.center().y() - height / 2, width, height);
    if (panel.right() > bounds.right()) panel.moveRight(box.left() - 12);
    panel.moveLeft(std::clamp(panel.left(), bounds.left(), std::max(bounds.left(), bounds.right() - width)));
    panel.moveTop(std::clamp(panel.top(), bounds.top(), std::max(bounds.top(), bounds.bottom() - height)));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.border_strong);
    painter.setBrush(theme.tooltip);
    painter.drawRoundedRect(panel, 4, 4);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(title);
    painter.setPen(theme.text);
    painter.drawText(QPointF(panel.left() + 10, panel.top() + 7 + tm.ascent()), head);
    painter.setFont(body);
    double y = panel.top() + 9 + tm.height() + bm.ascent();
    for (const auto& line : lines) {
        painter.setPen(theme.text2);
        painter.drawText(QPointF(panel.left() + 10, y), line.label);
        painter.setPen(line.color);
        painter.drawText(QPointF(panel.right() - 10 - bm.horizontalAdvance(line.value), y), line.value);
        y += bm.height();
    }
}

/// A swatch per kind that occurs.
void paint_kinds(QPainter& painter, const Floorplan& plan, QRectF rect, const Theme& theme) {
    std::vector<std::pair<core::SliceKind, QString>> kinds;
    for (const auto& kernel : plan.kernels)
        if (std::ranges::none_of(kinds, [&](const auto& k) { return k.first == kernel.kind; }))
            kinds.emplace_back(kernel.kind, kernel.what.section(QLatin1Char(','), 0, 0));
    painter.setFont(theme.font(TextRole::axis));
    const QFontMetricsF metrics(painter.font());
    double x = rect.left();
    for (const auto& [kind, name] : kinds) {
        painter.fillRect(QRectF(x, rect.center().y() - 6, 12, 12), theme.kind(kind).fill);
        painter.setPen(theme.text2);
        painter.drawText(QPointF(x + 18, rect.center().y() + metrics.ascent() / 2 - 1), name);
        x += 34 + metrics.horizontalAdvance(name);
    }
}

LinkHeatColors heat_colors(const Floorplan& plan, const Theme& theme) {
    return {.scale = link_scale(plan), .ground = theme.sunken.rgb()};
}

/// As paint_color_bar in its compact layout, with the colours that fade into the ground.
void paint_link_legend(QPainter& painter, const Floorplan& plan, const QRectF& rect, const Theme& theme) {
    painter.setFont(theme.font(TextRole::title));
    const QFontMetricsF title(painter.font());
    painter.setPen(theme.text);
    const QString name = tr("Link load, share of the interval a link is in use");
    painter.drawText(QPointF(rect.left(), rect.top() + title.ascent()),
                     title.elidedText(name, Qt::ElideRight, rect.width()));
    const QRectF bar(rect.left(), std::floor(rect.top() + title.height() + 3), rect.width() - 24, 10);
    const auto table = link_heat_table({.scale = {.map = ColorMapId::inferno}, .ground = theme.sunken.rgb()});
    for (int x = 0; x < static_cast<int>(bar.width()); ++x)
        painter.fillRect(QRectF(bar.left() + x, bar.top(), 1, bar.height()),
                         QColor::fromRgb(table[static_cast<std::size_t>(x) * (table.size() - 1) /
                                               static_cast<std::size_t>(bar.width())]));
    painter.setPen(theme.border_strong);
    painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5));
    painter.setFont(theme.font(TextRole::axis));
    painter.setPen(theme.text3);
    for (int i = 0; i <= 4; ++i) {
        const double x = bar.left() + bar.width() * i / 4;
        const QString text = i == 4 ? format::percent(1) : format::number(25.0 * i);
        painter.drawText(QRectF(x - 30, bar.bottom() + 1, 60, painter.fontMetrics().height()),
                         Qt::AlignHCenter | Qt::AlignTop, text);
    }
    if (plan.now.link_time <= plan.now.time) return;
    // Links beyond this mark are slower than every kernel.
    const double x = std::floor(bar.left() + bar.width() * plan.now.time / plan.now.link_time) + 0.5;
    painter.setPen(QPen(theme.hot_ring, 2));
    painter.drawLine(QPointF(x, bar.top() - 3), QPointF(x, bar.bottom() + 3));
    painter.setPen(theme.text2);
    painter.drawText(QPointF(bar.right() + 12, bar.bottom()), tr("| slowest kernel"));
}

void paint_legend(QPainter& painter, const FloorScene& scene, const FloorLayout& layout, const Theme& theme) {
    const auto& plan = *scene.plan;
    QRectF left = layout.legend, right = layout.legend;
    const double width = std::min(kLegendWidth, layout.legend.width() / 2 - 12);
    left.setWidth(width);
    right.setLeft(layout.legend.left() + width + 40);
    right.setWidth(width);
    if (scene.color == FloorColor::type)
        paint_kinds(painter, plan, left, theme);
    else
        paint_color_bar(painter, left, floor_legend(plan, scene.color), theme, ColorBarLayout::compact);
    if (!scene.links) return;
    paint_link_legend(painter, plan, right, theme);
}

}  // namespace

FloorLayout floor_layout(const QSizeF& size, const Theme& theme) {
    const double legend = theme.scaled(kLegend);
    FloorLayout layout;
    layout.canvas = QRectF(kLeft, kTop, std::max(1.0, size.width() - kLeft - kRight),
                           std::max(1.0, size.height() - kTop - legend - 8));
    layout.frame = layout.canvas.adjusted(2, 2, -2, -2);
    layout.legend = QRectF(kLeft, layout.canvas.bottom() + 4, layout.canvas.width(), legend);
    return layout;
}

Viewport floor_viewport(const Floorplan& plan, const QSizeF& size, double dpr, const Theme& theme) {
    const auto layout = floor_layout(size, theme);
    Viewport viewport;
    viewport.world = QRectF(0, 0, plan.grid.columns, plan.grid.rows);
    viewport.canvas = layout.canvas;
    viewport.frame = layout.frame;
    viewport.dpr = dpr;
    viewport.fit();
    return viewport;
}

std::vector<FloorHandle> floor_handles(const QRectF& r) {
    const double x = r.center().x(), y = r.center().y();
    return {{r.topLeft(), Qt::TopEdge | Qt::LeftEdge},
            {r.topRight(), Qt::TopEdge | Qt::RightEdge},
            {r.bottomLeft(), Qt::BottomEdge | Qt::LeftEdge},
            {r.bottomRight(), Qt::BottomEdge | Qt::RightEdge},
            {{x, r.top()}, Qt::TopEdge},
            {{x, r.bottom()}, Qt::BottomEdge},
            {{r.left(), y}, Qt::LeftEdge},
            {{r.right(), y}, Qt::RightEdge}};
}

void FloorPainter::paint(QPainter& painter, const FloorScene& scene, const Viewport& viewport,
                         const QSizeF& size, const Theme& theme) {
    painter.fillRect(QRectF(QPointF(), size), theme.sunken);
    if (scene.plan == nullptr || scene.plan->grid.cells() == 0) return;
    const auto& plan = *scene.plan;
    const auto layout = floor_layout(size, theme);
    paint_axes(painter, plan, viewport, layout, theme);
    painter.save();
    painter.setClipRect(layout.canvas);
    if (scene.links && plan.link_wavelets.size() == plan.grid.cells()) {
        const auto pixels = viewport.pixels(plan.grid);
        if (!pixels.empty()) {
            paint_link_heat(plan.link_wavelets, plan.grid.columns, pixels, heat_colors(plan, theme), loads_);
            loads_.setDevicePixelRatio(viewport.dpr);
            painter.drawImage(QPointF(pixels.rect().topLeft()) / viewport.dpr, loads_);
        }
    }
    if (!scene.links) paint_colors(painter, scene, viewport, theme);
    paint_outlines(painter, scene, viewport, theme);
    painter.setPen(theme.axis);
    painter.drawRect(
        on_screen(viewport, {0, 0, plan.grid.columns, plan.grid.rows}).adjusted(-0.5, -0.5, 0.5, 0.5));
    painter.setRenderHint(QPainter::Antialiasing);
    if (scene.arrows) paint_arrows(painter, scene, viewport, theme);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (scene.links) {  // strips and names lie over the tensors
        paint_colors(painter, scene, viewport, theme);
        paint_outlines(painter, scene, viewport, theme);
    }
    paint_labels(painter, scene, viewport, theme);
    painter.setRenderHint(QPainter::Antialiasing);
    paint_issues(painter, scene, viewport, theme);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paint_marks(painter, scene, viewport, theme);
    paint_selection(painter, scene, viewport, theme);
    painter.restore();
    paint_drag(painter, scene, viewport, layout, theme);
    paint_facts(painter, scene, viewport, theme);
    paint_legend(painter, scene, layout, theme);
}

QImage render_floorplan(const FloorScene& scene, QSize size, const Theme& theme) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(theme.panel);
    QPainter painter(&image);
    const auto& plan = *scene.plan;
    const double head = theme.scaled(kHead), right = size.width() - kRight;
    painter.setFont(theme.font(TextRole::heading));
    painter.setPen(theme.text);
    painter.drawText(QRectF(kRight, 0, right, head), Qt::AlignVCenter, plan.title);
    const double after = kRight + QFontMetricsF(painter.font()).horizontalAdvance(plan.title) + 12;
    painter.setFont(theme.font(TextRole::status));
    painter.setPen(theme.text2);
    const QFontMetricsF metrics(painter.font());
    const QString words = plan.subtitle + QStringLiteral("   ") + pace_text(plan);
    painter.drawText(QRectF(after, 0, right - after, head), Qt::AlignVCenter,
                     metrics.elidedText(words, Qt::ElideRight, right - after));
    painter.translate(0, head);
    const QSizeF rest(size.width(), std::max(1.0, size.height() - head));
    FloorPainter().paint(painter, scene, floor_viewport(plan, rest, 1, theme), rest, theme);
    return image;
}

}  // namespace waferscope::views
