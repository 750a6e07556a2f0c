// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/graph/graph_scene.hpp"
#include "views/theme/color_map.hpp"
#include "views/theme/theme.hpp"

#include <QString>

#include <vector>

namespace waferscope::views {

/// What the colour of a box means.
enum class GraphColor : std::uint8_t { kind, time, macs, bytes, provenance };
inline constexpr std::array kGraphColors{GraphColor::kind, GraphColor::time, GraphColor::macs,
                                         GraphColor::bytes, GraphColor::provenance};

/// "Kind", "Time", "MACs", "Bytes moved", "Provenance".
QString graph_color_name(GraphColor color);
/// Whether the graph has what `color` shows; time needs a run whose timeline names operators.
bool graph_has(const GraphTree& tree, GraphColor color);
/// Time, else MACs, else bytes, else kind.
GraphColor best_graph_color(const GraphTree& tree);

/// The figure of an item that `color` shows, and that of the whole graph. 0 for kind and provenance.
double graph_value(const GraphItem& item, GraphColor color);
double graph_total(const GraphTree& tree, GraphColor color);

/// Fill of an item and the colour of text that is readable on it.
struct GraphFill {
    QColor fill, text;
};

/// The colours of one picture: shares of the whole graph, 0 to the largest of the boxes.
class GraphPalette {
public:
    GraphPalette(const GraphTree& tree, const GraphScene& scene, GraphColor color, const Theme& theme);
    [[nodiscard]] GraphFill of(const GraphItem& item) const;
    [[nodiscard]] const ColorScale& scale() const { return scale_; }
    [[nodiscard]] bool categories() const;

private:
    const GraphTree& tree_;
    GraphColor color_;
    const Theme& theme_;
    ColorScale scale_;
};

/// One entry of a legend of categories.
struct GraphSwatch {
    QString name;
    QColor fill;
};
/// The categories that are on the picture.
std::vector<GraphSwatch> graph_swatches(const GraphTree& tree, const GraphScene& scene, GraphColor color,
                                        const Theme& theme);

/// "inferred", "declared", "measured".
QString provenance_name(core::Provenance provenance);

}  // namespace waferscope::views
