// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_painter.hpp"

#include "views/graph/graph_text.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kBoxHeight = 44, kLeastWidth = 112, kMostWidth = 260;
constexpr double kPadding = 10, kRadius = 4, kStackStep = 4;
constexpr double kFullText = 0.78;       ///< zoom from which both lines are readable
constexpr double kLeastTextHeight = 13;  ///< px a box needs for its title alone
constexpr double kTitle = 24;            ///< of a frame

QFont zoomed(const Theme& theme, TextRole role, double zoom) {
    QFont font = theme.font(role);
    font.setPixelSize(std::max(9, static_cast<int>(font.pixelSize() * zoom)));
    return font;
}

bool is_stack(const GraphItem& item, const GraphLabel& label) {
    return item.children.empty() ? false : !label.times.isEmpty();
}

QString with_shape(const GraphLabel& label) {
    return label.shape.isEmpty() ? label.title : label.title + QStringLiteral("  ") + label.shape;
}

QString frame_title(const GraphTree& tree, const core::Workload& workload, std::uint32_t item,
                    GraphColor color) {
    const auto label = graph_label(tree, workload, item, color);
    const auto title = with_shape(label);
    return label.times.isEmpty() ? title : title + QStringLiteral("  ") + label.times;
}

/// One picture being painted.
class Painting {
public:
    Painting(QPainter& painter, const GraphPicture& picture, const GraphSight& sight, const GraphLook& look,
             const Theme& theme)
        : p_(painter),
          g_(picture),
          s_(sight),
          look_(look),
          t_(theme),
          palette_(*picture.tree, picture.scene, look.color, theme) {
        for (std::uint32_t i = 0; i < g_.scene.boxes.size(); ++i) {
            if (g_.scene.boxes[i].item == look.selected) selected_ = i;
        }
    }

    void frames(const QRectF& view) {
        for (std::size_t i = 0; i < g_.layout.frames.size(); ++i) {
            const auto rect = s_.map(g_.layout.frames[i]);
            if (rect.intersects(view)) frame(rect, depth(g_.scene.frames[i]));
        }
    }

    void arrows(const QRectF& view) {
        for (const bool marked : {false, true})
            for (std::size_t i = 0; i < std::min(g_.layout.arrows.size(), g_.scene.arrows.size()); ++i) {
                const auto& arrow = g_.scene.arrows[i];
                const bool touches = arrow.from == selected_ || arrow.to == selected_;
                if (touches == marked) this->arrow(arrow, g_.layout.arrows[i], marked, view);
            }
    }

    void titles(const QRectF& view) {
        for (std::size_t i = 0; i < g_.layout.frames.size(); ++i) {
            const auto rect = s_.map(g_.layout.frames[i]);
            if (rect.intersects(view)) title(g_.scene.frames[i], rect);
        }
    }

    void boxes(const QRectF& view) {
        for (std::size_t i = 0; i < g_.layout.boxes.size(); ++i) {
            const auto rect = s_.map(g_.layout.boxes[i]);
            if (rect.intersects(view)) box(g_.scene.boxes[i].item, rect);
        }
        mark(look_.hovered, 1);
        mark(look_.selected, 2);
    }

private:
    [[nodiscard]] int depth(const GraphFrame& of) const {
        int levels = 0;
        for (auto f = of.frame; f < g_.scene.frames.size(); f = g_.scene.frames[f].frame) ++levels;
        return levels;
    }

    void frame(const QRectF& rect, int level) {
        p_.setRenderHint(QPainter::Antialiasing);
        p_.setPen(QPen(t_.border, 1));
        p_.setBrush(frame_fill(level));
        p_.drawRoundedRect(rect, kRadius + 2, kRadius + 2);
    }

    /// On a patch of the frame's colour, because arrows pass behind it.
    void title(const GraphFrame& of, const QRectF& rect) {
        if (rect.height() < kLeastTextHeight * 2) return;
        const auto label = graph_label(*g_.tree, *g_.workload, of.item, look_.color);
        const double zoom = std::min(s_.zoom, 1.0), gap = 12 * zoom, pad = kPadding * s_.zoom;
        const QFont strong = zoomed(t_, TextRole::title, zoom), small = zoomed(t_, TextRole::axis, zoom);
        const QFontMetricsF metrics(strong), tiny(small);
        const double room = rect.width() - 2 * pad, middle = rect.top() + (4 + kTitle / 2) * s_.zoom;
        const auto name = metrics.elidedText(frame_title(*g_.tree, *g_.workload, of.item, look_.color),
                                             Qt::ElideRight, room);
        const double used = metrics.horizontalAdvance(name), more = tiny.horizontalAdvance(label.detail);
        const bool detailed = s_.zoom >= kFullText && used + gap + more <= room;
        const double base = middle + metrics.capHeight() / 2, left = rect.left() + pad;
        const double height = metrics.height(), width = detailed ? used + gap + more : used;
        p_.fillRect(QRectF(left - 2, middle - height / 2, width + 4, height), frame_fill(depth(of)));
        p_.setFont(strong);
        p_.setPen(t_.text2);
        p_.drawText(QPointF(left, base), name);
        if (!detailed) return;
        p_.setFont(small);
        p_.setPen(t_.text3);
        p_.drawText(QPointF(left + used + gap, base), label.detail);
    }

    [[nodiscard]] const QColor& frame_fill(int level) const { return level % 2 == 0 ? t_.panel : t_.raised; }

    void arrow(const GraphArrow& of, const QPainterPath& path, bool marked, const QRectF& view) {
        if (path.isEmpty()) return;
        QTransform transform;
        transform.translate(s_.origin.x(), s_.origin.y());
        transform.scale(s_.zoom, s_.zoom);
        const QPainterPath line = transform.map(path);
        if (!line.controlPointRect().adjusted(-4, -4, 4, 4).intersects(view)) return;
        // What is selected stands out: the other arrows step back.
        const QColor plain = selected_ != kNoItem ? t_.border : t_.border_strong;
        const QColor color = marked ? t_.accent : plain;
        // 1 px up to a megabyte, half a pixel more for every ten times as much.
        const double width =
            std::clamp(1.0 + 0.5 * std::log10(std::max(1.0, of.bytes / 1e6)), 1.0, 3.0) + (marked ? 0.6 : 0);
        p_.setRenderHint(QPainter::Antialiasing);
        p_.setBrush(Qt::NoBrush);
        p_.setPen(QPen(color, width * std::clamp(s_.zoom, 0.6, 1.2)));
        p_.drawPath(line);
        if (s_.zoom < 0.3) return;
        const QPointF tip = line.currentPosition();
        const double angle = line.angleAtPercent(1) * M_PI / 180;
        const double size = (5 + width) * std::clamp(s_.zoom, 0.6, 1.2);
        const QPointF along(std::cos(angle), -std::sin(angle)), aside(-along.y(), along.x());
        const std::array head{tip, tip - along * size + aside * size * 0.45,
                              tip - along * size - aside * size * 0.45};
        p_.setPen(Qt::NoPen);
        p_.setBrush(color);
        p_.drawConvexPolygon(head.data(), static_cast<int>(head.size()));
    }

    void box(std::uint32_t id, const QRectF& rect) {
        const auto& item = g_.tree->items[id];
        const auto label = graph_label(*g_.tree, *g_.workload, id, look_.color);
        const auto colors = palette_.of(item);
        p_.setRenderHint(QPainter::Antialiasing);
        const double radius = kRadius * std::min(1.0, s_.zoom);
        if (is_stack(item, label))
            for (const int i : {2, 1}) {
                const double d = i * kStackStep * s_.zoom * 0.75;
                p_.setPen(QPen(t_.border_strong, 1));
                p_.setBrush(colors.fill.darker(100 + 22 * i));
                p_.drawRoundedRect(rect.translated(d, d), radius, radius);
            }
        p_.setPen(QPen(t_.is_light() ? QColor(0, 0, 0, 64) : t_.border_strong, 1));
        p_.setBrush(colors.fill);
        p_.drawRoundedRect(rect, radius, radius);
        text(label, rect, colors.text);
    }

    void text(const GraphLabel& label, const QRectF& rect, const QColor& color) {
        if (rect.height() < kLeastTextHeight) return;
        p_.setPen(color);
        const bool full = s_.zoom >= kFullText;
        const double pad = kPadding * s_.zoom * (full ? 1 : 0.5);
        const QRectF inner = rect.adjusted(pad, 0, -pad, 0);
        const QFont strong = zoomed(t_, TextRole::base_strong, s_.zoom);
        const QFontMetricsF metrics(strong);
        p_.setFont(strong);
        const double base = full ? rect.top() + rect.height() * 0.29 : rect.center().y();
        const double down = metrics.capHeight() / 2;
        const double times =
            label.times.isEmpty() ? 0 : metrics.horizontalAdvance(label.times) + 14 * s_.zoom;
        const double room = inner.width() - times;
        const auto whole = with_shape(label);
        const auto title = metrics.horizontalAdvance(whole) <= room
                               ? whole
                               : metrics.elidedText(label.title, Qt::ElideMiddle, room);
        if (title.size() > 2 || title == whole) p_.drawText(QPointF(inner.left(), base + down), title);
        if (times > 0 && times < inner.width()) {
            const double text = metrics.horizontalAdvance(label.times), height = metrics.height() * 0.92;
            const QRectF pill(inner.right() - text - 4 * s_.zoom, base - height / 2, text + 8 * s_.zoom,
                              height);
            QColor frame = color;
            frame.setAlpha(150);
            p_.setPen(QPen(frame, 1));
            p_.setBrush(Qt::NoBrush);
            p_.drawRoundedRect(pill, 3, 3);
            p_.setPen(color);
            p_.drawText(QPointF(inner.right() - text, base + down), label.times);
        }
        if (!full) return;
        const QFont small = zoomed(t_, TextRole::axis, s_.zoom);
        const QFontMetricsF tiny(small);
        p_.setFont(small);
        const double second = rect.top() + rect.height() * 0.72 + tiny.capHeight() / 2;
        const double share = label.share.isEmpty() ? 0 : tiny.horizontalAdvance(label.share) + 10 * s_.zoom;
        p_.drawText(QPointF(inner.left(), second),
                    tiny.elidedText(label.detail, Qt::ElideRight, inner.width() - share));
        if (share > 0) p_.drawText(QPointF(inner.right() - share + 10 * s_.zoom, second), label.share);
    }

    void mark(std::uint32_t item, double width) {
        if (item == kNoItem) return;
        for (std::size_t i = 0; i < g_.layout.frames.size(); ++i)
            if (g_.scene.frames[i].item == item) {
                draw_mark_rect(p_, t_, s_.map(g_.layout.frames[i]), width);
                return;
            }
        const auto box = g_.scene.box_showing(*g_.tree, item);
        if (box != kNoItem) draw_mark_rect(p_, t_, s_.map(g_.layout.boxes[box]), width);
    }

    QPainter& p_;
    const GraphPicture& g_;
    const GraphSight& s_;
    const GraphLook& look_;
    const Theme& t_;
    GraphPalette palette_;
    std::uint32_t selected_ = kNoItem;
};

}  // namespace

GraphLayoutRequest layout_request(const GraphTree& tree, const core::Workload& workload,
                                  const GraphScene& scene, GraphColor color, GraphDirection direction,
                                  const Theme& theme) {
    const QFontMetricsF strong(theme.font(TextRole::base_strong)), small(theme.font(TextRole::axis));
    GraphLayoutRequest request{.direction = direction, .title_height = kTitle * theme.font_scale};
    for (const auto& box : scene.boxes) {
        const auto label = graph_label(tree, workload, box.item, color);
        const double title = strong.horizontalAdvance(with_shape(label)) +
                             (label.times.isEmpty() ? 0 : strong.horizontalAdvance(label.times) + 16);
        const double detail = small.horizontalAdvance(label.detail) +
                              (label.share.isEmpty() ? 0 : small.horizontalAdvance(label.share) + 14);
        const double width = std::clamp(std::max(title, detail) + 2 * kPadding + 2, kLeastWidth,
                                        kMostWidth * theme.font_scale);
        request.boxes.push_back(
            {QSizeF(std::ceil(width), theme.scaled(static_cast<int>(kBoxHeight))), box.frame});
    }
    const QFontMetricsF heading(theme.font(TextRole::title));
    for (const auto& frame : scene.frames)
        request.frames.push_back(
            {frame.frame, std::min(kMostWidth, heading.horizontalAdvance(
                                                   frame_title(tree, workload, frame.item, color)))});
    for (const auto& arrow : scene.arrows) request.arrows.push_back({arrow.from, arrow.to});
    return request;
}

GraphSight fit_graph(const QSizeF& size, const QRectF& rect) {
    constexpr double kMargin = 14, kLargest = 1.25;
    GraphSight sight;
    const double w = std::max(1.0, rect.width() - 2 * kMargin),
                 h = std::max(1.0, rect.height() - 2 * kMargin);
    if (size.width() > 0 && size.height() > 0)
        sight.zoom = std::min({kLargest, w / size.width(), h / size.height()});
    sight.origin = {rect.center().x() - size.width() * sight.zoom / 2,
                    rect.center().y() - size.height() * sight.zoom / 2};
    return sight;
}

GraphDirection graph_direction(const QSizeF& room) {
    return room.width() > 2.2 * room.height() ? GraphDirection::right : GraphDirection::down;
}

void paint_graph(QPainter& painter, const QRectF& rect, const GraphPicture& picture, const GraphSight& sight,
                 const GraphLook& look, const Theme& theme) {
    painter.save();
    painter.setClipRect(rect);
    painter.fillRect(rect, theme.sunken);
    Painting painting(painter, picture, sight, look, theme);
    painting.frames(rect);
    painting.arrows(rect);
    painting.titles(rect);
    painting.boxes(rect);
    painter.restore();
}

std::uint32_t graph_item_at(const GraphPicture& picture, const GraphSight& sight, QPointF point,
                            const Theme& theme) {
    const QPointF at = sight.unmap(point);
    for (std::size_t i = picture.layout.boxes.size(); i-- > 0;)
        if (picture.layout.boxes[i].contains(at)) return picture.scene.boxes[i].item;
    for (std::size_t i = picture.layout.frames.size(); i-- > 0;) {
        QRectF title = picture.layout.frames[i];
        title.setHeight(std::min(title.height(), (kTitle + 6) * theme.font_scale));
        if (title.contains(at)) return picture.scene.frames[i].item;
    }
    return kNoItem;
}

}  // namespace waferscope::views
