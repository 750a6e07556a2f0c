// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "views/theme/theme.hpp"

#include <QRectF>
#include <memory>
#include <vector>

class QPainter;

namespace waferscope::views {

/// One machine's lanes on the timeline.
struct TimelineGroup {
    std::shared_ptr<const core::Run> run;
    char layer = 'A';
};

/// What part of time is shown, and where the cursor stands; seconds since the start of the step.
struct TimelineWindow {
    double from_s = 0, to_s = 1;
    double cursor_s = -1;  ///< below 0: none
    int scroll_px = 0;     ///< lanes above the top edge
    std::uint32_t op = core::kNoOperator;  ///< slices of this operator are marked
};

inline constexpr int kTimelineGutter = 158;

/// Height all groups take, ruler included.
int timeline_height(const std::vector<TimelineGroup>& groups, const Theme& theme);

/// Ruler, lanes and cursor. Slices narrower than a pixel are merged into their pixel's dominant kind.
void paint_timeline(QPainter& painter, const QRectF& rect, const std::vector<TimelineGroup>& groups,
                    const TimelineWindow& window, const Theme& theme);

/// The slice under `position`, or null.
const core::Slice* slice_at(const QPointF& position, const QRectF& rect,
                            const std::vector<TimelineGroup>& groups, const TimelineWindow& window,
                            const Theme& theme, const core::Run** run = nullptr);

}  // namespace waferscope::views
