// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/apply_theme.hpp"

#include "views/theme/flat_style.hpp"

#include <QApplication>
#include <QToolTip>

namespace waferscope::views {
namespace {

/// The style is a child of the application: found even under a style sheet.
FlatStyle* style_of(const QCoreApplication* app) {
    return app == nullptr ? nullptr : app->findChild<FlatStyle*>(QString(), Qt::FindDirectChildrenOnly);
}

}  // namespace

void apply_theme(QApplication& app, const Theme& theme) {
    if (auto* style = style_of(&app)) {
        style->set_theme(theme);
    } else {
        QApplication::setStyle(new FlatStyle(theme));
    }
    QApplication::setPalette(theme.palette());
    QApplication::setFont(theme.font(TextRole::base));
    QToolTip::setPalette(theme.palette());
    QToolTip::setFont(theme.font(TextRole::base));
}

const Theme& active_theme() {
    const auto* style = style_of(QCoreApplication::instance());
    return style != nullptr ? style->theme() : Theme::dark();
}

}  // namespace waferscope::views
