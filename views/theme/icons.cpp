// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/apply_theme.hpp"
#include "views/theme/glyphs.hpp"

#include <QIconEngine>
#include <QPainter>
#include <QPixmap>

namespace waferscope::views {
namespace {

constexpr double kGrid = 16;
constexpr double kStroke = 1.4;

/// Little language of the icons, one letter per part, numbers in 16ths: M move, L line, Z close,
/// C centre-radius circle, R rectangle x y w h; '|' switches from strokes to filled parts.
constexpr const char* icon_text(Icon icon) {
    switch (icon) {
        case Icon::play:
            return "|M5 3 L13 8 L5 13 Z";
        case Icon::pause:
            return "|R4 3 3 10 R9 3 3 10";
        case Icon::step_forward:
            return "M11.5 4 L11.5 12|M4 3.5 L10 8 L4 12.5 Z";
        case Icon::step_back:
            return "M4.5 4 L4.5 12|M12 3.5 L6 8 L12 12.5 Z";
        case Icon::first:
            return "M3.5 4 L3.5 12|M13 3.5 L8.5 8 L13 12.5 Z M8.5 3.5 L4.5 8 L8.5 12.5 Z";
        case Icon::last:
            return "M12.5 4 L12.5 12|M3 3.5 L7.5 8 L3 12.5 Z M7.5 3.5 L11.5 8 L7.5 12.5 Z";
        case Icon::search:
            return "C7 7 4 M10 10 L13.5 13.5";
        case Icon::lock:
            return "R3.5 7.5 9 6 M5.5 7.5 L5.5 5.5 L6.5 3.5 L9.5 3.5 L10.5 5.5 L10.5 7.5";
        case Icon::unlock:
            return "R3.5 7.5 9 6 M5.5 7.5 L5.5 4.5 L6.5 2.5 L9.5 2.5 L10.5 4.5";
        case Icon::cube:
            return "M8 2 L13.5 5 L13.5 11 L8 14 L2.5 11 L2.5 5 Z M2.5 5 L8 8 L13.5 5 M8 8 L8 14";
        case Icon::maximise:
            return "M6 2.5 L2.5 2.5 L2.5 6 M10 2.5 L13.5 2.5 L13.5 6 M13.5 10 L13.5 13.5 L10 13.5 M6 13.5 "
                   "L2.5 13.5 L2.5 10";
        case Icon::restore:
            return "M2.5 6 L6 6 L6 2.5 M13.5 6 L10 6 L10 2.5 M10 13.5 L10 10 L13.5 10 M6 13.5 L6 10 L2.5 10";
        case Icon::swap:
            return "M2.5 5.5 L13 5.5 L10.5 3 M13.5 10.5 L3 10.5 L5.5 13";
        case Icon::close:
            return "M4 4 L12 12 M12 4 L4 12";
        case Icon::bookmark:
            return "M4.5 2.5 L11.5 2.5 L11.5 13.5 L8 10.5 L4.5 13.5 Z";
        case Icon::plus:
            return "M8 3 L8 13 M3 8 L13 8";
        case Icon::minus:
            return "M3 8 L13 8";
        case Icon::fit:
            return "R2.5 2.5 11 11 M5 8 L5 5 L8 5 M11 8 L11 11 L8 11";
        case Icon::camera:
            return "R2.5 4.5 11 8.5 C8 8.7 2.4 M6 4.5 L6.8 3 L9.2 3 L10 4.5";
        case Icon::settings:
            return "M2.5 5 L13.5 5 M2.5 11 L13.5 11|C6 5 1.9 C10 11 1.9";
        case Icon::undo:
            return "M3 6 L10 6 L12.5 7.5 L13 10 L12 12 L9.5 13 L6 13 M6 3 L3 6 L6 9";
        case Icon::redo:
            return "M13 6 L6 6 L3.5 7.5 L3 10 L4 12 L6.5 13 L10 13 M10 3 L13 6 L10 9";
        case Icon::chevron_right:
            return "M6 4 L10 8 L6 12";
        case Icon::chevron_down:
            return "M4 6 L8 10 L12 6";
        case Icon::warning:
            return "M8 2.5 L14 13.5 L2 13.5 Z M8 6.5 L8 9.7|C8 11.6 0.9";
        case Icon::check:
            return "M3.5 8.5 L6.5 11.5 L12.5 4.5";
        case Icon::pin:
            return "M5.5 2.5 L10.5 2.5 M6.5 2.5 L6.5 7 L4.5 9.5 L11.5 9.5 L9.5 7 L9.5 2.5 M8 9.5 L8 14";
        case Icon::float_out:
            return "M5.5 5 L5.5 2.5 L13.5 2.5 L13.5 10.5 L11 10.5 R2.5 5.5 8 8";
        case Icon::slides:
            return "R2 3 12 8 M8 11 L8 14 M5.5 14 L10.5 14";
        case Icon::link:
            return "C4 12 1.8 C12 4 1.8 M5.3 10.7 L10.7 5.3";
        case Icon::trace:
            return "R2 2.5 4 4 R10 9.5 4 4 M4 6.5 L4 11.5 L10 11.5";
        case Icon::filter:
            return "M2.5 3.5 L13.5 3.5 L9.5 8.5 L9.5 13 L6.5 11.5 L6.5 8.5 Z";
        case Icon::copy:
            return "R5.5 5.5 8 8 M5.5 10.5 L2.5 10.5 L2.5 2.5 L10.5 2.5 L10.5 5.5";
        case Icon::save:
            return "M2.5 2.5 L11 2.5 L13.5 5 L13.5 13.5 L2.5 13.5 Z R5 9 6 4.5 M5.5 2.5 L5.5 5.5 L10 5.5 L10 "
                   "2.5";
        case Icon::open:
            return "M2.5 12.5 L2.5 3.5 L6.5 3.5 L8 5 L13.5 5 L13.5 12.5 Z";
        case Icon::help:
            return "C8 8 6 M6.2 6.3 L6.8 5 L9.2 5 L9.8 6.3 L9.2 7.5 L8 8.3 L8 9.2|C8 11.3 0.9";
    }
    return "";
}

/// Reads `count` numbers starting at `at`.
std::array<double, 4> numbers(const char*& at, int count) {
    std::array<double, 4> out{};
    for (int i = 0; i < count; ++i) {
        char* end = nullptr;
        out.at(static_cast<std::size_t>(i)) = std::strtod(at, &end);
        at = end;
    }
    return out;
}

class ThemeIconEngine : public QIconEngine {
public:
    explicit ThemeIconEngine(Icon icon) : icon_(icon) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const auto& theme = active_theme();
        const auto& color = mode == QIcon::Disabled                         ? theme.disabled
                            : mode == QIcon::Selected || state == QIcon::On ? theme.on_selection
                                                                            : theme.text2;
        draw_icon(*painter, icon_, rect, color);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap out(size);
        out.fill(Qt::transparent);
        QPainter painter(&out);
        paint(&painter, QRect({}, size), mode, state);
        return out;
    }
    [[nodiscard]] QIconEngine* clone() const override { return new ThemeIconEngine(icon_); }

private:
    Icon icon_;
};

}  // namespace

IconPath icon_path(Icon icon) {
    IconPath out;
    QPainterPath* path = &out.stroke;
    for (const char* at = icon_text(icon); *at != 0;) {
        const char command = *at++;
        if (command == '|') path = &out.fill;
        if (command == 'Z') path->closeSubpath();
        if (command == 'M' || command == 'L') {
            const auto n = numbers(at, 2);
            command == 'M' ? path->moveTo(n[0], n[1]) : path->lineTo(n[0], n[1]);
        }
        if (command == 'C') {
            const auto n = numbers(at, 3);
            path->addEllipse(QPointF(n[0], n[1]), n[2], n[2]);
        }
        if (command == 'R') {
            const auto n = numbers(at, 4);
            path->addRect(n[0], n[1], n[2], n[3]);
        }
    }
    return out;
}

void draw_icon(QPainter& painter, Icon icon, const QRectF& rect, const QColor& color) {
    const auto path = icon_path(icon);
    const double side = std::min(rect.width(), rect.height());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center() - QPointF(side, side) / 2);
    painter.scale(side / kGrid, side / kGrid);
    painter.strokePath(path.stroke, QPen(color, kStroke, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.fillPath(path.fill, color);
    painter.restore();
}

QIcon make_icon(Icon icon) {
    return QIcon(new ThemeIconEngine(icon));
}

}  // namespace waferscope::views
