// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/graph/graph_tree.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace waferscope::views {

/// Which groups of a tree are open. The root always is.
class GraphOpening {
public:
    /// Collapsed, but for what is needed to see more than a handful of boxes.
    explicit GraphOpening(const GraphTree& tree);
    [[nodiscard]] bool is_open(std::uint32_t item) const { return open_[item]; }
    /// Opens `item` and the groups around it. Groups opened longest ago close when the boxes would be more
    /// than kMostBoxes.
    void open(std::uint32_t item);
    /// Closes `item` and everything inside.
    void close(std::uint32_t item);
    /// Opens the groups around `item`, so that it is a box.
    void reveal(std::uint32_t item);
    [[nodiscard]] std::size_t boxes() const;

private:
    void make_room(std::uint32_t item);
    [[nodiscard]] std::uint32_t next_to_open() const;
    const GraphTree& tree_;
    std::vector<bool> open_;
    std::vector<std::uint32_t> history_;  ///< open items, the latest last
};

inline constexpr std::size_t kMostBoxes = 500;

/// A box on the picture.
struct GraphBox {
    std::uint32_t item = kNoItem;
    std::uint32_t frame = kNoItem;  ///< innermost open group around it, an index into frames
};

/// An open group: a frame around its boxes.
struct GraphFrame {
    std::uint32_t item = kNoItem;
    std::uint32_t frame = kNoItem;  ///< the one around it; comes earlier in the list
};

/// Data between two boxes: all tensors from one to the other together.
struct GraphArrow {
    std::uint32_t from = 0, to = 0;  ///< boxes
    std::uint32_t tensors = 0;
    double bytes = 0;  ///< of known shapes
};

/// What is to be drawn: boxes in the order of execution.
struct GraphScene {
    std::vector<GraphBox> boxes;
    std::vector<GraphFrame> frames;
    std::vector<GraphArrow> arrows;          ///< by from, then to
    std::vector<std::uint32_t> box_of_item;  ///< kNoItem for items that are no box themselves
    /// The box that shows `item`: itself or the closed group around it; kNoItem when it is an open group.
    [[nodiscard]] std::uint32_t box_showing(const GraphTree& tree, std::uint32_t item) const;
};

GraphScene make_scene(const GraphTree& tree, const GraphOpening& opening, const core::Workload& workload);

/// Items whose operator's name or type, or whose own name, holds all words of `text`, whatever their case:
/// the best first (equal, begins with, holds; operators before groups), then by order of execution; at most
/// `limit`.
std::vector<std::uint32_t> search_graph(const GraphTree& tree, const core::Workload& workload,
                                        const std::string& text, std::size_t limit);

}  // namespace waferscope::views
