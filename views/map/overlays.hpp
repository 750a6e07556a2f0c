// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/placement.hpp"
#include "views/map/viewport.hpp"
#include "views/theme/theme.hpp"

#include <QImage>
#include <QString>

#include <array>
#include <map>
#include <vector>

class QPainter;

namespace waferscope::views {

/// "layer 31 attention" -> "L31": initials and numbers of the words.
QString short_label(const QString& name);

/// Pictures of kernel names with halo: drawing a haloed text costs far more than copying it.
class LabelCache {
public:
    /// Draws `text` with the left end of its base line at `baseline`.
    void draw(QPainter& painter, const Theme& theme, QPointF baseline, const QString& text, double dpr);
    void clear() { images_.clear(); }

private:
    std::map<QString, QImage> images_;
};

/// Those of one wafer.
core::Placement kernels_on(const core::Placement& placement, int wafer);
/// Dashed outlines without names: where the other run of a difference has its kernels or regions.
void paint_other_kernels(QPainter& painter, const Viewport& viewport, const core::Placement& placement,
                         const Theme& theme);

/// 1 px outlines of all kernels on the canvas, with names where they fit with 4 px to spare.
void paint_kernels(QPainter& painter, const Viewport& viewport, const core::Placement& placement,
                   const Theme& theme, LabelCache& labels);
/// The kernels of `op` as marks: 1 px when pointed at, 2 px when selected.
void paint_operator(QPainter& painter, const Viewport& viewport, const core::Placement& placement,
                    std::uint32_t op, double width, const Theme& theme);
/// A cross on every defective core of a what-if.
void paint_defects(QPainter& painter, const Viewport& viewport, const std::vector<std::array<int, 2>>& defects, const Theme& theme);
/// Rounded frame around the wafer.
void paint_wafer_edge(QPainter& painter, const Viewport& viewport, core::GridSize grid, const Theme& theme);

/// "1 px = 6 × 6 cores (max)" or "1 core = 12 px".
QString scale_text(const Viewport& viewport);

/// Small text line in the caption strip, elided to `rect`.
void paint_caption(QPainter& painter, const Theme& theme, const QRectF& rect, const QString& text);

}  // namespace waferscope::views
