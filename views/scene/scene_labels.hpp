// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "views/scene/relief.hpp"

#include <QPainter>

namespace waferscope::views {

/// What the labels of a relief say.
struct SceneLabels {
    const core::Run* run = nullptr;
    std::string_view metric;
    std::size_t step = 0;
    int wafer = 0;
};

/// Draws axes outside the slab, the label of the highest peak, an orientation cube and the colour bar over a
/// rendered relief.
void paint_scene_labels(QPainter& painter, const ReliefPicture& relief, const SceneLabels& labels, const Theme& theme);

}  // namespace waferscope::views
