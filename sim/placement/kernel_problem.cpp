// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/kernel_problem.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace waferscope::sim {
PlacementProblem kernel_problem(const KernelGraph& graph, const ShapeLimits& limits, double wire_share) {
    PlacementProblem problem{.grid = limits.grid, .may_rotate = false};
    const int side = std::max(limits.grid.columns, limits.grid.rows);
    std::map<std::pair<std::array<std::int64_t, 7>, double>, std::size_t> kinds;
    double work = 0;
    for (const auto& kernel : graph.kernels) {
        PlaceableKernel item;
        item.kind = kinds
                        .emplace(std::pair(std::array{kernel.H, kernel.W, kernel.C, kernel.K, kernel.R,
                                                      kernel.S, kernel.T},
                                           kernel.extra_elementwise),
                                 kinds.size())
                        .first->second;
        item.most_time = shape_cycles(kernel, shape_of(kernel, 1, 1, 1, 1, limits.copies), limits);
        item.work = kernel.macs() * limits.cycles_per_mac * limits.copies;
        item.shapes = [kernel, side, limits](double most_time) {
            return pareto_shapes({&kernel, 1}, most_time, side, limits);
        };
        work += item.work;
        problem.kernels.push_back(std::move(item));
    }
    double elements = 0;
    for (const auto& edge : graph.edges) elements += edge.elements;
    for (const auto& edge : graph.edges)
        if (elements > 0)
            problem.edges.push_back({static_cast<std::size_t>(edge.from), static_cast<std::size_t>(edge.to),
                                     edge.elements / elements});
    const double least = work / static_cast<double>(limits.grid.cells());
    problem.weight_length = wire_share * least * 4 / (limits.grid.columns + limits.grid.rows);
    return problem;
}

PackedKernels packed_kernels(const KernelGraph& graph, const ShapeLimits& limits,
                             const PlacementResult& placement) {
    PackedKernels packed;
    for (std::size_t k = 0; k < graph.kernels.size(); ++k) {
        const auto& kernel = graph.kernels[k];
        const auto& [option, rotated, rect] = placement.kernels[k];
        const auto& a = option.arguments;
        packed.shapes.push_back(shape_of(kernel, a[0], a[1], a[2], a[3], limits.copies));
        packed.cycles = std::max(packed.cycles, option.time);
        packed.placed.push_back(
            {.name = kernel.name,
             .slot = {.x = rect.x, .y = rect.y, .rotated = false, .arguments = {a[0], a[1], a[2], a[3]}},
             .rect = rect,
             .op = kernel.op});
    }
    return packed;
}

}  // namespace waferscope::sim
