// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/slicing_tree.hpp"

#include <algorithm>
#include <cstdlib>

namespace waferscope::sim {
namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

}  // namespace

SlicingLayout::SlicingLayout(const PlacementProblem& problem, std::shared_ptr<const ShapeTable> table,
                             SlicingTree tree)
    : problem_(&problem), table_(std::move(table)), tree_(std::move(tree)) {
    const auto nodes = tree_.nodes.size();
    curves_.resize(2 * nodes);
    curve_of_.assign(nodes, -1);
    for (std::size_t i = 0; i < curves_.size(); ++i) {
        curves_[i].height_at.resize(table_->domain);
        curves_[i].width_at.resize(table_->domain);
    }
    int next = 0;
    for (std::size_t node = 0; node < nodes; ++node)
        if (!tree_.is_leaf(static_cast<int>(node))) curve_of_[node] = next++;
    for (int i = static_cast<int>(curves_.size()) - 1; i >= next; --i) free_curves_.push_back(i);
    boxes_.resize(nodes);
    touched_.assign(nodes, false);
    centre_x_.resize(tree_.leaf_count());
    centre_y_.resize(tree_.leaf_count());
}

void SlicingLayout::begin() {
    saved_tree_ = tree_;
    saved_curve_of_ = curve_of_;
    saved_table_ = table_;
    taken_curves_.clear();
}

void SlicingLayout::touch(int node) {
    // Curves of the node and of all above it are stale; each gets a fresh entry once per edit.
    for (; node >= 0 && !touched_[at(node)]; node = tree_.nodes[at(node)].parent) {
        touched_[at(node)] = true;
        touched_nodes_.push_back(node);
        if (tree_.is_leaf(node)) continue;
        const int fresh = free_curves_.back();
        free_curves_.pop_back();
        taken_curves_.push_back(fresh);
        curves_[at(fresh)].has_height_at = curves_[at(fresh)].has_width_at = false;
        curve_of_[at(node)] = fresh;
    }
}

void SlicingLayout::use_table(std::shared_ptr<const ShapeTable> table) {
    table_ = std::move(table);
    for (std::size_t leaf = 0; leaf < tree_.leaf_count(); ++leaf) touch(static_cast<int>(leaf));
}

void SlicingLayout::accept() {
    for (std::size_t node = 0; node < curve_of_.size(); ++node)
        if (curve_of_[node] != saved_curve_of_[node] && saved_curve_of_[node] >= 0)
            free_curves_.push_back(saved_curve_of_[node]);
    for (const int node : touched_nodes_) touched_[at(node)] = false;
    touched_nodes_.clear();
}

void SlicingLayout::reject() {
    for (const int curve : taken_curves_) free_curves_.push_back(curve);
    std::swap(tree_, saved_tree_);
    std::swap(curve_of_, saved_curve_of_);
    table_ = saved_table_;
    for (const int node : touched_nodes_) touched_[at(node)] = false;
    touched_nodes_.clear();
}

std::span<const Side> SlicingLayout::heights(int node) {
    if (tree_.is_leaf(node)) return kind_of(node).height_at;
    auto& curves = curves_[at(curve_of_[at(node)])];
    if (!curves.has_height_at) {
        const auto& n = tree_.nodes[at(node)];
        if (n.stacked) {
            const auto a = heights(n.first), b = heights(n.second);
            add_curves(a, b, curves.height_at);
        } else {
            invert_curve(widths(node), curves.height_at);
        }
        curves.has_height_at = true;
    }
    return curves.height_at;
}

std::span<const Side> SlicingLayout::widths(int node) {
    if (tree_.is_leaf(node)) return kind_of(node).width_at;
    auto& curves = curves_[at(curve_of_[at(node)])];
    if (!curves.has_width_at) {
        const auto& n = tree_.nodes[at(node)];
        if (!n.stacked) {
            const auto a = widths(n.first), b = widths(n.second);
            add_curves(a, b, curves.width_at);
        } else {
            invert_curve(heights(node), curves.width_at);
        }
        curves.has_width_at = true;
    }
    return curves.width_at;
}

bool SlicingLayout::size(int node, bool by_width, int limit) {
    auto& box = boxes_[at(node)];
    if (limit >= static_cast<int>(table_->domain)) return false;
    if (tree_.is_leaf(node)) {
        const auto& kind = kind_of(node);
        box.shape = by_width ? kind.at_width[at(limit)] : kind.at_height[at(limit)];
        if (box.shape < 0) return false;
        const auto& rect = kind.shapes[at(box.shape)].rect;
        box.width = rect.width;
        box.height = rect.height;
        return true;
    }
    const auto& n = tree_.nodes[at(node)];
    if (by_width != n.stacked) {
        limit = n.stacked ? widths(node)[at(limit)] : heights(node)[at(limit)];
        if (limit >= static_cast<int>(table_->domain)) return false;
    }
    if (!size(n.first, n.stacked, limit) || !size(n.second, n.stacked, limit)) return false;
    const auto& a = boxes_[at(n.first)];
    const auto& b = boxes_[at(n.second)];
    box.width = n.stacked ? std::max(a.width, b.width) : a.width + b.width;
    box.height = n.stacked ? a.height + b.height : std::max(a.height, b.height);
    return true;
}

void SlicingLayout::place(int node, int x, int y) {
    auto& box = boxes_[at(node)];
    box.x = x;
    box.y = y;
    if (tree_.is_leaf(node)) {
        centre_x_[at(node)] = 2 * x + box.width;
        centre_y_[at(node)] = 2 * y + box.height;
        return;
    }
    const auto& n = tree_.nodes[at(node)];
    const auto& a = boxes_[at(n.first)];
    const auto& b = boxes_[at(n.second)];
    if (n.stacked) {
        place(n.first, x + (box.width - a.width) / 2, y);
        place(n.second, x + (box.width - b.width) / 2, y + a.height);
    } else {
        place(n.first, x, y + (box.height - a.height) / 2);
        place(n.second, x + a.width, y + (box.height - b.height) / 2);
    }
}

SlicingLayout::Measure SlicingLayout::measure() {
    Measure measure;
    const bool by_width = tree_.is_leaf(tree_.root) || tree_.nodes[at(tree_.root)].stacked;
    if (!size(tree_.root, by_width, tree_.root_limit)) return measure;
    measure.possible = true;
    const auto& root = boxes_[at(tree_.root)];
    measure.overflow =
        std::max(0, root.width - problem_->grid.columns) + std::max(0, root.height - problem_->grid.rows);
    place(tree_.root, 0, 0);
    for (std::size_t leaf = 0; leaf < tree_.leaf_count(); ++leaf)
        measure.time = std::max(measure.time,
                                kind_of(static_cast<int>(leaf)).shapes[at(boxes_[leaf].shape)].option.time);
    for (const auto& edge : problem_->edges)
        measure.wire_length += edge.weight * (std::abs(centre_x_[edge.from] - centre_x_[edge.to]) +
                                              std::abs(centre_y_[edge.from] - centre_y_[edge.to]));
    measure.wire_length /= 2;
    return measure;
}

std::vector<PlacedShape> SlicingLayout::placed() const {
    std::vector<PlacedShape> kernels;
    for (std::size_t leaf = 0; leaf < tree_.leaf_count(); ++leaf) {
        auto shape = kind_of(static_cast<int>(leaf)).shapes[at(boxes_[leaf].shape)];
        shape.rect.x = boxes_[leaf].x;
        shape.rect.y = boxes_[leaf].y;
        kernels.push_back(shape);
    }
    return kernels;
}

}  // namespace waferscope::sim
