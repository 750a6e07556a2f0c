// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_layout.hpp"

#include <algorithm>

namespace waferscope::views {
namespace {

constexpr double kGap = 18, kRowGap = 34, kFrameMargin = 10;

/// Longest way from a box without producers; arrows that lead back in the list are left out, so there is one.
std::vector<std::size_t> ranks(const GraphLayoutRequest& request) {
    std::vector<std::vector<std::uint32_t>> readers(request.boxes.size());
    for (const auto& arrow : request.arrows)
        if (arrow.from < arrow.to && arrow.to < request.boxes.size()) readers[arrow.from].push_back(arrow.to);
    std::vector<std::size_t> rank(request.boxes.size(), 0);
    for (std::size_t i = 0; i < readers.size(); ++i)
        for (const auto to : readers[i]) rank[to] = std::max(rank[to], rank[i] + 1);
    return rank;
}

QRectF around(const QRectF& a, const QRectF& b) {
    return a.isNull() ? b : a.united(b);
}

}  // namespace

GraphLayout lay_out_plainly(const GraphLayoutRequest& request) {
    const bool down = request.direction == GraphDirection::down;
    const auto rank = ranks(request);
    GraphLayout out;
    out.boxes.resize(request.boxes.size());
    std::size_t rows = 0;
    for (const auto r : rank) rows = std::max(rows, r + 1);
    std::vector<double> across(rows, 0), depth(rows, 0);
    for (std::size_t i = 0; i < rank.size(); ++i) {
        const auto size = request.boxes[i].size;
        depth[rank[i]] = std::max(depth[rank[i]], down ? size.height() : size.width());
    }
    std::vector<double> start(rows + 1, 0);
    for (std::size_t r = 0; r < rows; ++r) start[r + 1] = start[r] + depth[r] + kRowGap;
    for (std::size_t i = 0; i < rank.size(); ++i) {
        const auto size = request.boxes[i].size;
        double& at = across[rank[i]];
        out.boxes[i] =
            down ? QRectF(QPointF(at, start[rank[i]]), size) : QRectF(QPointF(start[rank[i]], at), size);
        at += (down ? size.width() : size.height()) + kGap;
    }
    QRectF all;
    out.frames.resize(request.frames.size());
    for (std::size_t i = 0; i < out.boxes.size(); ++i) {
        all = around(all, out.boxes[i]);
        for (auto f = request.boxes[i].frame; f < out.frames.size(); f = request.frames[f].frame)
            out.frames[f] = around(out.frames[f], out.boxes[i]);
    }
    for (auto& frame : out.frames) {
        frame.adjust(-kFrameMargin, -request.title_height, kFrameMargin, kFrameMargin);
        all = around(all, frame);
    }
    for (auto& box : out.boxes) box.translate(-all.topLeft());
    for (auto& frame : out.frames) frame.translate(-all.topLeft());
    out.size = all.size();
    for (const auto& arrow : request.arrows) {
        QPainterPath path;
        if (arrow.from < out.boxes.size() && arrow.to < out.boxes.size()) {
            const auto &from = out.boxes[arrow.from], &to = out.boxes[arrow.to];
            path.moveTo(down ? QPointF(from.center().x(), from.bottom())
                             : QPointF(from.right(), from.center().y()));
            path.lineTo(down ? QPointF(to.center().x(), to.top()) : QPointF(to.left(), to.center().y()));
        }
        out.arrows.push_back(path);
    }
    return out;
}

}  // namespace waferscope::views
