// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/placement/floorplan.hpp"
#include "views/theme/theme.hpp"

#include <QRectF>

#include <optional>
#include <vector>

class QPainter;

namespace waferscope::views {

/// One line of the figures: what it is, now, by the solver (may be empty), and what the change is worth.
struct FloorRow {
    QString label, now, automatic, change;
    bool strong = false;  ///< the larger of the two intervals
    int better = 0;       ///< of the solver's value against now: +1 better, -1 worse
};
std::vector<FloorRow> floor_rows(const Floorplan& plan);

/// "k24 sets the pace: 56,448 cycles." or which link does and who loads it.
QString pace_text(const Floorplan& plan);

/// Bars hand | automatic | lower bound, the table of figures and the sentence on the pace.
void paint_figures(QPainter& painter, const QRectF& rect, const Floorplan& plan, const Theme& theme);
/// Height that paint_figures needs at `width`.
double figures_height(const Floorplan& plan, double width, const Theme& theme);

/// The legal shapes of a kernel as width against height, with the present one.
void paint_shapes(QPainter& painter, const QRectF& rect, const Floorplan& plan, std::size_t kernel,
                  const std::vector<FloorShape>& shapes, const Theme& theme);
/// Which of the shapes a point of that chart means; nothing when none is near.
std::optional<std::size_t> shape_at(const QRectF& rect, const std::vector<FloorShape>& shapes,
                                    const FloorKernel& kernel, QPointF point);

/// Time against wire of every placement seen, those by hand and those of the search apart.
void paint_seen(QPainter& painter, const QRectF& rect, const Floorplan& plan, const Theme& theme);

}  // namespace waferscope::views
