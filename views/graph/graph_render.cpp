// SPDX-License-Identifier: GPL-3.0-or-later
// Legend and whole pictures.
#include "views/graph/graph_painter.hpp"
#include "views/graph/graph_text.hpp"
#include "views/theme/color_bar.hpp"
#include "views/theme/format.hpp"

#include <QCoreApplication>
#include <QPainter>

#include <cmath>

namespace waferscope::views {
namespace {

constexpr int kHeading = 52, kLegend = 44, kHighLegend = 58;
constexpr double kNarrow = 480;
constexpr double kGlyph = 18, kApart = 18;  ///< swatch with its gap, gap between entries

QString tr(const char* text) {
    return QCoreApplication::translate("Graph", text);
}

void paint_swatches(QPainter& painter, const QRectF& rect, const std::vector<GraphSwatch>& swatches,
                    const Theme& theme) {
    const QFont font = theme.font(TextRole::axis);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    double width = 0;
    for (const auto& swatch : swatches) width += kGlyph + metrics.horizontalAdvance(swatch.name) + kApart;
    // One line in the middle, or as many as there are from the top.
    const double line = metrics.height() + 4;
    double x = rect.left() + 12;
    double y = width <= rect.width() - 20 ? rect.center().y() : rect.top() + 4 + line / 2;
    for (const auto& swatch : swatches) {
        const double needed = kGlyph + metrics.horizontalAdvance(swatch.name);
        if (x + needed > rect.right() - 8 && x > rect.left() + 12) {
            x = rect.left() + 12;
            y += line;
        }
        if (y + line / 2 > rect.bottom()) return;
        painter.setPen(QPen(theme.border_strong, 1));
        painter.setBrush(swatch.fill);
        painter.drawRect(QRectF(std::floor(x) + 0.5, std::floor(y) - 5.5, 11, 11));
        painter.setPen(theme.text2);
        painter.drawText(QPointF(x + kGlyph, y + metrics.capHeight() / 2), swatch.name);
        x += needed + kApart;
    }
}

ColorBarSpec bar_spec(GraphColor color, const ColorScale& scale) {
    constexpr double kPercent = 100;
    const QString name = color == GraphColor::time   ? tr("Share of operator time")
                         : color == GraphColor::macs ? tr("Share of MACs")
                                                     : tr("Share of bytes moved");
    return {.name = name,
            .scale = scale,
            .label = [](double share) { return format::number(kPercent * share); },
            .unit = QStringLiteral("%")};
}

void paint_heading(QPainter& painter, const QRectF& rect, const GraphPicture& picture, const Theme& theme) {
    painter.fillRect(rect, theme.panel);
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme.border);
    const auto& tree = *picture.tree;
    const double width = rect.width() - 24;
    const auto line = [&](TextRole role, const QColor& color, double base, const QString& text) {
        const QFont font = theme.font(role);
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(QPointF(rect.left() + 12, rect.top() + base),
                         QFontMetricsF(font).elidedText(text, Qt::ElideRight, width));
    };
    const auto& name = tree.items[tree.root()].name;
    line(TextRole::heading, theme.text, rect.height() * 0.42,
         name.empty() ? tr("Workload graph") : QString::fromStdString(name));
    line(TextRole::status, theme.text2, rect.height() * 0.82, graph_summary(tree, picture.scene));
}

void paint_bar(QPainter& painter, const QRectF& rect, const ColorBarSpec& spec, const Theme& theme) {
    if (rect.width() >= kNarrow) return paint_color_bar(painter, rect, spec, theme);
    paint_color_bar(painter, rect.adjusted(8, 4, -8, 0), spec, theme, ColorBarLayout::compact);
}

}  // namespace

int graph_legend_height(double width, const Theme& theme) {
    return theme.scaled(width < kNarrow ? kHighLegend : kLegend);
}

void paint_graph_legend(QPainter& painter, const QRectF& rect, const GraphPicture& picture, GraphColor color,
                        const Theme& theme) {
    painter.save();
    painter.fillRect(rect, theme.panel);
    const GraphPalette palette(*picture.tree, picture.scene, color, theme);
    if (palette.categories())
        paint_swatches(painter, rect, graph_swatches(*picture.tree, picture.scene, color, theme), theme);
    else
        paint_bar(painter, rect, bar_spec(color, palette.scale()), theme);
    painter.restore();
}

QImage render_graph(const core::Workload& workload, std::span<const double> seconds_of_op, const QSize& size,
                    GraphColor color, const Theme& theme) {
    const auto tree = make_graph_tree(workload, seconds_of_op);
    const GraphOpening opening(tree);
    GraphPicture picture{.workload = &workload, .tree = &tree, .scene = make_scene(tree, opening, workload)};
    if (!graph_has(tree, color)) color = best_graph_color(tree);
    const double heading = theme.scaled(kHeading), legend = graph_legend_height(size.width(), theme);
    const QRectF room(0, heading, size.width(), std::max(1.0, size.height() - heading - legend));
    picture.layout = lay_out_graph(
        layout_request(tree, workload, picture.scene, color, graph_direction(room.size()), theme));
    QImage image(size, QImage::Format_RGB32);
    QPainter painter(&image);
    paint_heading(painter, QRectF(0, 0, size.width(), heading), picture, theme);
    paint_graph(painter, room, picture, fit_graph(picture.layout.size, room), {.color = color}, theme);
    paint_graph_legend(painter, QRectF(0, room.bottom(), size.width(), legend), picture, color, theme);
    return image;
}

}  // namespace waferscope::views
