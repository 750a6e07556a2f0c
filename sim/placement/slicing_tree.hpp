// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/problem.hpp"
#include "sim/placement/shape_curve.hpp"

#include <memory>
#include <vector>

namespace waferscope::sim {

/// A slicing floorplan: leaves are kernels, an inner node puts its two children on top of each other
/// (stacked) or side by side. Nodes 0 .. n-1 are the leaves of kernels 0 .. n-1, the rest are inner nodes; n
/// >= 1.
struct SlicingTree {
    struct Node {
        int parent = -1, first = -1, second = -1;  ///< -1 = none; first lies nearer the origin
        bool stacked = false;
    };
    std::vector<Node> nodes;
    int root = 0;
    int root_limit = 0;  ///< most width (stacked root, single kernel) or height of the whole, tiles

    [[nodiscard]] bool is_leaf(int node) const { return nodes[static_cast<std::size_t>(node)].first < 0; }
    [[nodiscard]] std::size_t leaf_count() const { return (nodes.size() + 1) / 2; }
};

/// A slicing tree with its shape curves, kept up to date under local edits. Every kernel gets the shape that
/// makes the whole least high (or wide) within tree.root_limit; boxes are centred in the room of their node.
class SlicingLayout {
public:
    SlicingLayout(const PlacementProblem& problem, std::shared_ptr<const ShapeTable> table, SlicingTree tree);

    [[nodiscard]] const SlicingTree& tree() const { return tree_; }
    [[nodiscard]] const ShapeTable& table() const { return *table_; }

    /// An edit: begin(), change tree() nodes through edit(), name every inner node whose children or cut
    /// changed by touch(), then measure(). accept() keeps it, reject() restores the tree of begin().
    void begin();
    SlicingTree& edit() { return tree_; }
    void touch(int node);
    void use_table(std::shared_ptr<const ShapeTable> table);  ///< part of an edit: touches everything
    void accept();
    void reject();

    struct Measure {
        bool possible = false;  ///< every kernel has a shape within the curves' domain
        int overflow = 0;       ///< tiles beyond the grid in the free direction
        double time = 0;
        double wire_length = 0;
    };
    Measure measure();

    /// Of the last measure(); legal when its overflow was 0.
    [[nodiscard]] std::vector<PlacedShape> placed() const;

private:
    struct Curves {
        Curve height_at, width_at;
        bool has_height_at = false, has_width_at = false;
    };
    struct Box {
        int width = 0, height = 0, x = 0, y = 0;
        int shape = -1;
    };

    const KindShapes& kind_of(int leaf) const {
        return table_->kinds[problem_->kernels[static_cast<std::size_t>(leaf)].kind];
    }
    std::span<const Side> heights(int node);
    std::span<const Side> widths(int node);
    bool size(int node, bool by_width, int limit);
    void place(int node, int x, int y);

    const PlacementProblem* problem_;
    std::shared_ptr<const ShapeTable> table_;
    SlicingTree tree_;
    std::vector<Curves> curves_;  ///< pool
    std::vector<int> curve_of_;   ///< inner node -> entry of curves_, -1 for leaves
    std::vector<int> free_curves_;
    std::vector<Box> boxes_;
    std::vector<std::int32_t> centre_x_, centre_y_;  ///< doubled

    // What begin() saved.
    SlicingTree saved_tree_;
    std::vector<int> saved_curve_of_;
    std::vector<int> taken_curves_;
    std::shared_ptr<const ShapeTable> saved_table_;
    std::vector<bool> touched_;
    std::vector<int> touched_nodes_;
};

}  // namespace waferscope::sim
