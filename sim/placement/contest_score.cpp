// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/contest_score.hpp"

#include "sim/placement/contest_kernel.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <unordered_map>

namespace waferscope::sim {
namespace {

constexpr std::int64_t kMostTiles = 1'000'000'000;  ///< of a side; beyond it sides are not computed

/// A rectangle in 64 bits: layouts may hold any numbers.
struct Box {
    std::int64_t x = 0, y = 0, width = 0, height = 0;
    std::size_t place = 0;
};

class Scorer {
public:
    Scorer(const core::ContestGraph& graph, const core::ContestLayout& layout)
        : graph_(graph), layout_(layout), limits_(contest_limits(graph)), place_of_(graph.nodes.size()) {
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            if (!graph.nodes[i].is_kernel()) continue;
            exact_.emplace(graph.nodes[i].name, i);
            plain_.emplace(plain_kernel_name(graph.nodes[i].name), i);
        }
    }

    ContestScore run(double lower_bound) {
        for (std::size_t p = 0; p < layout_.kernels.size(); ++p) score_kernel(p);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            if (graph_.nodes[i].is_kernel() && !place_of_[i])
                breach(graph_.nodes[i].name, "missing", graph_.nodes[i].line,
                       "the layout has no such kernel");
        find_overlaps();
        score_edges();
        const auto cells = static_cast<double>(graph_.fabric.cells());
        double area = 0;
        for (const auto& box : boxes_)
            area += static_cast<double>(box.width) * static_cast<double>(box.height);
        score_.area_fraction = area / cells;
        score_.cost_without_adapters =
            graph_.weight_time * score_.time + graph_.weight_length * score_.wire_length;
        score_.cost = score_.cost_without_adapters + graph_.weight_adapter * score_.adapter_cost;
        score_.lower_bound = lower_bound;
        if (lower_bound > 0) score_.gap = score_.time / lower_bound - 1;
        score_.legal = score_.violations.empty();
        return std::move(score_);
    }

private:
    void breach(const std::string& kernel, const char* rule, int line, std::string detail) {
        if (score_.violations.size() < kMostViolations)
            score_.violations.push_back({kernel, rule, line, std::move(detail)});
    }

    std::optional<std::size_t> node_of(const std::string& name) const {
        if (const auto found = exact_.find(name); found != exact_.end()) return found->second;
        if (const auto found = plain_.find(plain_kernel_name(name)); found != plain_.end())
            return found->second;
        return std::nullopt;
    }

    void score_kernel(std::size_t p) {
        const auto& place = layout_.kernels[p];
        const auto node_index = node_of(place.name);
        if (!node_index) return breach(place.name, "unknown", place.line, "the graph has no such kernel");
        const auto& node = graph_.nodes[*node_index];
        if (place_of_[*node_index])
            return breach(place.name, "repeated", place.line,
                          fmt::format("{} was defined before", node.name));
        place_of_[*node_index] = p;
        if (place.kind != node.kind)
            return breach(place.name, "type", place.line,
                          fmt::format("a {}, but the graph's is a {}", core::contest_kind_name(place.kind),
                                      core::contest_kind_name(node.kind)));
        const auto given = node.arguments();
        if (!std::ranges::equal(place.given, given))
            breach(place.name, "arguments", place.line,
                   fmt::format("given arguments are {}", fmt::join(given, " ")));
        const auto& arguments = place.slot.arguments;
        if (arguments.size() != core::execution_argument_count(node.kind) ||
            std::ranges::any_of(arguments, [](int a) { return a < 1; }))
            return breach(place.name, "execution", place.line, "execution arguments are not all positive");
        score_shape(p, node);
    }

    void score_shape(std::size_t p, const core::ContestNode& node) {
        const auto& place = layout_.kernels[p];
        const auto& arguments = place.slot.arguments;
        const auto parts = contest_parts(node.kind, node.arguments());
        // Sides in real numbers first: the arguments may be anything up to 2^31.
        const double blocks = static_cast<double>(arguments[0]) * arguments[1];
        double height = 0, width = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            height = std::max(height, blocks * (arguments[2 + i] + 1.0));
            width += 3.0 * arguments[2 + parts.size() + i];
        }
        if (height > kMostTiles || width > kMostTiles)
            return breach(place.name, "range", place.line,
                          fmt::format("{} x {} tiles lie outside the fabric", height, width));
        const auto shape = shape_of_parts(parts, arguments, limits_);
        ContestKernelScore kernel{.name = place.name,
                                  .x = place.slot.x,
                                  .y = place.slot.y,
                                  .rotated = place.slot.rotated,
                                  .width = place.slot.rotated ? shape.height : shape.width,
                                  .height = place.slot.rotated ? shape.width : shape.height,
                                  .time = shape.time,
                                  .memory = shape.memory};
        score_.time = std::max(score_.time, kernel.time);
        score_.most_memory = std::max(score_.most_memory, kernel.memory);
        if (kernel.memory > graph_.memory_limit)
            breach(place.name, "memory", place.line,
                   fmt::format("{} of {} elements per tile", kernel.memory, graph_.memory_limit));
        if (!place.placed) {
            breach(place.name, "unplaced", place.line, "it has no place line");
        } else {
            const Box box{place.slot.x, place.slot.y, kernel.width, kernel.height, p};
            if (box.x < 0 || box.y < 0 || box.x + box.width > graph_.fabric.columns ||
                box.y + box.height > graph_.fabric.rows)
                breach(place.name, "range", place.line,
                       fmt::format("tiles {}..{} x {}..{} reach outside the {} x {} fabric", box.x,
                                   box.x + box.width - 1, box.y, box.y + box.height - 1,
                                   graph_.fabric.columns, graph_.fabric.rows));
            box_of_.emplace(p, boxes_.size());
            boxes_.push_back(box);
        }
        score_.kernels.push_back(std::move(kernel));
    }

    /// Sweep along x; a rectangle meets those that began before it and have not ended.
    void find_overlaps() {
        std::vector<std::size_t> order(boxes_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return boxes_[i].x; });
        std::vector<std::size_t> open;
        for (const auto i : order) {
            const auto& box = boxes_[i];
            std::erase_if(open, [&](std::size_t o) { return boxes_[o].x + boxes_[o].width <= box.x; });
            for (const auto o : open) {
                const auto& other = boxes_[o];
                if (other.y >= box.y + box.height || box.y >= other.y + other.height) continue;
                const auto& place = layout_.kernels[box.place];
                breach(place.name, "overlap", place.line,
                       fmt::format("overlaps {}", layout_.kernels[other.place].name));
                if (score_.violations.size() >= kMostViolations) return;
            }
            open.push_back(i);
        }
    }

    void score_edges() {
        for (const auto& edge : graph_.edges) {
            const auto from = place_of_[edge.from], to = place_of_[edge.to];
            if (!from || !to) continue;  // inputs and outputs too
            const auto a = box_of_.find(*from), b = box_of_.find(*to);
            if (a == box_of_.end() || b == box_of_.end()) continue;
            const auto& p = boxes_[a->second];
            const auto& q = boxes_[b->second];
            score_.wire_length += static_cast<double>(std::abs(2 * p.x + p.width - 2 * q.x - q.width) +
                                                      std::abs(2 * p.y + p.height - 2 * q.y - q.height)) /
                                  2;
            score_.adapter_cost += protocol_mismatches(layout_.kernels[*from].slot.arguments,
                                                       layout_.kernels[*to].slot.arguments);
        }
    }

    const core::ContestGraph& graph_;
    const core::ContestLayout& layout_;
    ShapeLimits limits_;
    std::unordered_map<std::string, std::size_t> exact_, plain_;
    std::vector<std::optional<std::size_t>> place_of_;     ///< node -> entry of the layout
    std::unordered_map<std::size_t, std::size_t> box_of_;  ///< entry of the layout -> box
    std::vector<Box> boxes_;
    ContestScore score_;
};

}  // namespace

ContestScore score_contest(const core::ContestGraph& graph, const core::ContestLayout& layout,
                           double lower_bound) {
    return Scorer(graph, layout).run(lower_bound);
}

std::string plain_kernel_name(std::string_view name) {
    std::size_t digits = name.size();
    while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') --digits;
    std::size_t number = digits;
    while (number + 1 < name.size() && name[number] == '0') ++number;
    return std::string(name.substr(0, digits)) + std::string(name.substr(number));
}

int protocol_mismatches(const std::vector<int>& from, const std::vector<int>& to) {
    // h', w', then c' of every part, then k' of every part.
    return (from[0] != to[0] ? 1 : 0) + (from[1] != to[1] ? 1 : 0) + (from.back() != to[2] ? 1 : 0);
}

}  // namespace waferscope::sim
