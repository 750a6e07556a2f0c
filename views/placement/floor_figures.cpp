// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_figures.hpp"

#include "views/placement/region_rows.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"
#include "views/theme/ticks.hpp"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace waferscope::views {
namespace {

constexpr double kPad = 12, kBar = 17, kBarGap = 8, kRow = 24;

QString tr(const char* text) {
    return QCoreApplication::translate("FloorFigures", text);
}

/// Halves and hundredths where they matter, all digits of large numbers.
QString cycles(double value) {
    return format::number(value, {.digits = value < 1e4 ? 5 : 8});
}

struct Bar {
    QString name;
    double value = 0;
    QColor fill;
    bool hatched = false;
};

/// What the bars compare: cycles of the slowest kernel, or seconds of a token (of the prompts without decode).
double bar_value(const Floorplan& plan, const std::optional<FloorFigures>& figures) {
    if (!figures) return 0;
    if (!plan.regions) return figures->time;
    return figures->region.token_s > 0 ? figures->region.token_s : figures->region.prompt_s;
}

QString bar_text(const Floorplan& plan, double value) {
    return plan.regions ? format::estimated(format::quantity(value, "s")) : cycles(value);
}

QString bars_title(const Floorplan& plan) {
    if (!plan.regions) return tr("Slowest kernel, cycles per sample");
    return plan.now.region.token_s > 0 ? tr("Time per token") : tr("Time of the prompts");
}

std::vector<Bar> bars_of(const Floorplan& plan, const Theme& theme) {
    std::vector<Bar> bars;
    bars.push_back({tr("Hand"), bar_value(plan, plan.hand), theme.accent});
    bars.push_back({tr("Automatic"), bar_value(plan, plan.automatic), theme.ok});
    if (!plan.regions) bars.push_back({tr("Lower bound"), plan.lower_bound, theme.text3, true});
    return bars;
}

double paint_bars(QPainter& painter, QRectF area, const Floorplan& plan, const Theme& theme) {
    painter.setFont(theme.font(TextRole::title));
    const QFontMetricsF title(painter.font());
    painter.setPen(theme.text);
    painter.drawText(QPointF(area.left(), area.top() + title.ascent()),
                     bars_title(plan));
    painter.setFont(theme.font(TextRole::axis));
    painter.setPen(theme.text3);
    const QString hint = tr("lower is better");
    const QFontMetricsF small(painter.font());
    if (title.horizontalAdvance(bars_title(plan)) + small.horizontalAdvance(hint) +
            20 <
        area.width())
        painter.drawText(QPointF(area.right() - small.horizontalAdvance(hint), area.top() + title.ascent()),
                         hint);
    painter.setFont(theme.font(TextRole::table));
    const QFontMetricsF metrics(painter.font());
    const auto bars = bars_of(plan, theme);
    double most = 0, left = 0;
    for (const auto& bar : bars)
        most = std::max(most, bar.value), left = std::max(left, metrics.horizontalAdvance(bar.name));
    left += area.left() + 10;
    const double value_width = metrics.horizontalAdvance(QStringLiteral("88,888,888")),
                 right = area.right() - value_width - 8;
    double y = area.top() + title.height() + 8;
    for (const auto& bar : bars) {
        painter.setFont(theme.font(TextRole::table));
        painter.setPen(theme.text2);
        painter.drawText(QRectF(area.left(), y, left - area.left() - 10, kBar),
                         Qt::AlignRight | Qt::AlignVCenter, bar.name);
        const QRectF track(left, y, right - left, kBar);
        painter.fillRect(track, theme.sunken);
        QRectF fill = track;
        fill.setWidth(most > 0 ? track.width() * bar.value / most : 0);
        if (bar.hatched) {
            QPainterPath path;
            path.addRect(fill);
            painter.setRenderHint(QPainter::Antialiasing);
            draw_hatch(painter, path, bar.fill, 5, 1.4);
            painter.setRenderHint(QPainter::Antialiasing, false);
        } else {
            painter.fillRect(fill, bar.fill);
        }
        painter.setFont(theme.font(TextRole::table_strong));
        painter.setPen(bar.value > 0 ? theme.text : theme.text3);
        painter.drawText(QRectF(right, y, value_width + 8, kBar), Qt::AlignRight | Qt::AlignVCenter,
                         bar.value > 0 ? bar_text(plan, bar.value) : format::missing());
        y += kBar + kBarGap;
    }
    if (plan.lower_bound > 0 && most > 0) {
        const double x = std::floor(left + (right - left) * plan.lower_bound / most) + 0.5;
        painter.setPen(QPen(theme.text, 1, Qt::DashLine));
        painter.drawLine(QPointF(x, area.top() + title.height() + 4), QPointF(x, y - kBarGap + 4));
    }
    return y;
}

double header_height(const Theme& theme) {
    return theme.scaled(24);
}

void paint_row(QPainter& painter, const QRectF& line, const FloorRow& row, const std::array<double, 3>& ends,
               const Theme& theme) {
    painter.setFont(theme.font(row.strong ? TextRole::table_strong : TextRole::table));
    const QFontMetricsF metrics(painter.font());
    painter.setPen(row.strong ? theme.text : theme.text2);
    const double room = ends[0] - line.left() - metrics.horizontalAdvance(row.now) - 10;
    painter.drawText(QRectF(line.left(), line.top(), room, line.height()), Qt::AlignVCenter,
                     metrics.elidedText(row.label, Qt::ElideRight, room));
    painter.setPen(theme.text);
    const auto cell = [&](double right, const QString& text) {
        painter.drawText(QRectF(right - 160, line.top(), 160, line.height()),
                         Qt::AlignRight | Qt::AlignVCenter, text);
    };
    cell(ends[0], row.now);
    painter.setFont(theme.font(TextRole::table));
    cell(ends[1], row.automatic);
    painter.setPen(row.better > 0 ? theme.ok : row.better < 0 ? theme.error : theme.text2);
    cell(ends[2], row.change);
}

QRectF plot_area(const QRectF& rect) {
    return rect.adjusted(50, 26, -18, -40);
}

double axis_top(double value) {
    double step = std::pow(10, std::floor(std::log10(std::max(1.0, value / 4))));
    for (const double factor : {1.0, 2.0, 5.0, 10.0})
        if (value / (step * factor) <= 5) return std::ceil(value / (step * factor)) * step * factor;
    return value;
}

/// Axes from 0, or from `low`, with titles; returns how to place a point.
struct Plot {
    QRectF area;
    double x0 = 0, x1 = 1, y0 = 0, y1 = 1;
    [[nodiscard]] QPointF at(double x, double y) const {
        return {area.left() + area.width() * (x - x0) / (x1 - x0),
                area.bottom() - area.height() * (y - y0) / (y1 - y0)};
    }
};

void paint_plot_axes(QPainter& painter, const QRectF& rect, const Plot& plot, const QString& x_title,
                     const QString& y_title, const Theme& theme) {
    painter.setFont(theme.font(TextRole::axis));
    const QFontMetricsF metrics(painter.font());
    const auto label = [](double value) { return format::number(value, {.digits = 6}); };
    for (const auto& tick : make_ticks({.low = plot.x0,
                                        .high = plot.x1,
                                        .from_px = plot.area.left(),
                                        .to_px = plot.area.right(),
                                        .most = 6,
                                        .gap_px = 14,
                                        .font = painter.font(),
                                        .label = label})) {
        painter.setPen(theme.text3);
        painter.drawText(
            QRectF(tick.label_from, plot.area.bottom() + 4, tick.label_extent + 4, metrics.height()),
            Qt::AlignLeft, tick.label);
    }
    for (const auto& tick : make_ticks({.low = plot.y0,
                                        .high = plot.y1,
                                        .from_px = plot.area.bottom(),
                                        .to_px = plot.area.top(),
                                        .vertical = true,
                                        .most = 6,
                                        .gap_px = 10,
                                        .font = painter.font(),
                                        .label = label})) {
        const double y = std::floor(tick.position) + 0.5;
        painter.setPen(theme.grid);
        painter.drawLine(QPointF(plot.area.left(), y), QPointF(plot.area.right(), y));
        painter.setPen(theme.text3);
        painter.drawText(
            QRectF(rect.left(), tick.label_from, plot.area.left() - rect.left() - 6, tick.label_extent),
            Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
    painter.setPen(theme.axis);
    painter.drawLine(plot.area.bottomLeft(), plot.area.bottomRight());
    painter.setPen(theme.text2);
    painter.drawText(QRectF(plot.area.left(), plot.area.bottom() + 6 + metrics.height(), plot.area.width(),
                            metrics.height()),
                     Qt::AlignRight, x_title);
    painter.drawText(QPointF(rect.left() + 10, rect.top() + 6 + metrics.ascent()), y_title);
}

Plot shapes_plot(const QRectF& rect, const std::vector<FloorShape>& shapes, const FloorKernel& kernel) {
    Plot plot{.area = plot_area(rect)};
    const int own_width = kernel.rotated ? kernel.rect.height : kernel.rect.width,
              own_height = kernel.rotated ? kernel.rect.width : kernel.rect.height;
    double width = own_width, height = own_height;
    for (const auto& shape : shapes) {
        // Far ends of the curve are thin slivers nobody uses: what matters lies near the present shape.
        if (shape.width > 4 * std::max(own_width, own_height) + 20 ||
            shape.height > 4 * std::max(own_width, own_height) + 20)
            continue;
        width = std::max(width, static_cast<double>(shape.width)),
        height = std::max(height, static_cast<double>(shape.height));
    }
    plot.x1 = axis_top(width), plot.y1 = axis_top(height);
    return plot;
}

}  // namespace

std::vector<FloorRow> floor_rows(const Floorplan& plan) {
    if (plan.regions) return region_rows(plan);
    const auto& now = plan.now;
    const auto* best = plan.automatic ? &*plan.automatic : nullptr;
    std::vector<FloorRow> rows;
    const auto add = [&](const QString& label, double have, double found,
                         const std::function<QString(double)>& text, bool lower_is_better,
                         bool strong = false) {
        FloorRow row{.label = label, .now = text(have), .strong = strong};
        if (best != nullptr) {
            row.automatic = text(found);
            if (have > 0 && found != have) {
                row.change = format::percent(found / have - 1, {.digits = 2, .sign = true});
                row.better = (found < have) == lower_is_better ? 1 : -1;
            }
        }
        rows.push_back(std::move(row));
    };
    const bool links = now.link_time > now.time;
    add(tr("Kernel-limited interval, cycles"), now.time, best ? best->time : 0, cycles, true, !links);
    add(tr("Link-limited interval, cycles"), now.link_time, best ? best->link_time : 0, cycles, true, links);
    if (plan.clock_hz > 0)
        add(
            tr("Samples per second"), now.interval() > 0 ? plan.clock_hz / now.interval() : 0,
            best && best->interval() > 0 ? plan.clock_hz / best->interval() : 0,
            [](double v) { return format::estimated(format::quantity(v, "/s")); }, false);
    add(tr("Wire length, tiles"), now.wire_length, best ? best->wire_length : 0, cycles, true);
    add(
        tr("Protocol mismatches (our definition)"), now.adapters, best ? best->adapters : 0,
        [](double v) { return format::number(v, {.digits = 6}); }, true);
    add(tr("Cost (contest rule)"), now.cost, best ? best->cost : 0, cycles, true);
    add(
        tr("Area used"), now.area_fraction, best ? best->area_fraction : 0,
        [](double v) { return format::percent(v); }, false);
    rows.back().better = 0;  // a fuller wafer is neither good nor bad
    return rows;
}

QString pace_text(const Floorplan& plan) {
    if (plan.regions) return region_pace_text(plan);
    const auto& now = plan.now;
    if (now.placed == 0)
        return tr("Nothing is placed. Place all finds a placement, or add kernels from the table.");
    if (now.link_time <= now.time)
        return tr("%1 sets the pace: %2 cycles. The busiest link is in use %3 of that.")
            .arg(plan.kernels[now.slowest].name, cycles(now.time),
                 format::percent(now.time > 0 ? now.link_time / now.time : 0));
    static constexpr std::array kWays{"north", "east", "south", "west"};
    return tr("Link %1 %2 sets the pace, no kernel: %3 cycles. It carries %4.")
        .arg(format::core_name(plan.busiest.x, plan.busiest.y),
             tr(kWays.at(static_cast<std::size_t>(plan.busiest.direction))), cycles(now.link_time),
             plan.busiest.streams);
}

double figures_height(const Floorplan& plan, double width, const Theme& theme) {
    const QFontMetricsF text(theme.font(TextRole::status)), title(theme.font(TextRole::title));
    const double bars = title.height() + 8 + (plan.regions ? 2 : 3) * (kBar + kBarGap);
    const double rows = header_height(theme) +
                        theme.scaled(static_cast<int>(kRow)) * static_cast<double>(floor_rows(plan).size());
    const double words = text.height() * 3 + 8;
    Q_UNUSED(width);
    return kPad + bars + 6 + rows + words;
}

void paint_figures(QPainter& painter, const QRectF& rect, const Floorplan& plan, const Theme& theme) {
    painter.fillRect(rect, theme.panel);
    const QRectF area = rect.adjusted(kPad, kPad - 4, -kPad, 0);
    double y = paint_bars(painter, area, plan, theme) + 2;
    const std::array<double, 3> ends{area.right() - 154, area.right() - 62, area.right()};
    painter.setFont(theme.font(TextRole::title));
    painter.setPen(theme.text2);
    const std::array heads{tr("Now"), tr("Automatic"), tr("Change")};
    for (std::size_t i = 0; i < heads.size(); ++i)
        painter.drawText(QRectF(ends[i] - 120, y, 120, header_height(theme)),
                         Qt::AlignRight | Qt::AlignVCenter, heads[i]);
    y += header_height(theme);
    const double row_height = theme.scaled(static_cast<int>(kRow));
    for (const auto& row : floor_rows(plan)) {
        painter.setPen(theme.grid);
        painter.drawLine(QPointF(rect.left(), std::floor(y) + 0.5),
                         QPointF(rect.right(), std::floor(y) + 0.5));
        paint_row(painter, QRectF(area.left(), y, area.width(), row_height), row, ends, theme);
        y += row_height;
    }
    painter.setPen(theme.grid);
    painter.drawLine(QPointF(rect.left(), std::floor(y) + 0.5), QPointF(rect.right(), std::floor(y) + 0.5));
    painter.setFont(theme.font(TextRole::status));
    painter.setPen(plan.now.link_time > plan.now.time ? theme.warning : theme.text);
    painter.drawText(QRectF(area.left(), y + 5, area.width(), rect.bottom() - y - 5), Qt::TextWordWrap,
                     pace_text(plan));
}

void paint_shapes(QPainter& painter, const QRectF& rect, const Floorplan& plan, std::size_t index,
                  const std::vector<FloorShape>& shapes, const Theme& theme) {
    painter.fillRect(rect, theme.panel);
    const auto& kernel = plan.kernels[index];
    const Plot plot = shapes_plot(rect, shapes, kernel);
    if (plot.area.width() < 60 || plot.area.height() < 40) return;
    paint_plot_axes(painter, rect, plot, tr("width, tiles"), tr("height, tiles"), theme);
    painter.save();
    painter.setClipRect(plot.area.adjusted(-6, -6, 6, 6));
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath steps;
    QColor veil = theme.accent;
    veil.setAlpha(28);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const QPointF at = plot.at(shapes[i].width, shapes[i].height);
        if (i == 0)
            steps.moveTo(at);
        else
            steps.lineTo(steps.currentPosition().x(), at.y()), steps.lineTo(at);
    }
    if (!shapes.empty()) {
        QPainterPath legal = steps;
        legal.lineTo(legal.currentPosition().x(), plot.area.top() - 100);
        legal.lineTo(plot.area.right() + 100, plot.area.top() - 100);
        legal.lineTo(plot.area.right() + 100, plot.at(0, shapes.front().height).y());
        painter.fillPath(legal, veil);
    }
    painter.setPen(QPen(theme.accent, 1.6));
    painter.drawPath(steps);
    painter.setBrush(theme.accent);
    for (const auto& shape : shapes) painter.drawEllipse(plot.at(shape.width, shape.height), 2.2, 2.2);
    painter.setBrush(Qt::NoBrush);
    painter.restore();
    painter.setFont(theme.font(TextRole::axis));
    const QString head = tr("%1, legal shapes at this pace: %2")
                             .arg(kernel.name, format::count(static_cast<std::int64_t>(shapes.size())));
    painter.setPen(theme.text2);
    painter.drawText(
        QRectF(plot.area.left(), rect.top() + 6, plot.area.width(), painter.fontMetrics().height()),
        Qt::AlignRight, head);
    if (!kernel.placed) return;
    const int width = kernel.rotated ? kernel.rect.height : kernel.rect.width,
              height = kernel.rotated ? kernel.rect.width : kernel.rect.height;
    const QPointF now = plot.at(width, height);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.accent, 2));
    painter.setBrush(theme.mark);
    painter.drawEllipse(now, 5, 5);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(theme.font(TextRole::badge));
    const QFontMetricsF metrics(painter.font());
    const QString text = tr("now %1, %2 cycles").arg(format::dimensions(width, height), cycles(kernel.time));
    double x = now.x() + 10;
    if (x + metrics.horizontalAdvance(text) > plot.area.right())
        x = now.x() - 10 - metrics.horizontalAdvance(text);
    x = std::clamp(x, plot.area.left() + 2,
                   std::max(plot.area.left() + 2, plot.area.right() - metrics.horizontalAdvance(text)));
    painter.setPen(theme.text);
    painter.drawText(QPointF(x, std::max(plot.area.top() + metrics.ascent(), now.y() - 8)), text);
}

std::optional<std::size_t> shape_at(const QRectF& rect, const std::vector<FloorShape>& shapes,
                                    const FloorKernel& kernel, QPointF point) {
    const Plot plot = shapes_plot(rect, shapes, kernel);
    std::optional<std::size_t> best;
    double near = 14;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const QPointF away = plot.at(shapes[i].width, shapes[i].height) - point;
        if (const double distance = std::hypot(away.x(), away.y()); distance < near)
            near = distance, best = i;
    }
    return best;
}

void paint_seen(QPainter& painter, const QRectF& rect, const Floorplan& plan, const Theme& theme) {
    painter.fillRect(rect, theme.panel);
    painter.setFont(theme.font(TextRole::status));
    if (plan.seen.empty()) {
        painter.setPen(theme.text2);
        painter.drawText(rect.adjusted(kPad, kPad, -kPad, -kPad), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Every legal placement you make and every find of the search becomes a point "
                            "here: time against wire."));
        return;
    }
    Plot plot{.area = plot_area(rect)};
    plot.x0 = plot.y0 = 1e300, plot.x1 = plot.y1 = 0;
    for (const auto& score : plan.seen) {
        plot.x0 = std::min(plot.x0, score.time), plot.x1 = std::max(plot.x1, score.time);
        plot.y0 = std::min(plot.y0, score.wire_length), plot.y1 = std::max(plot.y1, score.wire_length);
    }
    if (plan.lower_bound > 0) plot.x0 = std::min(plot.x0, plan.lower_bound);
    const double wide = std::max(1.0, plot.x1 - plot.x0), tall = std::max(1.0, plot.y1 - plot.y0);
    plot.x0 = std::max(0.0, plot.x0 - wide * 0.06), plot.x1 += wide * 0.06,
    plot.y0 = std::max(0.0, plot.y0 - tall * 0.08), plot.y1 += tall * 0.08;
    paint_plot_axes(painter, rect, plot, tr("slowest kernel, cycles per sample"), tr("wire length, tiles"),
                    theme);
    painter.setRenderHint(QPainter::Antialiasing);
    if (plan.lower_bound > plot.x0) {
        painter.setPen(QPen(theme.text2, 1, Qt::DashLine));
        const double x = plot.at(plan.lower_bound, 0).x();
        painter.drawLine(QPointF(x, plot.area.top()), QPointF(x, plot.area.bottom()));
        painter.setFont(theme.font(TextRole::axis));
        painter.drawText(QPointF(x + 4, plot.area.top() + 10), tr("bound"));
    }
    for (const auto& score : plan.seen) {
        const QPointF at = plot.at(score.time, score.wire_length);
        painter.setPen(QPen(theme.panel, 1));
        painter.setBrush(score.automatic ? theme.ok : theme.accent);
        if (score.automatic)
            painter.drawEllipse(at, 4, 4);
        else
            painter.drawRect(QRectF(at.x() - 3.5, at.y() - 3.5, 7, 7));
    }
    painter.setBrush(Qt::NoBrush);
    if (plan.now.placed == plan.kernels.size() && plan.now.problems == 0) {
        painter.setPen(QPen(theme.mark, 2));
        painter.drawEllipse(plot.at(plan.now.time, plan.now.wire_length), 7, 7);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(theme.font(TextRole::axis));
    const QFontMetricsF metrics(painter.font());
    double x = plot.area.right();
    for (const auto& [text, color] :
         {std::pair(tr("by hand"), theme.accent), std::pair(tr("search"), theme.ok)}) {
        x -= metrics.horizontalAdvance(text);
        painter.setPen(theme.text2);
        painter.drawText(QPointF(x, rect.top() + 6 + metrics.ascent()), text);
        painter.fillRect(QRectF(x - 14, rect.top() + 8, 9, 9), color);
        x -= 26;
    }
}

}  // namespace waferscope::views
