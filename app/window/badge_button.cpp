// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/badge_button.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/glyphs.hpp"

#include <QPainter>

namespace waferscope::app {

constexpr int kMargin = 3;

BadgeButton::BadgeButton(QWidget* parent) : QAbstractButton(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
}

QSize BadgeButton::sizeHint() const {
    return views::badge_size(views::active_theme(), text()).toSize() + QSize(2 * kMargin, 2 * kMargin);
}

void BadgeButton::paintEvent(QPaintEvent*) {
    const auto& theme = views::active_theme();
    QPainter painter(this);
    const auto size = views::badge_size(theme, text());
    views::draw_badge(painter, theme, {(width() - size.width()) / 2, (height() - size.height()) / 2},
                      views::BadgeKind::warning, text());
    if (hasFocus()) views::draw_focus_ring(painter, theme, rect());
}

}  // namespace waferscope::app
