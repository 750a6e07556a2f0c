// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_colors.hpp"

#include <QCoreApplication>

#include <algorithm>

namespace waferscope::views {
namespace {

using core::OpKind;
using core::SliceKind;

QString tr(const char* text) {
    return QCoreApplication::translate("Graph", text);
}

/// Boxes wear the colours of the timeline's slices.
SliceKind slice_kind(OpKind kind) {
    switch (kind) {
        case OpKind::conv:
        case OpKind::gemm:
        case OpKind::recurrent:
            return SliceKind::gemm;
        case OpKind::matmul:
        case OpKind::attention:
            return SliceKind::attention;
        case OpKind::norm:
        case OpKind::softmax:
        case OpKind::activation:
        case OpKind::elementwise:
        case OpKind::pool:
        case OpKind::reduce:
            return SliceKind::norm;
        case OpKind::embedding:
            return SliceKind::embedding;
        case OpKind::optimizer:
            return SliceKind::optimizer;
        case OpKind::collective:
            return SliceKind::collective;
        case OpKind::data_movement:
            return SliceKind::send_recv;
        case OpKind::constant:
        case OpKind::other:
            return SliceKind::wait;
    }
    return SliceKind::wait;
}

QString kind_name(SliceKind kind) {
    switch (kind) {
        case SliceKind::gemm:
            return tr("matrix products, convolutions");
        case SliceKind::attention:
            return tr("attention");
        case SliceKind::norm:
            return tr("norm, softmax, element-wise");
        case SliceKind::embedding:
            return tr("embedding");
        case SliceKind::optimizer:
            return tr("optimiser");
        case SliceKind::collective:
            return tr("collectives");
        case SliceKind::send_recv:
            return tr("reshape, transpose, slice");
        case SliceKind::gradients:
        case SliceKind::weight_stream:
        case SliceKind::wait:
            break;
    }
    return tr("constants, other");
}

/// The provenance most operators inside have; the weaker one wins a tie.
core::Provenance main_provenance(const GraphItem& item) {
    return static_cast<core::Provenance>(std::ranges::max_element(item.provenance) - item.provenance.begin());
}

QColor provenance_fill(core::Provenance provenance, const Theme& theme) {
    switch (provenance) {
        case core::Provenance::inferred:
            return theme.kind(SliceKind::optimizer).fill;
        case core::Provenance::declared:
            return theme.kind(SliceKind::gemm).fill;
        case core::Provenance::measured:
            return theme.kind(SliceKind::attention).fill;
    }
    return theme.no_data;
}

}  // namespace

QString provenance_name(core::Provenance provenance) {
    switch (provenance) {
        case core::Provenance::inferred:
            return tr("inferred");
        case core::Provenance::declared:
            return tr("declared");
        case core::Provenance::measured:
            return tr("measured");
    }
    return {};
}

QString graph_color_name(GraphColor color) {
    switch (color) {
        case GraphColor::kind:
            return tr("Kind");
        case GraphColor::time:
            return tr("Time");
        case GraphColor::macs:
            return tr("MACs");
        case GraphColor::bytes:
            return tr("Bytes moved");
        case GraphColor::provenance:
            return tr("Provenance");
    }
    return {};
}

double graph_value(const GraphItem& item, GraphColor color) {
    return color == GraphColor::time    ? item.seconds
           : color == GraphColor::macs  ? item.macs
           : color == GraphColor::bytes ? item.bytes
                                        : 0;
}

double graph_total(const GraphTree& tree, GraphColor color) {
    return color == GraphColor::time    ? tree.seconds
           : color == GraphColor::macs  ? tree.macs
           : color == GraphColor::bytes ? tree.bytes
                                        : 0;
}

bool graph_has(const GraphTree& tree, GraphColor color) {
    return color == GraphColor::kind || color == GraphColor::provenance || graph_total(tree, color) > 0;
}

GraphColor best_graph_color(const GraphTree& tree) {
    for (const auto color : {GraphColor::time, GraphColor::macs, GraphColor::bytes})
        if (graph_has(tree, color)) return color;
    return GraphColor::kind;
}

GraphPalette::GraphPalette(const GraphTree& tree, const GraphScene& scene, GraphColor color,
                           const Theme& theme)
    : tree_(tree), color_(color), theme_(theme) {
    const double total = graph_total(tree, color);
    double most = 0;
    for (const auto& box : scene.boxes)
        if (total > 0) most = std::max(most, graph_value(tree.items[box.item], color) / total);
    scale_ = {.low = 0, .high = most > 0 ? most : 1};
}

bool GraphPalette::categories() const {
    return color_ == GraphColor::kind || color_ == GraphColor::provenance;
}

GraphFill GraphPalette::of(const GraphItem& item) const {
    if (color_ == GraphColor::kind) {
        const auto& kind = theme_.kind(slice_kind(item.main_kind));
        return {kind.fill, kind.label};
    }
    QColor fill = theme_.no_data;
    if (color_ == GraphColor::provenance) {
        fill = provenance_fill(main_provenance(item), theme_);
    } else if (const double total = graph_total(tree_, color_); total > 0) {
        fill = QColor::fromRgb(scale_.color(graph_value(item, color_) / total));
    }
    return {fill, readable_on(fill)};
}

std::vector<GraphSwatch> graph_swatches(const GraphTree& tree, const GraphScene& scene, GraphColor color,
                                        const Theme& theme) {
    std::vector<GraphSwatch> out;
    if (color == GraphColor::kind) {
        std::array<bool, core::kSliceKinds> seen{};
        for (const auto& box : scene.boxes)
            seen.at(static_cast<std::size_t>(slice_kind(tree.items[box.item].main_kind))) = true;
        for (std::size_t i = 0; i < seen.size(); ++i)
            if (seen.at(i)) out.push_back({kind_name(static_cast<SliceKind>(i)), theme.kinds.at(i).fill});
    }
    if (color == GraphColor::provenance) {
        std::array<bool, 3> seen{};
        for (const auto& box : scene.boxes)
            seen.at(static_cast<std::size_t>(main_provenance(tree.items[box.item]))) = true;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            const auto provenance = static_cast<core::Provenance>(i);
            if (seen.at(i)) out.push_back({provenance_name(provenance), provenance_fill(provenance, theme)});
        }
    }
    return out;
}

}  // namespace waferscope::views
