// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/floor_problem.hpp"

#include "sim/placement/contest_kernel.hpp"
#include "sim/placement/contest_score.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>

namespace waferscope::sim {
namespace {

constexpr double kMostTiles = 1'000'000;  ///< no fabric is that large: sides and places beyond it are refused

/// Which parts of a block take its input, and what flows inside it; the parts of contest_parts().
struct BlockFlow {
    std::vector<std::size_t> entries;
    std::vector<std::pair<std::size_t, std::size_t>> inside;
    std::size_t exit = 0;
};

BlockFlow block_flow(core::ContestKind kind) {
    if (kind == core::ContestKind::dblock) return {.entries = {0}, .inside = {{0, 1}, {1, 2}}, .exit = 2};
    // The shortcut of a cblock runs beside its first two parts and joins at the third.
    if (kind == core::ContestKind::cblock)
        return {.entries = {0, 3}, .inside = {{0, 1}, {1, 2}, {3, 2}}, .exit = 2};
    return {.entries = {0}};
}

double output_elements(const Kernel& part) {
    return static_cast<double>(part.H / part.T) * static_cast<double>(part.W / part.T) *
           static_cast<double>(part.K);
}

double shape_elements(const std::vector<std::int64_t>& shape) {
    double elements = shape.empty() ? 0 : 1;
    for (const auto side : shape) elements *= static_cast<double>(side);
    return elements;
}

std::span<const Kernel> parts_of(const FloorProblem& problem, std::size_t kernel) {
    const auto& item = problem.kernels[kernel];
    return std::span(problem.graph.kernels).subspan(item.first, item.parts);
}

int longest_side(const FloorProblem& problem) {
    return std::max(problem.limits.grid.columns, problem.limits.grid.rows);
}

/// "k3.2" -> "k3" and part 1; nothing when it is no part of a block.
std::optional<std::pair<std::string, std::size_t>> block_part(const std::string& name) {
    const auto dot = name.rfind('.');
    if (dot == std::string::npos || dot + 2 != name.size() || name[dot + 1] < '1' || name[dot + 1] > '4')
        return std::nullopt;
    return std::pair(name.substr(0, dot), static_cast<std::size_t>(name[dot + 1] - '1'));
}

std::vector<std::int64_t> given_of(const Kernel& k) {
    return {k.H, k.W, k.C, k.K, k.R, k.S, k.T, k.T};
}

/// Gathers the parts of a contest workload's blocks, numbered as in the name.
void group_blocks(FloorProblem& problem, const KernelGraph& graph) {
    std::map<std::string, std::size_t> index;
    std::vector<std::vector<std::pair<std::size_t, std::size_t>>> members;  // (part number, kernel of graph)
    for (std::size_t i = 0; i < graph.kernels.size(); ++i) {
        const auto& name = graph.kernels[i].name;
        const auto block = block_part(name);
        const auto& stem = block ? block->first : name;
        const auto [at, fresh] = index.emplace(stem, members.size());
        if (fresh) members.emplace_back();
        members[at->second].emplace_back(block ? block->second : 0, i);
    }
    std::vector<std::string> names(members.size());
    for (const auto& [name, at] : index) names[at] = name;
    std::vector<int> where(graph.kernels.size());
    for (std::size_t b = 0; b < members.size(); ++b) {
        std::ranges::sort(members[b]);
        FloorKernel kernel{
            .name = names[b], .first = problem.graph.kernels.size(), .parts = members[b].size()};
        for (const auto& [part, i] : members[b]) {
            where[i] = static_cast<int>(problem.graph.kernels.size());
            problem.graph.kernels.push_back(graph.kernels[i]);
        }
        const auto& first = problem.graph.kernels[kernel.first];
        if (kernel.parts == 1) {
            kernel.given = given_of(first);
        } else {
            kernel.kind = kernel.parts == 3 ? core::ContestKind::dblock : core::ContestKind::cblock;
            kernel.given = {first.H, first.W, problem.graph.kernels[kernel.first + 2].K};
        }
        problem.kernels.push_back(std::move(kernel));
    }
    for (auto edge : graph.edges) {
        edge.from = where[static_cast<std::size_t>(edge.from)];
        edge.to = where[static_cast<std::size_t>(edge.to)];
        problem.graph.edges.push_back(edge);
    }
}

/// Tensors between rectangles, from those between parts.
void gather_edges(FloorProblem& problem) {
    std::vector<std::size_t> owner(problem.graph.kernels.size());
    for (std::size_t k = 0; k < problem.kernels.size(); ++k)
        for (std::size_t p = 0; p < problem.kernels[k].parts; ++p) owner[problem.kernels[k].first + p] = k;
    std::map<std::pair<std::size_t, std::size_t>, double> volume;
    for (const auto& edge : problem.graph.edges) {
        const auto from = owner[static_cast<std::size_t>(edge.from)];
        const auto to = owner[static_cast<std::size_t>(edge.to)];
        if (from != to) volume[{from, to}] = std::max(volume[{from, to}], edge.elements);
    }
    for (const auto& [ends, elements] : volume) problem.edges.push_back({ends.first, ends.second, elements});
}

}  // namespace

FloorProblem floor_problem(const core::ContestGraph& graph) {
    FloorProblem problem{.limits = contest_limits(graph),
                         .weight_time = graph.weight_time,
                         .weight_length = graph.weight_length,
                         .weight_adapter = graph.weight_adapter,
                         .batch = kContestBatch};
    std::vector<std::size_t> index(graph.nodes.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const auto& node = graph.nodes[i];
        if (!node.is_kernel()) continue;
        index[i] = problem.kernels.size();
        auto parts = contest_parts(node.kind, node.arguments());
        FloorKernel kernel{.name = node.name,
                           .kind = node.kind,
                           .given = {node.arguments().begin(), node.arguments().end()},
                           .first = problem.graph.kernels.size(),
                           .parts = parts.size()};
        for (auto& part : parts) {
            part.name = node.name;
            problem.graph.kernels.push_back(std::move(part));
        }
        for (const auto& [from, to] : block_flow(node.kind).inside)
            problem.graph.edges.push_back({static_cast<int>(kernel.first + from),
                                           static_cast<int>(kernel.first + to),
                                           output_elements(problem.graph.kernels[kernel.first + from])});
        problem.kernels.push_back(std::move(kernel));
    }
    for (const auto& edge : graph.edges) {
        const auto& from = graph.nodes[edge.from];
        const auto& to = graph.nodes[edge.to];
        if (!from.is_kernel() || !to.is_kernel()) continue;
        const double elements = shape_elements(edge.shape);
        problem.edges.push_back({index[edge.from], index[edge.to], elements});
        for (const auto entry : block_flow(to.kind).entries)
            problem.graph.edges.push_back(
                {static_cast<int>(problem.kernels[index[edge.from]].first + block_flow(from.kind).exit),
                 static_cast<int>(problem.kernels[index[edge.to]].first + entry), elements});
    }
    return problem;
}

FloorProblem floor_problem(const core::Workload& workload, const ShapeLimits& limits) {
    FloorProblem problem{.limits = limits};
    const auto graph = kernels_of(workload);
    if (workload.format == "kgraph") {
        group_blocks(problem, graph);
    } else {
        problem.graph = graph;
        for (std::size_t i = 0; i < graph.kernels.size(); ++i)
            problem.kernels.push_back(
                {.name = fmt::format("k{}", i + 1), .given = given_of(graph.kernels[i]), .first = i});
    }
    gather_edges(problem);
    return problem;
}

const std::string& shown_name(const FloorProblem& problem, std::size_t kernel) {
    const auto& item = problem.kernels[kernel];
    const auto& own = problem.graph.kernels[item.first].name;
    return item.parts == 1 && !own.empty() ? own : item.name;
}

ShapeOption floor_shape(const FloorProblem& problem, std::size_t kernel, std::span<const int> arguments) {
    return shape_of_parts(parts_of(problem, kernel), arguments, problem.limits);
}

std::vector<ShapeOption> floor_shapes(const FloorProblem& problem, std::size_t kernel, double most_time) {
    return pareto_shapes(parts_of(problem, kernel), most_time, longest_side(problem), problem.limits);
}

std::optional<ShapeOption> fastest_shape(const FloorProblem& problem, std::size_t kernel, int width,
                                         int height) {
    const auto smallest_within = [&](double time) -> std::optional<ShapeOption> {
        std::optional<ShapeOption> best;
        for (const auto& shape : floor_shapes(problem, kernel, time))
            if (shape.width <= width && shape.height <= height &&
                (!best || shape.width * shape.height < best->width * best->height))
                best = shape;
        return best;
    };
    double slowest = 0, work = 0;
    for (const auto& part : parts_of(problem, kernel)) {
        slowest = std::max(slowest, tile_cycles(part, shape_of(part, 1, 1, 1, 1, 1), problem.limits));
        work += part.macs() * problem.limits.copies * problem.limits.cycles_per_mac;
    }
    auto best = smallest_within(slowest);
    if (!best) return best;
    constexpr double kExact = 1.0001;
    double low = std::min(best->time, work / (static_cast<double>(width) * height)) / kExact;
    while (best->time > low * kExact) {
        const double middle = std::sqrt(low * best->time);
        if (auto faster = smallest_within(middle))
            best = std::move(faster);
        else
            low = middle;
    }
    return best;
}

PlacementProblem solver_problem(const FloorProblem& floor) {
    PlacementProblem problem{
        .grid = floor.limits.grid, .weight_time = floor.weight_time, .weight_length = floor.weight_length};
    const int side = longest_side(floor);
    // Kernels of one kind share their shapes.
    std::map<std::vector<std::pair<std::array<std::int64_t, 7>, double>>, std::size_t> kinds;
    for (std::size_t k = 0; k < floor.kernels.size(); ++k) {
        const auto parts = parts_of(floor, k);
        PlaceableKernel item;
        std::vector<std::pair<std::array<std::int64_t, 7>, double>> key;
        for (const auto& p : parts) {
            key.emplace_back(std::array{p.H, p.W, p.C, p.K, p.R, p.S, p.T}, p.extra_elementwise);
            item.most_time = std::max(
                item.most_time, tile_cycles(p, shape_of(p, 1, 1, 1, 1, floor.limits.copies), floor.limits));
            item.work += p.macs() * floor.limits.cycles_per_mac * floor.limits.copies;
        }
        item.kind = kinds.emplace(std::move(key), kinds.size()).first->second;
        item.shapes = [list = std::vector(parts.begin(), parts.end()), side, limits = floor.limits](
                          double time) { return pareto_shapes(list, time, side, limits); };
        problem.kernels.push_back(std::move(item));
    }
    for (const auto& edge : floor.edges) problem.edges.push_back({edge.from, edge.to, 1});
    return problem;
}

FloorSlots solver_slots(const PlacementResult& placement) {
    FloorSlots slots;
    for (const auto& [option, rotated, rect] : placement.kernels)
        slots.emplace_back(core::Slot{
            .x = rect.x,
            .y = rect.y,
            .rotated = rotated,
            .arguments = {option.arguments.begin(),
                          option.arguments.begin() + static_cast<std::ptrdiff_t>(option.argument_count)}});
    return slots;
}

core::PlacedKernel placed_part(const FloorProblem& problem, std::size_t kernel, std::size_t part,
                               const core::Slot& slot) {
    const auto& item = problem.kernels[kernel];
    const auto& a = slot.arguments;
    int before = 0;  // tiles of the parts to the left
    for (std::size_t p = 0; p < part; ++p) before += problem.limits.copies * a[2 + item.parts + p];
    const int c = a[2 + part], k = a[2 + item.parts + part];
    const int width = problem.limits.copies * k, height = a[0] * a[1] * (c + 1);
    const auto& name = problem.graph.kernels[item.first + part].name;
    const auto op = problem.graph.kernels[item.first + part].op;
    const core::Rect rect = slot.rotated ? core::Rect{slot.x, slot.y + before, height, width}
                                         : core::Rect{slot.x + before, slot.y, width, height};
    return {.name = name,
            .slot = {.x = rect.x, .y = rect.y, .rotated = slot.rotated, .arguments = {a[0], a[1], c, k}},
            .rect = rect,
            .op = op};
}

core::Result<FloorSlots> layout_slots(const FloorProblem& problem, const core::ContestLayout& layout) {
    std::unordered_map<std::string, std::size_t> index;
    for (std::size_t k = 0; k < problem.kernels.size(); ++k)
        index.emplace(plain_kernel_name(problem.kernels[k].name), k);
    FloorSlots slots(problem.kernels.size());
    std::vector<bool> defined(problem.kernels.size(), false);
    for (const auto& place : layout.kernels) {
        const auto refuse = [&](const std::string& what, std::string hint) {
            return core::fail(core::ErrorCode::layout, fmt::format("Line {}: {}.", place.line, what),
                              fmt::format("{}:{}", layout.source, place.line), std::move(hint));
        };
        const auto found = index.find(plain_kernel_name(place.name));
        if (found == index.end())
            return refuse(fmt::format("unknown kernel {}; the graph has {} to {}", place.name,
                                      problem.kernels.front().name, problem.kernels.back().name),
                          "is the layout of another graph?");
        const auto k = found->second;
        const auto& kernel = problem.kernels[k];
        if (defined[k]) return refuse(fmt::format("{} is defined twice", kernel.name), "keep one of them");
        defined[k] = true;
        if (place.kind != kernel.kind)
            return refuse(
                fmt::format("{} is a {} here, but the graph's is a {}", kernel.name,
                            core::contest_kind_name(place.kind), core::contest_kind_name(kernel.kind)),
                "is the layout of another graph?");
        if (place.given != kernel.given)
            return refuse(fmt::format("{} has the given arguments {}, the graph {}", kernel.name,
                                      fmt::join(place.given, " "), fmt::join(kernel.given, " ")),
                          "is the layout of another graph?");
        for (const int a : place.slot.arguments)
            if (a < 1)
                return refuse(fmt::format("{} has the execution argument {}", kernel.name, a),
                              "they are 1 or more");
        const auto& a = place.slot.arguments;
        double width = 0, height = 0;  // as numbers that cannot overflow
        for (std::size_t p = 0; p < kernel.parts; ++p) {
            height = std::max(height, static_cast<double>(a[0]) * a[1] * (a[2 + p] + 1.0));
            width += static_cast<double>(problem.limits.copies) * a[2 + kernel.parts + p];
        }
        const double far = std::max(std::abs(static_cast<double>(place.slot.x)),
                                    std::abs(static_cast<double>(place.slot.y)));
        if (std::max({width, height, far}) > kMostTiles)
            return refuse(fmt::format("{} reaches {:.0f} tiles outside the {} x {} fabric", kernel.name,
                                      std::max({width, height, far}) - longest_side(problem),
                                      problem.limits.grid.columns, problem.limits.grid.rows),
                          "correct the line");
        if (place.placed) slots[k] = place.slot;
    }
    return slots;
}

core::ContestLayout slots_layout(const FloorProblem& problem, const FloorSlots& slots) {
    core::ContestLayout layout;
    for (std::size_t k = 0; k < slots.size(); ++k) {
        if (!slots[k]) continue;
        const auto& kernel = problem.kernels[k];
        layout.kernels.push_back({.name = kernel.name,
                                  .kind = kernel.kind,
                                  .given = kernel.given,
                                  .slot = *slots[k],
                                  .placed = true});
    }
    return layout;
}

}  // namespace waferscope::sim
