// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/contest_graph.hpp"
#include "core/model/result.hpp"
#include "sim/placement/problem.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waferscope::sim {

/// A rectangle an engineer moves: one convolution, or the parts of a block side by side that share h' and w'.
struct FloorKernel {
    std::string name;  ///< as in a .paint: a word
    core::ContestKind kind = core::ContestKind::conv;
    std::vector<std::int64_t> given;   ///< as core::ContestPlace
    std::size_t first = 0, parts = 1;  ///< in FloorProblem::graph, in the order of the execution arguments
};

/// Data from one rectangle to another.
struct FloorEdge {
    std::size_t from = 0, to = 0;
    double elements = 0;  ///< per sample; 0 = unknown
};

/// What is placed by hand or by the solver: rectangles, their tensors, the limits and the weights of the
/// cost.
struct FloorProblem {
    ShapeLimits limits;
    KernelGraph graph;  ///< the parts of all kernels and what flows between them
    std::vector<FloorKernel> kernels;
    std::vector<FloorEdge> edges;
    double weight_time = 1, weight_length = 1, weight_adapter = 0;
    double batch = 1;             ///< samples between two weight updates; >= 1
    double wavelet_interval = 1;  ///< cycles per wavelet and link
};

/// Where every kernel lies; nothing = not placed. One entry per FloorProblem::kernels.
using FloorSlots = std::vector<std::optional<core::Slot>>;

/// Samples between two weight updates when a graph does not say.
inline constexpr double kContestBatch = 256;

/// The contest's rules: three copies, time in MACs, the weights of the file.
FloorProblem floor_problem(const core::ContestGraph& graph);

/// The kernels of a workload graph. Those of a contest graph keep their names and blocks; others are called
/// k1, k2 ... in the order of kernels_of(). Weights 1, 1, 0.
FloorProblem floor_problem(const core::Workload& workload, const ShapeLimits& limits);

/// Size, time and memory of a kernel cut up by `arguments` (right number, each >= 1), not rotated.
ShapeOption floor_shape(const FloorProblem& problem, std::size_t kernel, std::span<const int> arguments);

/// The shapes of at most `most_time` of which none beats another in both sides, by rising height.
std::vector<ShapeOption> floor_shapes(const FloorProblem& problem, std::size_t kernel, double most_time);

/// The fastest shape at most `width` x `height` tiles, not rotated; of equally fast ones the smallest. Exact
/// to 1e-4 of its time. Nothing when none is that small.
std::optional<ShapeOption> fastest_shape(const FloorProblem& problem, std::size_t kernel, int width,
                                         int height);

/// For the solver: all kernels, every tensor weighs 1. The adapter term is not part of the search.
PlacementProblem solver_problem(const FloorProblem& problem);
FloorSlots solver_slots(const PlacementResult& placement);

/// What people call it, as the run does: the operator's own name; the name in the .paint for a block.
const std::string& shown_name(const FloorProblem& problem, std::size_t kernel);

/// The placed part `part` of kernel `kernel`: name, h' w' c' k', tiles as occupied.
core::PlacedKernel placed_part(const FloorProblem& problem, std::size_t kernel, std::size_t part,
                               const core::Slot& slot);

/// Slots of a layout. E-layout naming the line: unknown, repeated or wrongly typed kernels, other given
/// arguments, execution arguments that are not positive. Places are not judged; missing kernels stay
/// unplaced.
core::Result<FloorSlots> layout_slots(const FloorProblem& problem, const core::ContestLayout& layout);

/// The opposite: every kernel that was placed once, unplaced ones without a place.
core::ContestLayout slots_layout(const FloorProblem& problem, const FloorSlots& slots);

}  // namespace waferscope::sim
