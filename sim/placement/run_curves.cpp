// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/run_curves.hpp"

#include <algorithm>
#include <cstdlib>

namespace waferscope::sim {
namespace {

constexpr int kLongestSmallPart =
    24;  ///< of a run of more than twice this, one part has at most so many kernels

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

bool is_tried(int from, int cut, int to) {
    return to - from <= 2 * kLongestSmallPart || std::min(cut - from, to - cut) <= kLongestSmallPart;
}

/// best = the lower of a curve and the inverse of another.
void merge(const Curve& direct, const Curve& across, Curve& inverse, std::span<Side> best) {
    invert_curve(across, inverse);
    for (std::size_t s = 0; s < best.size(); ++s) best[s] = std::min(direct[s], inverse[s]);
}

}  // namespace

RunCurves::RunCurves(const PlacementProblem& problem, const ShapeTable& table, const std::vector<int>& order,
                     int longest)
    : order_(order), longest_(longest), domain_(table.domain) {
    const int n = static_cast<int>(order.size());
    heights_.resize(at(n) * at(longest_) * domain_);
    widths_.resize(heights_.size());
    const auto mutable_curve = [&](Curve& all, int from, int to) {
        return std::span(all).subspan((at(from) * at(longest_) + at(to - from - 1)) * domain_, domain_);
    };
    for (int i = 0; i < n; ++i) {
        const auto& kind = table.kinds[problem.kernels[at(order[at(i)])].kind];
        std::ranges::copy(kind.height_at, mutable_curve(heights_, i, i + 1).begin());
        std::ranges::copy(kind.width_at, mutable_curve(widths_, i, i + 1).begin());
    }
    Curve stacked(domain_), beside(domain_), inverse(domain_);
    for (int length = 2; length <= longest_; ++length)
        for (int from = 0; from + length <= n; ++from) {
            const int to = from + length;
            std::ranges::fill(stacked, kNoSide);
            std::ranges::fill(beside, kNoSide);
            for (int cut = from + 1; cut < to; ++cut) {
                if (!is_tried(from, cut, to)) continue;
                keep_least_sum(heights(from, cut), heights(cut, to), stacked);
                keep_least_sum(widths(from, cut), widths(cut, to), beside);
            }
            merge(stacked, beside, inverse, mutable_curve(heights_, from, to));
            merge(beside, stacked, inverse, mutable_curve(widths_, from, to));
        }
}

std::span<const Side> RunCurves::curve(const Curve& all, int from, int to) const {
    return std::span(all).subspan((at(from) * at(longest_) + at(to - from - 1)) * domain_, domain_);
}

SlicingTree RunCurves::start_tree() {
    SlicingTree tree;
    tree.nodes.resize(2 * order_.size() - 1);
    next_node_ = static_cast<int>(order_.size());
    return tree;
}

int RunCurves::join(SlicingTree& tree, int first, int second, bool stacked) {
    auto& node = tree.nodes[at(next_node_)];
    node.first = first;
    node.second = second;
    node.stacked = stacked;
    tree.nodes[at(first)].parent = tree.nodes[at(second)].parent = next_node_;
    return next_node_++;
}

int RunCurves::build(SlicingTree& tree, int from, int to, bool by_width, int limit) {
    if (to - from == 1) return order_[at(from)];
    const int other = by_width ? heights(from, to)[at(limit)] : widths(from, to)[at(limit)];
    const int width = by_width ? limit : other, height = by_width ? other : limit;
    int best = -1, best_imbalance = 0;
    bool stacked = true;
    for (int cut = from + 1; cut < to; ++cut) {
        if (!is_tried(from, cut, to)) continue;
        const int imbalance = std::abs((cut - from) - (to - cut));
        if (best >= 0 && imbalance >= best_imbalance) continue;
        const bool on_top = heights(from, cut)[at(width)] + heights(cut, to)[at(width)] <= height;
        const bool beside = widths(from, cut)[at(height)] + widths(cut, to)[at(height)] <= width;
        if (!on_top && !beside) continue;
        best = cut;
        best_imbalance = imbalance;
        stacked = on_top;
    }
    const int first = build(tree, from, best, stacked, stacked ? width : height);
    const int second = build(tree, best, to, stacked, stacked ? width : height);
    return join(tree, first, second, stacked);
}

}  // namespace waferscope::sim
