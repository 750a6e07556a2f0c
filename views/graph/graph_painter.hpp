// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/graph/graph_colors.hpp"
#include "views/graph/graph_layout.hpp"

#include <QImage>
#include <QPointF>

#include <memory>

class QPainter;

namespace waferscope::views {

/// A scene, where its parts are, and what it was made of. The workload must outlive it.
struct GraphPicture {
    const core::Workload* workload = nullptr;
    const GraphTree* tree = nullptr;
    GraphScene scene;
    GraphLayout layout;
};

/// How the picture is seen: pixel = point * zoom + origin.
struct GraphSight {
    double zoom = 1;
    QPointF origin;
    [[nodiscard]] QPointF map(QPointF point) const { return point * zoom + origin; }
    [[nodiscard]] QRectF map(const QRectF& rect) const { return {map(rect.topLeft()), rect.size() * zoom}; }
    [[nodiscard]] QPointF unmap(QPointF pixel) const { return (pixel - origin) / zoom; }
};

/// What is marked, and what colours mean.
struct GraphLook {
    GraphColor color = GraphColor::kind;
    std::uint32_t selected = kNoItem, hovered = kNoItem;  ///< items
};

/// Sizes of boxes follow their texts in `theme`'s fonts.
GraphLayoutRequest layout_request(const GraphTree& tree, const core::Workload& workload,
                                  const GraphScene& scene, GraphColor color, GraphDirection direction,
                                  const Theme& theme);

/// The largest zoom (at most 1.25) at which `size` fits into `rect`, centred.
GraphSight fit_graph(const QSizeF& size, const QRectF& rect);
/// Down, or to the right where a picture much wider than high is wanted.
GraphDirection graph_direction(const QSizeF& room);

void paint_graph(QPainter& painter, const QRectF& rect, const GraphPicture& picture, const GraphSight& sight,
                 const GraphLook& look, const Theme& theme);

/// Height of the legend in a view of this width: the name of the colour bar stands above it where there is
/// little room.
int graph_legend_height(double width, const Theme& theme);
/// Colour bar or swatches.
void paint_graph_legend(QPainter& painter, const QRectF& rect, const GraphPicture& picture, GraphColor color,
                        const Theme& theme);

/// The box or frame title under `point` (in pixels): its item, or kNoItem.
std::uint32_t graph_item_at(const GraphPicture& picture, const GraphSight& sight, QPointF point,
                            const Theme& theme);

/// A whole picture with heading and legend: `render --view graph`.
QImage render_graph(const core::Workload& workload, std::span<const double> seconds_of_op, const QSize& size,
                    GraphColor color, const Theme& theme);

}  // namespace waferscope::views
