// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainterPath>
#include <QRectF>
#include <QSizeF>

#include <cstdint>
#include <vector>

namespace waferscope::views {

enum class GraphDirection : std::uint8_t { down, right };

/// What is to be placed. Lengths are logical pixels; indices refer to the lists of this struct.
struct GraphLayoutRequest {
    struct Box {
        QSizeF size;
        std::uint32_t frame = kNoFrame;
    };
    struct Frame {
        std::uint32_t frame = kNoFrame;  ///< the one around it, earlier in the list
        double title_width = 0;          ///< it becomes at least this wide
    };
    struct Arrow {
        std::uint32_t from = 0, to = 0;
    };
    static constexpr std::uint32_t kNoFrame = 0xFFFFFFFFU;
    std::vector<Box> boxes;
    std::vector<Frame> frames;
    std::vector<Arrow> arrows;
    GraphDirection direction = GraphDirection::down;
    double title_height = 22;  ///< of a frame
};

/// Where everything is; the origin is the top left corner.
struct GraphLayout {
    QSizeF size;
    std::vector<QRectF> boxes, frames;
    std::vector<QPainterPath> arrows;  ///< from border to border, the head not included
    bool layered = false;              ///< false: the plain fallback
};

/// Layered layout by Graphviz ("dot"); plain rows by rank for more than 500 boxes, more than 1,500 arrows or
/// when dot fails. Any thread; one at a time (Graphviz is not thread-safe), others wait.
GraphLayout lay_out_graph(const GraphLayoutRequest& request);

/// Rows by rank (the longest way from a box without producers), frames around what they hold. No library;
/// used as the fallback, and by tests.
GraphLayout lay_out_plainly(const GraphLayoutRequest& request);

}  // namespace waferscope::views
