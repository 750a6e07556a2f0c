// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_scene.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace waferscope::views {
namespace {

using Id = std::uint32_t;

constexpr std::size_t kHandful = 6;      ///< so few boxes say too little
constexpr std::size_t kFirstBoxes = 40;  ///< opened at first, at most

/// Whether `group` is `inner` or around it.
bool holds(const GraphTree& tree, Id group, Id inner) {
    while (inner != kNoItem && inner != group) inner = tree.items[inner].parent;
    return inner == group;
}

/// Boxes a group adds when it opens.
std::size_t more(const GraphTree& tree, Id item) {
    return tree.items[item].children.size() - 1;
}

/// One arrow per pair of boxes; a tensor that several operators of a box read counts once.
void add_arrows(GraphScene& scene, const GraphTree& tree, const std::vector<Id>& box,
                const core::Workload& workload) {
    using Link = std::array<Id, 3>;  // from, to, tensor
    std::vector<Link> links;
    for (const auto& edge : workload.edges) {
        if (edge.from >= tree.item_of_op.size() || edge.to >= tree.item_of_op.size()) continue;
        const Id from = box[tree.item_of_op[edge.from]], to = box[tree.item_of_op[edge.to]];
        if (from != to && from != kNoItem && to != kNoItem) links.push_back({from, to, edge.tensor});
    }
    std::ranges::sort(links);
    const auto repeated = std::ranges::unique(links);
    links.erase(repeated.begin(), repeated.end());
    for (const auto& [from, to, tensor] : links) {
        if (scene.arrows.empty() || scene.arrows.back().from != from || scene.arrows.back().to != to)
            scene.arrows.push_back({from, to});
        auto& arrow = scene.arrows.back();
        ++arrow.tensors;
        if (tensor >= workload.tensors.size()) continue;
        const auto& t = workload.tensors[tensor];
        arrow.bytes += static_cast<double>(t.elements()) * core::bytes_per_element(t.dtype);
    }
}

}  // namespace

/// The group to open next so that the first picture says something: one that hides most of the graph, or the
/// largest while there are only a handful of boxes. Folds stay shut: that is what they are for.
Id GraphOpening::next_to_open() const {
    const auto now = boxes();
    Id best = kNoItem;
    for (Id i = 0; i < tree_.items.size(); ++i) {
        const auto& item = tree_.items[i];
        if (item.parent == kNoItem || !open_[item.parent] || open_[i] || !tree_.opens(i)) continue;
        if (item.kind == GraphItemKind::fold || item.kind == GraphItemKind::fed) continue;
        if (now + more(tree_, i) > kFirstBoxes) continue;
        if (best == kNoItem || item.operators > tree_.items[best].operators) best = i;
    }
    if (best == kNoItem) return kNoItem;
    const bool hides_most = 2 * tree_.items[best].operators > tree_.items[tree_.root()].operators;
    return hides_most || now <= kHandful ? best : kNoItem;
}

GraphOpening::GraphOpening(const GraphTree& tree) : tree_(tree), open_(tree.items.size(), false) {
    open_[tree.root()] = true;
    for (Id item = next_to_open(); item != kNoItem; item = next_to_open()) {
        open_[item] = true;
        history_.push_back(item);
    }
}

std::size_t GraphOpening::boxes() const {
    std::size_t sum = tree_.items[tree_.root()].children.size();
    for (const auto item : history_) sum += more(tree_, item);
    return sum;
}

/// Closes what was opened longest ago and is not around `item`.
void GraphOpening::make_room(Id item) {
    for (std::size_t i = 0; boxes() > kMostBoxes && i < history_.size();) {
        if (holds(tree_, history_[i], item)) {
            ++i;
            continue;
        }
        close(history_[i]);
        i = 0;
    }
}

void GraphOpening::open(Id item) {
    if (!tree_.opens(item)) return;
    std::vector<Id> path;
    for (Id at = item; at != kNoItem; at = tree_.items[at].parent) path.push_back(at);
    for (const Id at : path | std::views::reverse) {
        if (open_[at]) continue;
        open_[at] = true;
        history_.push_back(at);
    }
    make_room(item);
}

void GraphOpening::reveal(Id item) {
    if (tree_.items[item].parent != kNoItem) open(tree_.items[item].parent);
}

void GraphOpening::close(Id item) {
    if (item == tree_.root()) {
        for (const auto open : history_) open_[open] = false;
        history_.clear();
        return;
    }
    std::erase_if(history_, [&](Id open) {
        if (!holds(tree_, item, open)) return false;
        open_[open] = false;
        return true;
    });
}

GraphScene make_scene(const GraphTree& tree, const GraphOpening& opening, const core::Workload& workload) {
    GraphScene scene;
    scene.box_of_item.assign(tree.items.size(), kNoItem);
    struct Visit {
        Id item, frame;
    };
    std::vector<Visit> left;
    const auto push_children = [&](Id item, Id frame) {
        const auto& children = tree.items[item].children;
        for (const Id child : children | std::views::reverse) left.push_back({child, frame});
    };
    push_children(tree.root(), kNoItem);
    while (!left.empty()) {
        const auto [item, frame] = left.back();
        left.pop_back();
        if (opening.is_open(item)) {
            scene.frames.push_back({item, frame});
            push_children(item, static_cast<Id>(scene.frames.size()) - 1);
            continue;
        }
        scene.box_of_item[item] = static_cast<Id>(scene.boxes.size());
        scene.boxes.push_back({item, frame});
    }
    // Parents come later in the list than their children: one pass from the root spreads the boxes downward.
    std::vector<Id> box = scene.box_of_item;
    for (auto i = static_cast<Id>(tree.items.size()); i-- > 0;) {
        const Id parent = tree.items[i].parent;
        if (box[i] == kNoItem && parent != kNoItem) box[i] = box[parent];
    }
    add_arrows(scene, tree, box, workload);
    return scene;
}

std::uint32_t GraphScene::box_showing(const GraphTree& tree, std::uint32_t item) const {
    for (; item != kNoItem; item = tree.items[item].parent)
        if (box_of_item[item] != kNoItem) return box_of_item[item];
    return kNoItem;
}

}  // namespace waferscope::views
