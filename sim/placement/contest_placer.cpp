// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/contest_placer.hpp"

#include "sim/placement/contest_kernel.hpp"

#include <algorithm>
#include <map>

namespace waferscope::sim {

PlacementProblem contest_problem(const core::ContestGraph& graph) {
    PlacementProblem problem{
        .grid = graph.fabric, .weight_time = graph.weight_time, .weight_length = graph.weight_length};
    const auto limits = contest_limits(graph);
    const int side = std::max(graph.fabric.columns, graph.fabric.rows);
    std::map<std::pair<core::ContestKind, std::vector<std::int64_t>>, std::size_t> kinds;
    std::vector<std::size_t> index(graph.nodes.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const auto& node = graph.nodes[i];
        if (!node.is_kernel()) continue;
        index[i] = problem.kernels.size();
        const auto given = node.arguments();
        PlaceableKernel kernel;
        kernel.kind =
            kinds.emplace(std::pair(node.kind, std::vector(given.begin(), given.end())), kinds.size())
                .first->second;
        const auto parts = contest_parts(node.kind, given);
        for (const auto& part : parts) {
            kernel.most_time = std::max(kernel.most_time, part.macs());
            kernel.work += part.macs() * limits.copies;
        }
        kernel.shapes = [parts, side, limits](double most_time) {
            return pareto_shapes(parts, most_time, side, limits);
        };
        problem.kernels.push_back(std::move(kernel));
    }
    for (const auto& edge : graph.edges)
        if (graph.nodes[edge.from].is_kernel() && graph.nodes[edge.to].is_kernel())
            problem.edges.push_back({index[edge.from], index[edge.to], 1});
    return problem;
}

core::ContestLayout contest_layout(const core::ContestGraph& graph, const PlacementResult& placement) {
    core::ContestLayout layout;
    auto placed = placement.kernels.begin();
    for (const auto& node : graph.nodes) {
        if (!node.is_kernel()) continue;
        const auto& option = placed->option;
        core::ContestPlace kernel;
        kernel.name = node.name;
        kernel.kind = node.kind;
        kernel.given.assign(node.arguments().begin(), node.arguments().end());
        kernel.slot = {
            .x = placed->rect.x,
            .y = placed->rect.y,
            .rotated = placed->rotated,
            .arguments = {option.arguments.begin(),
                          option.arguments.begin() + static_cast<std::ptrdiff_t>(option.argument_count)}};
        kernel.placed = true;
        layout.kernels.push_back(std::move(kernel));
        ++placed;
    }
    return layout;
}

}  // namespace waferscope::sim
