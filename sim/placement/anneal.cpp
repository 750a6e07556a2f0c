// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/anneal.hpp"

#include "sim/placement/random.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::sim {
namespace {

/// Cost of 1 % overflow as a multiple of 1 % of the start's cost, at the start and at the end.
constexpr double kFirstOverflowPrice = 2, kLastOverflowPrice = 8;
/// The share of the run in which the highest rung falls.
constexpr double kFallFrom = 0.1, kFallTo = 0.6;
constexpr std::int64_t kStopEvery = 512;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

class Annealer {
public:
    Annealer(const PlacementProblem& problem, const TimeLadder& ladder, const SlicingState& start,
             const AnnealConfig& config)
        : problem_(problem),
          ladder_(ladder),
          config_(config),
          random_(config.seed),
          layout_(problem, ladder[start.rung], start.tree),
          rung_(start.rung),
          leaves_(static_cast<int>(start.tree.leaf_count())),
          nodes_(static_cast<int>(start.tree.nodes.size())),
          neighbours_(at(leaves_)) {
        for (const auto& edge : problem.edges) {
            if (edge.from == edge.to) continue;
            neighbours_[edge.from].push_back(static_cast<int>(edge.to));
            neighbours_[edge.to].push_back(static_cast<int>(edge.from));
        }
    }

    std::optional<AnnealResult> run() {
        auto measure = layout_.measure();
        if (!measure.possible) return std::nullopt;
        scale_ = true_cost(measure);
        rung_most_ = config_.rung_last;
        double cost = cost_of(measure);
        keep_if_best(measure);
        if (nodes_ == 1) return finish();
        const double cooling =
            std::pow(config_.last_temperature / config_.first_temperature,
                     1.0 / static_cast<double>(std::max<std::int64_t>(1, config_.iterations)));
        double temperature = config_.first_temperature * scale_;
        for (std::int64_t i = 0; i < config_.iterations; ++i, temperature *= cooling) {
            if (i % kStopEvery == 0 && config_.stop && config_.stop()) break;
            if (i % kStopEvery == 0)
                set_progress(static_cast<double>(i) / static_cast<double>(config_.iterations), cost, measure);
            const auto rung_before = rung_;
            layout_.begin();
            if (!move()) {
                layout_.reject();
                continue;
            }
            const auto proposed = layout_.measure();
            const double changed = proposed.possible ? cost_of(proposed) - cost : 0;
            if (proposed.possible && (changed <= 0 || random_.uniform() < std::exp(-changed / temperature))) {
                layout_.accept();
                cost += changed;
                measure = proposed;
                keep_if_best(measure);
            } else {
                layout_.reject();
                rung_ = rung_before;
            }
        }
        return finish();
    }

private:
    double true_cost(const SlicingLayout::Measure& m) const {
        return problem_.weight_time * m.time + problem_.weight_length * m.wire_length;
    }
    double cost_of(const SlicingLayout::Measure& m) const {
        const double side = std::max(problem_.grid.columns, problem_.grid.rows);
        return true_cost(m) + overflow_price_ * scale_ * m.overflow / side;
    }

    /// The price of sticking out rises and the highest rung falls with `done` = 0 .. 1.
    void set_progress(double done, double& cost, SlicingLayout::Measure& measure) {
        overflow_price_ = kFirstOverflowPrice + (kLastOverflowPrice - kFirstOverflowPrice) * done;
        const double fallen = std::clamp((done - kFallFrom) / (kFallTo - kFallFrom), 0.0, 1.0);
        rung_most_ = config_.rung_last -
                     static_cast<std::size_t>(
                         std::lround(fallen * static_cast<double>(config_.rung_last - config_.rung_end)));
        if (rung_ > rung_most_) {
            layout_.begin();
            layout_.use_table(ladder_[rung_most_]);
            if (const auto lower = layout_.measure(); lower.possible) {
                layout_.accept();
                measure = lower;
                rung_ = rung_most_;
            } else {
                layout_.reject();
            }
        }
        cost = cost_of(measure);
    }

    void keep_if_best(const SlicingLayout::Measure& m) {
        if (m.overflow > 0 || rung_ > config_.rung_end) return;
        const double cost = true_cost(m);
        if (best_ && cost >= best_cost_) return;
        best_cost_ = cost;
        best_ = SlicingState{layout_.tree(), rung_};
    }

    std::optional<AnnealResult> finish() {
        if (!best_) return std::nullopt;
        SlicingLayout layout(problem_, ladder_[best_->rung], best_->tree);
        const auto measure = layout.measure();
        return AnnealResult{*best_, {layout.placed(), measure.time, measure.wire_length, true_cost(measure)}};
    }

    SlicingTree::Node& node(int index) { return layout_.edit().nodes[at(index)]; }
    int inner() { return leaves_ + random_.below(nodes_ - leaves_); }

    bool move() {
        const double r = random_.uniform();
        if (r < 0.12) return flip();
        if (r < 0.24) return mirror();
        if (r < 0.42) return swap_leaves();
        if (r < 0.78) return regraft();
        if (r < 0.88) return turn_cut();
        if (r < 0.94) return swap_subtrees();
        if (r < 0.993) return change_limit();
        return change_rung();
    }

    bool flip() {
        auto& n = node(inner());
        std::swap(n.first, n.second);
        return true;
    }

    /// Reflects a subtree: every node of one cut direction below swaps its children.
    bool mirror() {
        const int top = inner();
        mirror_below(top, random_.chance(0.5));
        return true;
    }
    void mirror_below(int index, bool stacked) {
        auto& n = node(index);
        if (n.first < 0) return;
        if (n.stacked == stacked) std::swap(n.first, n.second);
        mirror_below(n.first, stacked);
        mirror_below(n.second, stacked);
    }

    bool turn_cut() {
        const int index = inner();
        auto& n = node(index);
        n.stacked = !n.stacked;
        if (index == layout_.tree().root) full_limit();
        layout_.touch(index);
        return true;
    }

    void full_limit() {
        auto& tree = layout_.edit();
        tree.root_limit =
            tree.is_leaf(tree.root) || node(tree.root).stacked ? problem_.grid.columns : problem_.grid.rows;
    }

    /// A leaf near a graph neighbour of `leaf`, or any leaf.
    int partner(int leaf) {
        const auto& near = neighbours_[at(leaf)];
        if (near.empty() || random_.chance(0.3)) return random_.below(leaves_);
        return near[at(random_.below(static_cast<int>(near.size())))];
    }

    bool swap_leaves() {
        const int a = random_.below(leaves_);
        int b = partner(a);
        // Not the neighbour itself every time: also what lies beside it.
        if (random_.chance(0.5)) b = leaf_below(sibling(b));
        return swap_nodes(a, b);
    }

    int sibling(int index) {
        const auto& parent = node(node(index).parent);
        return parent.first == index ? parent.second : parent.first;
    }

    int leaf_below(int index) {
        while (node(index).first >= 0) index = random_.chance(0.5) ? node(index).first : node(index).second;
        return index;
    }

    bool swap_subtrees() {
        const int a = random_.below(nodes_), b = random_.below(nodes_);
        if (is_below(a, b) || is_below(b, a)) return false;
        return swap_nodes(a, b);
    }

    /// Whether `index` is `top` or lies below it.
    bool is_below(int index, int top) {
        for (; index >= 0; index = node(index).parent)
            if (index == top) return true;
        return false;
    }

    bool swap_nodes(int a, int b) {
        if (a == b) return false;
        const int pa = node(a).parent, pb = node(b).parent;
        auto& slot_a = node(pa).first == a ? node(pa).first : node(pa).second;
        auto& slot_b = node(pb).first == b ? node(pb).first : node(pb).second;
        std::swap(slot_a, slot_b);
        std::swap(node(a).parent, node(b).parent);
        const bool same_shapes =
            a < leaves_ && b < leaves_ && problem_.kernels[at(a)].kind == problem_.kernels[at(b)].kind;
        if (same_shapes || pa == pb) return true;  // curves stay as they are
        layout_.touch(pa);
        layout_.touch(pb);
        return true;
    }

    /// Takes a leaf (or a small subtree) out and joins it to another node.
    bool regraft() {
        int moved = random_.below(leaves_);
        int target = partner(moved);
        for (int up = random_.below(3); up > 0 && random_.chance(0.4); --up)
            if (node(moved).parent >= 0) moved = node(moved).parent;
        if (random_.chance(0.1)) target = random_.below(nodes_);
        for (int up = random_.below(4); up > 0; --up)
            if (random_.chance(0.5) && node(target).parent >= 0) target = node(target).parent;
        const int joint = node(moved).parent;
        if (joint < 0 || is_below(target, moved)) return false;
        const int other = sibling(moved);
        if (target == joint) target = other;
        const int above = node(joint).parent;
        // Take out: the sibling takes the joint's place.
        node(other).parent = above;
        if (above < 0)
            layout_.edit().root = other;
        else
            (node(above).first == joint ? node(above).first : node(above).second) = other;
        // Put in: the joint takes the target's place.
        const int over = node(target).parent;
        if (over < 0)
            layout_.edit().root = joint;
        else
            (node(over).first == target ? node(over).first : node(over).second) = joint;
        auto& j = node(joint);
        j.parent = over;
        j.stacked = random_.chance(0.5);
        j.first = moved;
        j.second = target;
        if (random_.chance(0.5)) std::swap(j.first, j.second);
        node(moved).parent = node(target).parent = joint;
        if (above < 0 || over < 0) full_limit();
        layout_.touch(joint);
        layout_.touch(above < 0 ? other : above);
        return true;
    }

    bool change_limit() {
        auto& tree = layout_.edit();
        const bool wide = node(tree.root).stacked;
        const int most = wide ? problem_.grid.columns : problem_.grid.rows;
        const int step = 1 + random_.below(std::max(1, most / 16));
        tree.root_limit = std::clamp(tree.root_limit + (random_.chance(0.5) ? step : -step), 1, most);
        return true;
    }

    bool change_rung() {
        const bool up = random_.chance(0.5);
        if (up ? rung_ >= rung_most_ : rung_ <= config_.rung_first) return false;
        rung_ = up ? rung_ + 1 : rung_ - 1;
        layout_.use_table(ladder_[rung_]);
        return true;
    }

    const PlacementProblem& problem_;
    const TimeLadder& ladder_;
    const AnnealConfig& config_;
    Random random_;
    SlicingLayout layout_;
    std::size_t rung_, rung_most_ = 0;
    double overflow_price_ = kFirstOverflowPrice;
    int leaves_, nodes_;
    std::vector<std::vector<int>> neighbours_;
    double scale_ = 1, best_cost_ = 0;
    std::optional<SlicingState> best_;
};

}  // namespace

std::optional<AnnealResult> anneal(const PlacementProblem& problem, const TimeLadder& ladder,
                                   const SlicingState& start, const AnnealConfig& config) {
    return Annealer(problem, ladder, start, config).run();
}

}  // namespace waferscope::sim
