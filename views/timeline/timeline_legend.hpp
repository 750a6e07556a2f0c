// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/timeline/timeline_painter.hpp"

namespace waferscope::views {

/// The colour class of a slice: its kind, but backward products of training wear the second colour (tokens.md).
core::SliceKind colour_of(const core::Slice& slice);

/// One line naming the colours that the lanes of `groups` use. Looks at some 256 slices of each lane.
void paint_timeline_legend(QPainter& painter, const QRectF& rect, const std::vector<TimelineGroup>& groups, const Theme& theme);

}  // namespace waferscope::views
