// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/theme/theme.hpp"

class QApplication;

namespace waferscope::views {

/// Puts `theme` in force: Fusion with flat frames, palette in all groups, fonts, menus and tooltips.
/// Widgets that are open change at once; own caches are dropped on QEvent::PaletteChange.
void apply_theme(QApplication& app, const Theme& theme);

/// The theme in force; Theme::dark() before the first apply_theme(). GUI thread only.
const Theme& active_theme();

}  // namespace waferscope::views
