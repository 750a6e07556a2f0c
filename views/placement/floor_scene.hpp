// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/map/viewport.hpp"
#include "views/placement/floor_colors.hpp"
#include "views/theme/theme.hpp"

#include <QImage>

#include <optional>

class QPainter;

namespace waferscope::views {

/// A drag in progress: where the kernels came from, and what is shown beside the pointer.
struct FloorDrag {
    std::vector<core::Rect> origins;  ///< of the dragged kernels, tiles
    std::size_t lead = 0;             ///< the kernel under the pointer
};

/// Everything one picture of the canvas depends on.
struct FloorScene {
    const Floorplan* plan = nullptr;
    FloorColor color = FloorColor::slack;
    bool links = true, arrows = true;
    std::vector<std::size_t> selection;
    std::optional<std::size_t> hover;
    std::optional<FloorDrag> drag;
    bool handles = true;  ///< of a single selected kernel
};

/// Rectangles of a canvas of `size`: the world's frame with its axes, and the legend below.
struct FloorLayout {
    QRectF canvas, frame, legend;
};
FloorLayout floor_layout(const QSizeF& size, const Theme& theme);
Viewport floor_viewport(const Floorplan& plan, const QSizeF& size, double dpr, const Theme& theme);

/// Paints scenes and keeps the picture of the link loads between them. One per view; GUI thread.
class FloorPainter {
public:
    void paint(QPainter& painter, const FloorScene& scene, const Viewport& viewport, const QSizeF& size,
               const Theme& theme);

private:
    QImage loads_;
};

/// The eight handles of a kernel's rectangle on screen, and which edges each pulls.
struct FloorHandle {
    QPointF at;
    Qt::Edges edges;
};
std::vector<FloorHandle> floor_handles(const QRectF& rect);

/// Title, canvas and legend as `render --view placement` draws them.
QImage render_floorplan(const FloorScene& scene, QSize size, const Theme& theme);

}  // namespace waferscope::views
