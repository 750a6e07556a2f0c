// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/theme/theme.hpp"
#include "views/workbench_model.hpp"

#include <QImage>
#include <QSize>

#include <memory>
#include <optional>
#include <string>

namespace waferscope::views {

/// One picture of one run, as the `render` command and exports make it.
struct RenderRequest {
    std::shared_ptr<const core::Run> run;
    std::shared_ptr<const core::Run> minus;  ///< set: the difference run - minus
    std::string metric = "utilisation";
    ViewKind view = ViewKind::map;  ///< map or fabric
    double time_s = 0;
    int wafer = 0;
    std::optional<core::Rect> window;  ///< cores to show; absent = all
    ColorRange range;
    QSize size{1600, 1000};  ///< device px
    double dpr = 1;
    double font_scale = 1;
    ThemeId theme = ThemeId::light;
    bool title = true, legend = true, hot_spot = true;
};

/// Title, map, colour bar and caption, by the painters of the window. Needs a QGuiApplication for fonts.
QImage render_map(const RenderRequest& request);
/// The same with the fabric view.
QImage render_fabric(RenderRequest request);

}  // namespace waferscope::views
