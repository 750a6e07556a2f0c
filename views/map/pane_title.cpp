// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/pane_title.hpp"

#include "views/map/pane_frame.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/glyphs.hpp"

#include <QPainter>

#include <algorithm>

namespace waferscope::views {
namespace {

constexpr int kTextDelayMs = 300;
constexpr double kGlyph = 18;

}  // namespace

void paint_pane_title(QPainter& painter, const Theme& theme, const QRectF& rect, char layer,
                      const QString& name, const QString& subtitle, double right_reserved) {
    painter.fillRect(rect, theme.raised);
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme.border);
    draw_layer_glyph(painter, theme, layer, {rect.left() + 18, rect.center().y()}, kGlyph);
    const QFontMetricsF strong(theme.font(TextRole::base_strong));
    const QFontMetricsF small(theme.font(TextRole::status));
    double x = rect.left() + 34;
    const double room = std::max(0.0, rect.right() - right_reserved - x - 6);
    const double base = rect.center().y() + strong.ascent() / 2 - 2;
    const QString shown = strong.elidedText(name, Qt::ElideMiddle, room);
    painter.setFont(theme.font(TextRole::base_strong));
    painter.setPen(theme.text);
    painter.drawText(QPointF(x, base), shown);
    x += strong.horizontalAdvance(shown) + 8;
    const double rest = rect.right() - right_reserved - x - 6;
    if (rest < small.horizontalAdvance(QStringLiteral("TP 8…"))) return;
    painter.setFont(theme.font(TextRole::status));
    painter.setPen(theme.text2);
    painter.drawText(QPointF(x, base), small.elidedText(subtitle, Qt::ElideRight, rest));
}

PaneTitle::PaneTitle(QWidget* parent) : QWidget(parent) {}

void PaneTitle::set_text(char layer, const QString& name, const QString& subtitle) {
    layer_ = layer;
    name_ = name;
    subtitle_ = subtitle;
    setAccessibleName(tr("%1: %2, %3").arg(QString(QLatin1Char(layer)), name, subtitle));
    setToolTip(subtitle.isEmpty() ? name : name + QStringLiteral(", ") + subtitle);
    update();
}

void PaneTitle::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    const double buttons = width() - childrenRect().left();
    paint_pane_title(painter, active_theme(), QRectF(rect()), layer_, name_, subtitle_,
                     childrenRect().isEmpty() ? 8 : buttons);
}

void PaneTitle::mouseDoubleClickEvent(QMouseEvent* /*event*/) {
    Q_EMIT doubleClicked();
}

ProgressLine::ProgressLine(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    delay_.setSingleShot(true);
    delay_.setInterval(kTextDelayMs);
    connect(&delay_, &QTimer::timeout, this, [this] {
        late_ = true;
        update();
    });
    hide();
}

void ProgressLine::set(double share, const QString& text) {
    if (share < 0) {
        delay_.stop();
        late_ = false;
        share_ = -1;
        hide();
        return;
    }
    if (share_ < 0) delay_.start();
    share_ = std::min(share, 1.0);
    text_ = text;
    show();
    raise();
    update();
}

void ProgressLine::paintEvent(QPaintEvent* /*event*/) {
    const auto& theme = active_theme();
    QPainter painter(this);
    painter.fillRect(QRectF(0, 0, width() * share_, 2), theme.accent);
    if (!late_ || text_.isEmpty()) return;
    const QFontMetricsF metrics(theme.font(TextRole::axis));
    const QRectF chip(8, 7, metrics.horizontalAdvance(text_) + 16, metrics.height() + 6);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border, 1));
    painter.setBrush(theme.tooltip);
    painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter.setFont(theme.font(TextRole::axis));
    painter.setPen(theme.text);
    painter.drawText(chip, Qt::AlignCenter, text_);
}

}  // namespace waferscope::views
