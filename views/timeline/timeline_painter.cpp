// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/timeline_painter.hpp"

#include "views/map/key_figures.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"
#include "views/theme/ticks.hpp"
#include "views/timeline/timeline_legend.hpp"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr std::size_t kMostLanes = 24;  ///< of one machine; the rest is announced

struct Row {
    const TimelineGroup* group = nullptr;
    const core::Lane* lane = nullptr;  ///< null: the group's heading
    double top = 0, height = 0;
    std::size_t hidden = 0;
};

constexpr double kLaneGap = 3, kGroupGap = 4, kEdge = 8;

std::size_t lanes_shown(const TimelineGroup& group) {
    return std::min(group.run->timeline.lanes.size(), kMostLanes);
}

/// Few lanes share the height there is, up to twice their usual one.
double lane_height(const std::vector<TimelineGroup>& groups, const Theme& theme, double height) {
    const double usual = theme.scaled(20);
    double taken = theme.scaled(24) + kEdge, lanes = 0;
    for (const auto& group : groups) {
        taken += theme.scaled(22) + kGroupGap;
        lanes += static_cast<double>(lanes_shown(group));
    }
    return lanes > 0 ? std::clamp(std::floor((height - taken) / lanes - kLaneGap), usual, 2 * usual) : usual;
}

/// `height`: of the view; lanes never get less than their usual height, whatever it is.
std::vector<Row> lay_out(const std::vector<TimelineGroup>& groups, const Theme& theme, double height) {
    std::vector<Row> rows;
    const double lane = lane_height(groups, theme, height);
    double y = theme.scaled(24);
    for (const auto& group : groups) {
        const auto& lanes = group.run->timeline.lanes;
        const auto shown = lanes_shown(group);
        rows.push_back({&group, nullptr, y, static_cast<double>(theme.scaled(20)), lanes.size() - shown});
        y += theme.scaled(22);
        for (std::size_t i = 0; i < shown; ++i) {
            rows.push_back({&group, &lanes[i], y, lane, 0});
            y += lane + kLaneGap;
        }
        y += kGroupGap;
    }
    return rows;
}

struct Axis {
    double left, width, from, to;
    [[nodiscard]] double x(double seconds) const { return left + (seconds - from) / (to - from) * width; }
    [[nodiscard]] double seconds(double px) const { return from + (px - left) / width * (to - from); }
};

Axis axis_of(const QRectF& rect, const TimelineWindow& window) {
    return {rect.left() + kTimelineGutter, std::max(1.0, rect.width() - kTimelineGutter), window.from_s,
            std::max(window.to_s, window.from_s + 1e-15)};
}

/// Texts of a slice, the longest first: pipelined training numbers its micro-batches from 1.
std::vector<QString> texts_of(const core::Run& run, const core::Slice& slice) {
    const auto name = QString::fromStdString(run.timeline.names[slice.name]);
    if (!core::is_training(run.scenario.phase) || slice.kind != core::SliceKind::gemm ||
        run.summary.bubble_s.value_or(0) <= 0)
        return {name};
    const auto number = QString::number(slice.index + 1);
    return {QStringLiteral("%1 %2").arg(name, number), number};
}

void paint_slice(QPainter& painter, const QRectF& box, const core::Slice& slice,
                 const std::vector<QString>& texts, const Theme& theme) {
    const auto& color = theme.kind(colour_of(slice));
    painter.fillRect(box, color.fill);
    if (slice.kind == core::SliceKind::wait && box.width() >= 3) {
        QPainterPath path;
        path.addRect(box);
        draw_hatch(painter, path, theme.sunken);
    }
    if (box.width() > 3) {
        painter.setPen(theme.sunken);
        painter.drawLine(QPointF(box.right(), box.top()), QPointF(box.right(), box.bottom() - 1));
    }
    if (box.width() < 18) return;
    painter.setPen(color.label);
    const QFontMetricsF metrics(painter.font());
    const QRectF inner = box.adjusted(4, 0, -4, 0);
    const auto fits = std::ranges::find_if(
        texts, [&](const QString& text) { return metrics.horizontalAdvance(text) <= inner.width(); });
    if (fits == texts.end()) return;
    if (slice.kind == core::SliceKind::wait)  // text on hatching needs a ground
        painter.fillRect(QRectF(inner.left() - 2, inner.center().y() - metrics.height() / 2,
                                metrics.horizontalAdvance(*fits) + 4, metrics.height()),
                         color.fill);
    painter.drawText(inner, Qt::AlignVCenter | Qt::AlignLeft, *fits);
}

/// Draws the slices of one lane; neighbours inside one pixel become one bar of the kind with the most time.
void paint_lane(QPainter& painter, const Row& row, double top, const Axis& axis, const Theme& theme) {
    const auto& slices = row.lane->slices;
    auto it = std::ranges::lower_bound(slices, axis.from, {}, &core::Slice::end_s);
    painter.setFont(theme.font(TextRole::axis));
    while (it != slices.end() && it->start_s < axis.to) {
        const double left = std::round(std::max(axis.left, axis.x(it->start_s)));
        const double right = std::round(std::min(axis.left + axis.width, axis.x(it->end_s)));
        if (right - left >= 1) {
            paint_slice(painter, {left, top, right - left, row.height}, *it,
                        right - left < 18 ? std::vector<QString>() : texts_of(*row.group->run, *it), theme);
            ++it;
            continue;
        }
        std::array<double, core::kSliceKinds> time{};
        const double pixel_end = axis.seconds(left + 1);
        const auto first = it;
        // Only what ends in this pixel: a long slice that begins in it is drawn for itself.
        it = std::ranges::lower_bound(it, slices.end(), pixel_end, {}, &core::Slice::end_s);
        if (it == first) ++it;
        const auto stride =
            std::max<std::ptrdiff_t>(1, (it - first) / 16);  // 16 samples name the dominant kind
        for (auto s = first; s < it; s += std::min(stride, it - s))
            time[static_cast<std::size_t>(colour_of(*s))] += s->end_s - s->start_s;
        const auto kind = static_cast<core::SliceKind>(std::ranges::max_element(time) - time.begin());
        painter.fillRect(QRectF(left, top, 1, row.height), theme.kind(kind).fill);
    }
}

/// Outlines the slices of one operator; narrow ones get a line of 2 px. One mark per pixel at most.
void mark_operator(QPainter& painter, const Row& row, double top, const Axis& axis, std::uint32_t op,
                   const Theme& theme) {
    const auto& slices = row.lane->slices;
    double drawn = -1;
    for (auto it = std::ranges::lower_bound(slices, axis.from, {}, &core::Slice::end_s);
         it != slices.end() && it->start_s < axis.to; ++it) {
        if (it->op != op) continue;
        const double left = std::round(std::max(axis.left, axis.x(it->start_s)));
        const double right = std::round(std::min(axis.left + axis.width, axis.x(it->end_s)));
        if (left <= drawn) continue;
        drawn = std::max(left, right);
        draw_mark_rect(painter, theme, {left, top + 1, std::max(2.0, right - left), row.height - 2}, 1.5);
    }
}

void paint_ruler(QPainter& painter, const QRectF& rect, const Axis& axis, const Theme& theme) {
    painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), theme.scaled(24)), theme.panel);
    painter.setFont(theme.font(TextRole::axis));
    TickAxis spec{.low = axis.from,
                  .high = axis.to,
                  .from_px = axis.left,
                  .to_px = axis.left + axis.width,
                  .most = 10,
                  .gap_px = 24,
                  .font = painter.font(),
                  .label = [](double v) { return v == 0 ? QStringLiteral("0") : format::quantity(v, "s"); }};
    for (const auto& tick : make_ticks(spec)) {
        painter.setPen(theme.axis);
        painter.drawLine(QPointF(std::floor(tick.position) + 0.5, rect.top() + theme.scaled(19)),
                         QPointF(std::floor(tick.position) + 0.5, rect.top() + theme.scaled(24)));
        painter.setPen(theme.text3);
        painter.drawText(QRectF(tick.label_from, rect.top(), tick.label_extent + 2, theme.scaled(18)),
                         Qt::AlignLeft | Qt::AlignVCenter, tick.label);
    }
}

void paint_heading(QPainter& painter, const QRectF& rect, const Row& row, double top, const Axis& axis,
                   const Theme& theme) {
    const auto& run = *row.group->run;
    painter.setPen(theme.border);
    painter.drawLine(QPointF(rect.left(), std::floor(top) - 1.5),
                     QPointF(rect.right(), std::floor(top) - 1.5));
    draw_layer_glyph(painter, theme, row.group->layer, {rect.left() + 14, top + row.height / 2}, 14);
    painter.setFont(theme.font(TextRole::title));
    painter.setPen(theme.text);
    const auto title =
        QStringLiteral("%1 × %2").arg(run.scenario.chips).arg(QString::fromStdString(run.machine->name));
    const QRectF title_box(rect.left() + 28, top, kTimelineGutter + axis.width - 40, row.height);
    painter.drawText(title_box, Qt::AlignVCenter | Qt::AlignLeft, title);
    painter.setPen(theme.text3);
    QString note = estimate_mark(run) + format::quantity(run.summary.step_time_s, "s");
    if (row.hidden > 0) note += QCoreApplication::translate("Timeline", "; %1 lanes folded").arg(row.hidden);
    const double at = title_box.left() + QFontMetricsF(painter.font()).horizontalAdvance(title) + 12;
    painter.setFont(theme.font(TextRole::axis));
    painter.drawText(QRectF(at, top, rect.right() - at, row.height), Qt::AlignVCenter | Qt::AlignLeft, note);
}

void paint_label(QPainter& painter, const QRectF& rect, const Row& row, double top, const Theme& theme) {
    painter.setFont(theme.font(TextRole::status));
    painter.setPen(theme.text);
    const QString detail =
        QFontMetricsF(theme.font(TextRole::axis))
            .elidedText(QString::fromStdString(row.lane->detail), Qt::ElideRight, kTimelineGutter - 28 - 8);
    const double detail_width = QFontMetricsF(theme.font(TextRole::axis)).horizontalAdvance(detail) + 6;
    const double room = kTimelineGutter - 28 - 8 - detail_width;
    const QString name = QFontMetricsF(painter.font())
                             .elidedText(QString::fromStdString(row.lane->name), Qt::ElideMiddle, room);
    painter.drawText(QRectF(rect.left() + 28, top, room, row.height), Qt::AlignVCenter | Qt::AlignLeft, name);
    painter.setFont(theme.font(TextRole::axis));
    painter.setPen(theme.text3);
    painter.drawText(QRectF(rect.left(), top, kTimelineGutter - 8, row.height),
                     Qt::AlignVCenter | Qt::AlignRight, detail);
}

}  // namespace

int timeline_height(const std::vector<TimelineGroup>& groups, const Theme& theme) {
    const auto rows = lay_out(groups, theme, 0);
    return rows.empty() ? theme.scaled(48) : static_cast<int>(rows.back().top + rows.back().height + kEdge);
}

void paint_timeline(QPainter& painter, const QRectF& rect, const std::vector<TimelineGroup>& groups,
                    const TimelineWindow& window, const Theme& theme) {
    painter.save();
    painter.setClipRect(rect);
    painter.fillRect(rect, theme.sunken);
    painter.fillRect(QRectF(rect.left(), rect.top(), kTimelineGutter - 1, rect.height()), theme.panel);
    const Axis axis = axis_of(rect, window);
    double bottom = rect.top();
    for (const auto& row : lay_out(groups, theme, rect.height())) {
        const double top = std::round(rect.top() + row.top - window.scroll_px);
        bottom = top + row.height;
        if (top + row.height < rect.top() || top > rect.bottom()) continue;
        if (row.lane == nullptr) {
            painter.fillRect(QRectF(rect.left(), top, rect.width(), row.height), theme.panel);
            paint_heading(painter, rect, row, top, axis, theme);
            continue;
        }
        paint_label(painter, rect, row, top, theme);
        paint_lane(painter, row, top, axis, theme);
        if (window.op != core::kNoOperator) mark_operator(painter, row, top, axis, window.op, theme);
    }
    if (const QRectF legend(axis.left + 4, bottom + 4, axis.width - 8, theme.scaled(20));
        legend.bottom() <= rect.bottom())
        paint_timeline_legend(painter, legend, groups, theme);
    paint_ruler(painter, rect, axis, theme);
    if (window.cursor_s >= window.from_s && window.cursor_s <= window.to_s) {
        const double x = std::floor(axis.x(window.cursor_s)) + 0.5;
        painter.setPen(QPen(theme.accent, 2));
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()));
    }
    painter.restore();
}

const core::Slice* slice_at(const QPointF& position, const QRectF& rect,
                            const std::vector<TimelineGroup>& groups, const TimelineWindow& window,
                            const Theme& theme, const core::Run** run) {
    const Axis axis = axis_of(rect, window);
    if (position.x() < axis.left) return nullptr;
    const double time = axis.seconds(position.x());
    for (const auto& row : lay_out(groups, theme, rect.height())) {
        const double top = rect.top() + row.top - window.scroll_px;
        if (row.lane == nullptr || position.y() < top || position.y() >= top + row.height) continue;
        const auto it = std::ranges::upper_bound(row.lane->slices, time, {}, &core::Slice::end_s);
        if (it == row.lane->slices.end() || it->start_s > time) return nullptr;
        if (run != nullptr) *run = row.group->run.get();
        return &*it;
    }
    return nullptr;
}

}  // namespace waferscope::views
