// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/row_search.hpp"

#include "sim/placement/run_curves.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace waferscope::sim {
namespace {

constexpr int kLongestRow = 128;
/// How much the wire inside blocks counts against the row's length while a row is cut into blocks: 1 is the
/// estimate itself, less finds rows that fit.
constexpr std::array kBlockPrices{1.0F, 0.2F, 0.05F, 0.0F};
constexpr float kNever = std::numeric_limits<float>::infinity();

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// A balanced subtree over neighbours.
int join_all(RunCurves& runs, SlicingTree& tree, std::span<const int> parts, bool stacked) {
    if (parts.size() == 1) return parts[0];
    const auto half = parts.size() / 2;
    const int first = join_all(runs, tree, parts.first(half), stacked);
    const int second = join_all(runs, tree, parts.subspan(half), stacked);
    return runs.join(tree, first, second, stacked);
}

/// A way to make a row of order[from .. to-1].
struct Row {
    int from = 0, height = 0, price = 0;
    float wire = 0;
};

class RowSearch {
public:
    RowSearch(const PlacementProblem& problem, const ShapeTable& table, const std::vector<int>& order,
              const RowConfig& config)
        : n_(static_cast<int>(order.size())),
          across_(config.transposed ? problem.grid.rows : problem.grid.columns),
          along_(config.transposed ? problem.grid.columns : problem.grid.rows),
          transposed_(config.transposed),
          longest_block_(std::min(n_, config.longest_block)),
          runs_(problem, table, order, longest_block_),
          rows_to_(at(n_) + 1) {}

    std::optional<SlicingTree> run() {
        collect_lengths();
        collect_rows();
        if (!choose_rows()) return std::nullopt;
        return build();
    }

private:
    /// Length along the row of the block of `size` kernels that ends before order[to], at the row's height.
    int length_of(int to, int size, int height) const {
        return lengths_[(at(height) * at(n_ + 1) + at(to)) * at(longest_block_) + at(size - 1)];
    }
    /// All block lengths, those of one height together: the rows ask for them again and again.
    void collect_lengths() {
        lengths_.assign(at(along_ + 1) * at(n_ + 1) * at(longest_block_), kNoSide);
        for (int to = 1; to <= n_; ++to)
            for (int size = 1; size <= std::min(to, longest_block_); ++size) {
                const auto curve = transposed_ ? runs_.heights(to - size, to) : runs_.widths(to - size, to);
                for (int height = 0; height <= along_; ++height)
                    lengths_[(at(height) * at(n_ + 1) + at(to)) * at(longest_block_) + at(size - 1)] =
                        curve[at(height)];
            }
    }
    static float wire_inside(int kernels, int height) {
        return static_cast<float>(height) * static_cast<float>(kernels - 1) / static_cast<float>(kernels);
    }

    struct Cut {
        float key = kNever;  ///< what is minimised
        float wire = 0;      ///< inside blocks
        int length = 0, block = 0;
    };

    /// Best blocks of order[from .. to-1] for each `to`, at this height and price.
    void cut_row(int from, int height, float price, std::vector<Cut>& cuts) const {
        const int most = std::min(n_ - from, kLongestRow);
        cuts.assign(at(most) + 1, {});
        cuts[0].key = 0;
        for (int to = 1; to <= most; ++to) {
            auto& best = cuts[at(to)];
            for (int block = 1; block <= std::min(to, longest_block_); ++block) {
                const auto& before = cuts[at(to - block)];
                if (before.key == kNever) continue;
                const int length = length_of(from + to, block, height);
                if (before.length + length > across_) continue;
                const float wire = wire_inside(block, height);
                const float key = before.key + static_cast<float>(length) + price * wire;
                if (key < best.key) best = {key, before.wire + wire, before.length + length, block};
            }
            if (to >= longest_block_ &&
                std::all_of(cuts.begin() + (to - longest_block_ + 1), cuts.begin() + to + 1,
                            [](const Cut& c) { return c.key == kNever; }))
                break;
        }
    }

    void collect_rows() {
        std::vector<Cut> cuts;
        for (int from = 0; from < n_; ++from) {
            // Per end of the row: heights rise, so only less wire than any lower row had is of interest.
            std::vector<float> least(at(std::min(n_ - from, kLongestRow)) + 1, kNever);
            bool enough = false;  // even the longest row leaves room: higher ones are of no use
            for (int height = 1; height <= along_ && !enough; ++height) {
                for (std::size_t p = 0; p < kBlockPrices.size(); ++p) {
                    cut_row(from, height, kBlockPrices[p], cuts);
                    for (std::size_t k = 1; k < cuts.size(); ++k) {
                        if (cuts[k].key == kNever) continue;
                        const float wire = cuts[k].wire + static_cast<float>(cuts[k].length);
                        if (wire > 0.97F * least[k]) continue;
                        least[k] = wire;
                        rows_to_[at(from) + k].push_back({from, height, static_cast<int>(p), wire});
                    }
                }
                const auto& all = cuts.back();  // of the lowest price
                enough = all.key != kNever && all.length * (from + kLongestRow >= n_ ? 4 : 1) < across_;
            }
        }
    }

    /// Least wire of the first `to` kernels in rows of summed height `used`.
    bool choose_rows() {
        const auto width = at(along_) + 1;
        std::vector<float> wire((at(n_) + 1) * width, kNever);
        chosen_.assign(wire.size(), Row{-1, 0, 0, 0});
        wire[0] = 0;
        for (int to = 1; to <= n_; ++to)
            for (const Row& row : rows_to_[at(to)]) {
                const float* before = &wire[at(row.from) * width];
                float* now = &wire[at(to) * width];
                Row* chosen = &chosen_[at(to) * width];
                for (std::size_t used = at(row.height); used < width; ++used) {
                    const float sum = before[used - at(row.height)] + row.wire;
                    if (sum < now[used]) now[used] = sum, chosen[used] = row;
                }
            }
        const auto last = wire.begin() + static_cast<std::ptrdiff_t>(at(n_) * width);
        const auto best = std::min_element(last, wire.end());
        if (*best == kNever) return false;
        used_ = static_cast<int>(best - last);
        return true;
    }

    SlicingTree build() {
        auto tree = runs_.start_tree();
        std::vector<int> rows;
        std::vector<Cut> cuts;
        for (int to = n_, used = used_; to > 0;) {
            const Row row = chosen_[at(to) * (at(along_) + 1) + at(used)];
            cut_row(row.from, row.height, kBlockPrices.at(at(row.price)), cuts);
            std::vector<int> blocks;
            for (int end = to; end > row.from;) {
                const int begin = end - cuts[at(end - row.from)].block;
                blocks.push_back(runs_.build(tree, begin, end, transposed_, row.height));
                end = begin;
            }
            // Blocks came last first; every other row keeps that: the snake.
            if (rows.size() % 2 == 0) std::ranges::reverse(blocks);
            rows.push_back(join_all(runs_, tree, blocks, transposed_));
            used -= row.height;
            to = row.from;
        }
        std::ranges::reverse(rows);
        tree.root = join_all(runs_, tree, rows, !transposed_);
        const bool by_width = tree.is_leaf(tree.root) || tree.nodes[at(tree.root)].stacked;
        tree.root_limit = by_width != transposed_ ? across_ : along_;
        return tree;
    }

    int n_, across_, along_;
    bool transposed_;
    int longest_block_;
    RunCurves runs_;
    Curve lengths_;
    std::vector<std::vector<Row>> rows_to_;
    std::vector<Row> chosen_;
    int used_ = 0;
};

void mirror_below(SlicingTree& tree, int index, bool stacked) {
    auto& node = tree.nodes[at(index)];
    if (node.first < 0) return;
    if (node.stacked == stacked) std::swap(node.first, node.second);
    mirror_below(tree, node.first, stacked);
    mirror_below(tree, node.second, stacked);
}

}  // namespace

std::optional<SlicingTree> plain_rows(const PlacementProblem& problem, const ShapeTable& table,
                                      const std::vector<int>& order) {
    const int n = static_cast<int>(order.size());
    if (!table.complete || table.least_area > static_cast<std::int64_t>(problem.grid.cells()))
        return std::nullopt;
    RunCurves runs(problem, table, order, 1);
    std::vector<int> height(at(n) + 1, kNoSide), row_start(at(n) + 1, -1);
    height[0] = 0;
    Curve sum(table.domain);
    for (int from = 0; from < n; ++from) {
        if (height[at(from)] >= kNoSide) continue;
        std::ranges::fill(sum, Side{0});
        for (int to = from + 1; to <= n; ++to) {
            add_curves(sum, runs.widths(to - 1, to), sum);
            // Widths never rise with the height: the least height whose summed widths fit.
            const auto fits =
                std::ranges::partition_point(sum, [&](Side width) { return width > problem.grid.columns; });
            const auto row = static_cast<int>(fits - sum.begin());
            if (height[at(from)] + row > problem.grid.rows) break;
            if (height[at(from)] + row < height[at(to)])
                height[at(to)] = height[at(from)] + row, row_start[at(to)] = from;
        }
    }
    if (height[at(n)] > problem.grid.rows) return std::nullopt;
    auto tree = runs.start_tree();
    std::vector<int> rows;
    for (int to = n; to > 0; to = row_start[at(to)]) {
        std::vector<int> row(order.begin() + row_start[at(to)], order.begin() + to);
        if (rows.size() % 2 == 1) std::ranges::reverse(row);
        rows.push_back(join_all(runs, tree, row, false));
    }
    std::ranges::reverse(rows);
    tree.root = join_all(runs, tree, rows, true);
    tree.root_limit = tree.is_leaf(tree.root) || tree.nodes[at(tree.root)].stacked ? problem.grid.columns
                                                                                   : problem.grid.rows;
    return tree;
}

std::optional<SlicingTree> snake_rows(const PlacementProblem& problem, const ShapeTable& table,
                                      const std::vector<int>& order, const RowConfig& config) {
    if (!table.complete || table.least_area > static_cast<std::int64_t>(problem.grid.cells()))
        return std::nullopt;
    return RowSearch(problem, table, order, config).run();
}

void untangle(SlicingLayout& layout) {
    constexpr int kMostPasses = 8;
    double length = layout.measure().wire_length;
    bool better = true;
    for (int pass = 0; better && pass < kMostPasses; ++pass) {
        better = false;
        for (std::size_t index = layout.tree().leaf_count(); index < layout.tree().nodes.size(); ++index)
            for (int way = 0; way < 3; ++way) {
                layout.begin();
                auto& node = layout.edit().nodes[index];
                if (way == 0)
                    std::swap(node.first, node.second);
                else
                    mirror_below(layout.edit(), static_cast<int>(index), way == 1);
                if (const auto now = layout.measure(); now.wire_length < length) {
                    layout.accept();
                    length = now.wire_length;
                    better = true;
                } else {
                    layout.reject();
                }
            }
    }
    layout.measure();
}

}  // namespace waferscope::sim
