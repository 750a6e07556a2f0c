// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/charts/choice_map.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kLeft = 76, kBottom = 44, kTop = 28, kRight = 20;

QRectF plot_area(const QRectF& rect) { return rect.adjusted(kLeft, kTop, -kRight, -kBottom); }

/// Fills that differ in lightness as well as in hue.
QColor fill_of(int choice, const Theme& theme) {
    static constexpr std::array kKinds{core::SliceKind::gemm, core::SliceKind::collective, core::SliceKind::attention, core::SliceKind::norm, core::SliceKind::optimizer};
    return theme.kind(kKinds[static_cast<std::size_t>(choice) % kKinds.size()]).fill;
}

QColor text_of(int choice, const Theme& theme) { return readable_on(fill_of(choice, theme)); }

/// Middle of the cells of one choice: where its name is written.
QPointF middle_of(const ChoiceMap& map, int choice, const QRectF& area, int& cells) {
    QPointF sum;
    cells = 0;
    for (std::size_t row = 0; row < map.y.size(); ++row)
        for (std::size_t column = 0; column < map.x.size(); ++column)
            if (map.best[map.index(column, row)] == choice) sum += QPointF(static_cast<double>(column) + 0.5, static_cast<double>(row) + 0.5), ++cells;
    if (cells == 0) return {};
    sum /= cells;
    return {area.left() + area.width() * sum.x() / static_cast<double>(map.x.size()), area.bottom() - area.height() * sum.y() / static_cast<double>(map.y.size())};
}

}  // namespace

void paint_choice_map(QPainter& painter, const QRectF& rect, const ChoiceMap& map, const Theme& theme) {
    painter.fillRect(rect, theme.sunken);
    const QRectF area = plot_area(rect);
    if (map.x.empty() || map.y.empty() || area.width() < 40 || area.height() < 40) return;
    const double w = area.width() / static_cast<double>(map.x.size()), h = area.height() / static_cast<double>(map.y.size());
    for (std::size_t row = 0; row < map.y.size(); ++row)
        for (std::size_t column = 0; column < map.x.size(); ++column) {
            const double left = std::round(area.left() + w * static_cast<double>(column)), right = std::round(area.left() + w * static_cast<double>(column + 1));
            const double bottom = std::round(area.bottom() - h * static_cast<double>(row)), top = std::round(area.bottom() - h * static_cast<double>(row + 1));
            painter.fillRect(QRectF(left, top, right - left, bottom - top), fill_of(map.best[map.index(column, row)], theme));
        }
    painter.setFont(theme.font(TextRole::title));
    for (int choice = 0; choice < static_cast<int>(map.choices.size()); ++choice) {
        int cells = 0;
        const QPointF at = middle_of(map, choice, area, cells);
        const QString& name = map.choices[static_cast<std::size_t>(choice)];
        const QRectF text = painter.fontMetrics().boundingRect(name);
        if (cells * w * h < 1.5 * text.width() * text.height()) continue;  // too small to name
        painter.setPen(text_of(choice, theme));
        painter.drawText(QRectF(at.x() - text.width(), at.y() - text.height(), 2 * text.width(), 2 * text.height()), Qt::AlignCenter, name);
    }
    painter.setFont(theme.font(TextRole::axis));
    const QFontMetrics metrics = painter.fontMetrics();
    const auto every = [](std::size_t count, double room, double need) { return std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(need * static_cast<double>(count) / room))); };
    painter.setPen(theme.text3);
    for (std::size_t i = 0; i < map.x.size(); i += every(map.x.size(), area.width(), 56)) {
        const double x = area.left() + w * (static_cast<double>(i) + 0.5);
        painter.drawText(QRectF(x - 40, area.bottom() + 4, 80, metrics.height()), Qt::AlignCenter, format::number(map.x[i]));
    }
    for (std::size_t i = 0; i < map.y.size(); i += every(map.y.size(), area.height(), 24)) {
        const double y = area.bottom() - h * (static_cast<double>(i) + 0.5);
        painter.drawText(QRectF(rect.left(), y - metrics.height() / 2.0, kLeft - 8, metrics.height()), Qt::AlignRight | Qt::AlignVCenter, format::number(map.y[i]));
    }
    painter.setPen(theme.text2);
    painter.drawText(QRectF(area.left(), area.bottom() + 4 + metrics.height(), area.width(), metrics.height()), Qt::AlignRight, map.x_title);
    painter.drawText(QRectF(rect.left() + 8, rect.top() + 6, rect.width(), metrics.height()), Qt::AlignLeft, map.y_title);
}

ChoiceMapView::ChoiceMapView(ChoiceMap map, QWidget* parent) : QWidget(parent), map_(std::move(map)) {
    setMouseTracking(true);
    setAccessibleName(map_.y_title);
}

void ChoiceMapView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paint_choice_map(painter, rect(), map_, active_theme());
}

void ChoiceMapView::mouseMoveEvent(QMouseEvent* event) {
    const QRectF area = plot_area(rect());
    if (!area.contains(event->position()) || map_.x.empty()) return QToolTip::hideText();
    const auto column = std::min(map_.x.size() - 1, static_cast<std::size_t>((event->position().x() - area.left()) / area.width() * static_cast<double>(map_.x.size())));
    const auto row = std::min(map_.y.size() - 1, static_cast<std::size_t>((area.bottom() - event->position().y()) / area.height() * static_cast<double>(map_.y.size())));
    const auto at = map_.index(column, row);
    const auto unit = map_.unit;
    QToolTip::showText(event->globalPosition().toPoint() + QPoint(12, 12),
                       QStringLiteral("%1 = %2, %3 = %4<br><b>%5: %6 %7</b><br>%8: %9 %7")
                           .arg(map_.x_title, format::number(map_.x[column]), map_.y_title, format::number(map_.y[row]), map_.choices[static_cast<std::size_t>(map_.best[at])], format::number(map_.value[at]), unit,
                                map_.choices[static_cast<std::size_t>(map_.second[at])], format::number(map_.second_value[at])),
                       this);
}

}  // namespace waferscope::views
