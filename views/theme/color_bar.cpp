// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/color_bar.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"
#include "views/theme/ticks.hpp"

#include <QContextMenuEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kBarHeight = 10;
constexpr double kHistogram = 11;
constexpr double kBarMin = 120, kBarMax = 420;
constexpr double kTriangle = 7;
constexpr double kSwatchWidth = 17, kSwatchHeight = 13;

void draw_gradient(QPainter& painter, const QRectF& bar, const ColorBarSpec& spec, const Theme& theme) {
    const auto& map = ColorMap::of(spec.scale.map);
    for (int x = 0; x < static_cast<int>(bar.width()); ++x) {
        const double share = (x + 0.5) / bar.width();
        painter.fillRect(QRectF(bar.left() + x, bar.top(), 1, bar.height()),
                         QColor(map.at(spec.scale.reverse ? 1 - share : share)));
    }
    painter.setPen(theme.border_strong);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5));
}

void draw_histogram(QPainter& painter, const QRectF& bar, const ColorBarSpec& spec, const Theme& theme) {
    if (spec.histogram.empty()) return;
    const float top = std::ranges::max(spec.histogram);
    if (!(top > 0)) return;
    const double step = bar.width() / static_cast<double>(spec.histogram.size());
    for (std::size_t i = 0; i < spec.histogram.size(); ++i) {
        if (!(spec.histogram[i] > 0)) continue;
        const double height =
            std::max(1.0, std::round(kHistogram * std::sqrt(double{spec.histogram[i] / top})));
        const double left = std::round(bar.left() + static_cast<double>(i) * step);
        const double right = std::round(bar.left() + static_cast<double>(i + 1) * step);
        painter.fillRect(QRectF(left, bar.top() - 2 - height, std::max(1.0, right - left - 1), height),
                         theme.text3);
    }
}

void draw_triangle(QPainter& painter, QPointF tip, double direction, bool filled, const QColor& fill,
                   const Theme& theme) {
    QPainterPath path(tip);
    path.lineTo(tip - QPointF(direction * kTriangle, kBarHeight / 2));
    path.lineTo(tip - QPointF(direction * kTriangle, -kBarHeight / 2));
    path.closeSubpath();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(filled ? theme.text2 : theme.border_strong, 1));
    painter.setBrush(filled ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter.drawPath(path);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void draw_bar_ticks(QPainter& painter, const QRectF& bar, const ColorBarSpec& spec, const Theme& theme) {
    const QFont font = theme.font(TextRole::axis);
    const auto label = [&](double value) { return spec.label ? spec.label(value) : format::number(value); };
    const QFontMetricsF metrics(font);
    const QString suffix = spec.unit.isEmpty() ? QString() : format::no_break_space() + spec.unit;
    const auto ticks = make_ticks({.low = spec.scale.floor(),
                                   .high = spec.scale.high,
                                   .from_px = bar.left(),
                                   .to_px = bar.right(),
                                   .log = spec.scale.log,
                                   .most = 6,
                                   .gap_px = 8 + metrics.horizontalAdvance(suffix),
                                   .font = font,
                                   .label = label});
    painter.setFont(font);
    for (std::size_t i = 0; i < ticks.size(); ++i) {
        const auto& tick = ticks[i];
        painter.setPen(theme.axis);
        const double x = std::floor(std::min(tick.position, bar.right() - 1)) + 0.5;
        painter.drawLine(QPointF(x, bar.bottom() + 1), QPointF(x, bar.bottom() + 4));
        painter.setPen(theme.text3);
        const QString text = i + 1 == ticks.size() ? tick.label + suffix : tick.label;
        painter.drawText(QPointF(tick.position - metrics.horizontalAdvance(tick.label) / 2,
                                 bar.bottom() + 4 + metrics.ascent()),
                         text);
    }
}

double draw_swatch(QPainter& painter, const Theme& theme, QPointF at, const QString& text, bool no_data,
                   const QColor& fill) {
    const QRectF swatch(at.x(), at.y() - kSwatchHeight / 2, kSwatchWidth, kSwatchHeight);
    QPainterPath path;
    path.addRoundedRect(swatch, 2, 2);
    painter.save();
    painter.setClipPath(path);
    if (no_data) {
        draw_no_data(painter, theme, swatch);
    } else {
        painter.fillRect(swatch, fill);
        draw_hatch(painter, path, theme.clip_hatch);
    }
    painter.restore();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border_strong, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(theme.font(TextRole::status));
    painter.setPen(theme.text2);
    const QFontMetricsF metrics(painter.font());
    painter.drawText(QPointF(swatch.right() + 6, at.y() + metrics.ascent() / 2 - 2), text);
    return swatch.right() + 6 + metrics.horizontalAdvance(text) + 16;
}

/// Swatches that apply, right of `x`; those that do not fit before `right` are left out.
void draw_swatches(QPainter& painter, const Theme& theme, const ColorBarSpec& spec, QPointF at,
                   double right) {
    const QFontMetricsF metrics(theme.font(TextRole::status));
    const auto fits = [&](const QString& text) {
        return at.x() + kSwatchWidth + 6 + metrics.horizontalAdvance(text) <= right;
    };
    const QString none = ColorBar::tr("no data");
    const QString clipped = ColorBar::tr("clipped");
    if (spec.has_no_data && fits(none)) at.setX(draw_swatch(painter, theme, at, none, true, {}));
    if (spec.clipped_low + spec.clipped_high > 0 && fits(clipped)) {
        const auto end = spec.scale.value_at(spec.clipped_high > 0 ? 1 : 0);
        at.setX(draw_swatch(painter, theme, at, clipped, false, QColor(spec.scale.color(end))));
    }
    const QString state = spec.own_scale ? ColorBar::tr("own scale")
                          : spec.locked  ? ColorBar::tr("locked")
                                         : QString();
    if (!state.isEmpty() && at.x() + badge_size(theme, state).width() <= right)
        draw_badge(painter, theme, {at.x(), at.y() - badge_size(theme, state).height() / 2},
                   spec.own_scale ? BadgeKind::warning : BadgeKind::neutral, state);
}

void draw_name(QPainter& painter, const Theme& theme, QPointF baseline, const QString& name, double width) {
    painter.setFont(theme.font(TextRole::title));
    painter.setPen(theme.text);
    painter.drawText(baseline, QFontMetricsF(painter.font()).elidedText(name, Qt::ElideRight, width));
}

}  // namespace

void paint_color_bar(QPainter& painter, const QRectF& rect, const ColorBarSpec& spec, const Theme& theme,
                     ColorBarLayout layout) {
    painter.save();
    const QFontMetricsF title(theme.font(TextRole::title));
    QRectF bar;
    if (layout == ColorBarLayout::compact) {
        const double width = std::clamp(rect.width() - 2 * kTriangle - 8, 40.0, kBarMax);
        draw_name(painter, theme, {rect.left() + kTriangle + 4, rect.top() + title.ascent()}, spec.name,
                  width);
        bar = QRectF(std::round(rect.left() + kTriangle + 4), std::round(rect.top() + title.height() + 4),
                     width, kBarHeight);
    } else {
        const double name_width = std::min(title.horizontalAdvance(spec.name), rect.width() * 0.34);
        const double left = std::round(rect.left() + 12 + name_width + 24);
        const double width = std::clamp(std::floor(rect.right() - left - 60), 40.0, kBarMax * 0.87);
        bar = QRectF(left, std::round(rect.top() + 16), width, kBarHeight);
        draw_name(painter, theme, {rect.left() + 12, rect.center().y() + title.ascent() / 2 - 2}, spec.name,
                  name_width + 1);
        if (width >= kBarMin) draw_histogram(painter, bar, spec, theme);
        draw_swatches(painter, theme, spec, {bar.right() + 46, bar.center().y()}, rect.right() - 8);
    }
    draw_gradient(painter, bar, spec, theme);
    const double middle = bar.center().y();
    draw_triangle(painter, {bar.left() - 3 - kTriangle, middle}, -1, spec.clipped_low > 0,
                  QColor(spec.scale.color(spec.scale.value_at(0))), theme);
    draw_triangle(painter, {bar.right() + 3 + kTriangle, middle}, 1, spec.clipped_high > 0,
                  QColor(spec.scale.color(spec.scale.high)), theme);
    draw_bar_ticks(painter, bar, spec, theme);
    painter.restore();
}

ColorBar::ColorBar(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Colour legend"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ColorBar::set_spec(ColorBarSpec spec) {
    spec_ = std::move(spec);
    const auto text = [&](double v) { return spec_.label ? spec_.label(v) : format::number(v); };
    setAccessibleDescription(
        tr("%1, from %2 to %3 %4")
            .arg(spec_.name, text(spec_.scale.floor()), text(spec_.scale.high), spec_.unit));
    update();
}

void ColorBar::set_layout(ColorBarLayout layout) {
    layout_ = layout;
    update();
}

QSize ColorBar::sizeHint() const {
    return {700, active_theme().scaled(44)};
}
QSize ColorBar::minimumSizeHint() const {
    return {240, active_theme().scaled(44)};
}

void ColorBar::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    painter.fillRect(rect(), active_theme().panel);
    paint_color_bar(painter, rect(), spec_, active_theme(), layout_);
}

void ColorBar::mouseDoubleClickEvent(QMouseEvent* /*event*/) {
    Q_EMIT lockRequested(!spec_.locked);
}

void ColorBar::contextMenuEvent(QContextMenuEvent* event) {
    Q_EMIT menuRequested(event->globalPos());
}

}  // namespace waferscope::views
