// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/glyphs.hpp"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kBadgeHeight = 17;
constexpr double kBadgePadding = 6;
constexpr double kCasing = 1.5;  // px on each side of a mark

struct BadgeLook {
    QColor text, frame, fill;
    bool dashed = false;
};

BadgeLook badge_look(const Theme& theme, BadgeKind kind) {
    switch (kind) {
        case BadgeKind::estimate:
            return {theme.text2, theme.border_strong, Qt::transparent, true};
        case BadgeKind::measured:
            return {theme.ok, theme.ok, theme.ok_bg};
        case BadgeKind::warning:
            return {theme.warning, theme.warning, theme.warn_bg};
        case BadgeKind::error:
            return {theme.error, theme.error, theme.err_bg};
        case BadgeKind::neutral:
            break;
    }
    return {theme.text2, theme.border, theme.raised};
}

}  // namespace

QPainterPath layer_shape(char letter, QPointF centre, double size) {
    QPainterPath path;
    if (letter == 'B') {
        path.addEllipse(centre, size * 0.55, size * 0.55);
    } else if (letter == 'C') {
        const double half = size * 0.68;
        path.addPolygon(QPolygonF{{centre + QPointF(0, -half), centre + QPointF(half, 0),
                                   centre + QPointF(0, half), centre + QPointF(-half, 0)}});
        path.closeSubpath();
    } else {
        path.addRoundedRect(QRectF(centre.x() - size / 2, centre.y() - size / 2, size, size), 2.5, 2.5);
    }
    return path;
}

void draw_layer_glyph(QPainter& painter, const Theme& theme, char letter, QPointF centre, double size) {
    const auto& hue = theme.layer(letter);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(layer_shape(letter, centre, size), hue);
    if (size >= 13) {
        QFont font = theme.font(TextRole::badge);
        font.setPixelSize(static_cast<int>(std::lround(size * 0.68)));
        font.setWeight(QFont::Bold);
        painter.setFont(font);
        painter.setPen(readable_on(hue));
        painter.drawText(QRectF(centre.x() - size, centre.y() - size, size * 2, size * 2), Qt::AlignCenter,
                         QString(QLatin1Char(letter)));
    }
    painter.restore();
}

QSizeF badge_size(const Theme& theme, const QString& text) {
    const QFontMetricsF metrics(theme.font(TextRole::badge));
    return {std::ceil(metrics.horizontalAdvance(text)) + 2 * kBadgePadding, kBadgeHeight * theme.font_scale};
}

void draw_badge(QPainter& painter, const Theme& theme, QPointF top_left, BadgeKind kind,
                const QString& text) {
    const auto look = badge_look(theme, kind);
    const QRectF rect(top_left, badge_size(theme, text));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPen frame(look.frame, 1);
    if (look.dashed) frame.setDashPattern({3, 2});
    painter.setPen(frame);
    painter.setBrush(look.fill);
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter.setFont(theme.font(TextRole::badge));
    painter.setPen(look.text);
    painter.drawText(rect, Qt::AlignCenter, text);
    painter.restore();
}

void draw_hatch(QPainter& painter, const QPainterPath& path, const QColor& color, double step, double width) {
    const QRectF box = path.boundingRect();
    painter.save();
    painter.setClipPath(path, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, width));
    // Lines x + y = k * step, anchored at the origin so that neighbours line up.
    const double first = std::floor((box.left() + box.top()) / step) * step;
    for (double sum = first; sum <= box.right() + box.bottom() + step; sum += step)
        painter.drawLine(QPointF(sum - box.top(), box.top()), QPointF(sum - box.bottom(), box.bottom()));
    painter.restore();
}

void draw_no_data(QPainter& painter, const Theme& theme, const QRectF& rect) {
    painter.fillRect(rect, theme.no_data);
    constexpr double kStep = 6;
    constexpr double kDot = 1.5;
    for (double y = rect.top() + 2; y + kDot <= rect.bottom(); y += kStep)
        for (double x = rect.left() + 2; x + kDot <= rect.right(); x += kStep)
            painter.fillRect(QRectF(x, y, kDot, kDot), theme.no_data_dot);
}

void draw_mark(QPainter& painter, const Theme& theme, const QPainterPath& path, double width) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.casing, width + 2 * kCasing, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawPath(path);
    painter.setPen(QPen(theme.mark, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawPath(path);
}

void draw_mark_rect(QPainter& painter, const Theme& theme, const QRectF& rect, double width) {
    QPainterPath path;
    path.addRect(rect);
    draw_mark(painter, theme, path, width);
}

void draw_corner_brackets(QPainter& painter, const Theme& theme, const QRectF& rect) {
    const QRectF box = rect.adjusted(-3, -3, 3, 3);
    const double arm = std::max(4.0, std::min(box.width(), box.height()) * 0.3);
    QPainterPath path;
    const auto corner = [&](QPointF at, double dx, double dy) {
        path.moveTo(at + QPointF(dx * arm, 0));
        path.lineTo(at);
        path.lineTo(at + QPointF(0, dy * arm));
    };
    corner(box.topLeft(), 1, 1);
    corner(box.topRight(), -1, 1);
    corner(box.bottomRight(), -1, -1);
    corner(box.bottomLeft(), 1, -1);
    draw_mark(painter, theme, path, 2);
}

void draw_hot_ring(QPainter& painter, const Theme& theme, QPointF centre, double radius) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.hot_casing, 5));
    painter.drawEllipse(centre, radius, radius);
    painter.setPen(QPen(theme.hot_ring, 2.5));
    painter.drawEllipse(centre, radius, radius);
    painter.restore();
}

void draw_focus_ring(QPainter& painter, const Theme& theme, const QRectF& rect, double radius) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.focus, 2));
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius);
    painter.restore();
}

void draw_halo_text(QPainter& painter, const Theme& theme, QPointF baseline, const QString& text) {
    // Shifted copies instead of a stroked outline: outlines come out a shade different from run to run.
    painter.setPen(theme.casing);
    for (const int dx : {-1, 0, 1})
        for (const int dy : {-1, 0, 1})
            if (dx != 0 || dy != 0) painter.drawText(baseline + QPointF(dx, dy), text);
    for (const QPointF& far : {QPointF(-1.5, 0), QPointF(1.5, 0), QPointF(0, -1.5), QPointF(0, 1.5)})
        painter.drawText(baseline + far, text);
    painter.setPen(theme.mark);
    painter.drawText(baseline, text);
}

}  // namespace waferscope::views
