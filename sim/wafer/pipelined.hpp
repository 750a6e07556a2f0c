// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/network/link_loads.hpp"
#include "sim/placement/kernel.hpp"
#include "sim/wafer/adapter.hpp"
#include "sim/wafer/wafer_spec.hpp"

#include <functional>
#include <vector>

namespace waferscope::sim {

/// c_red: cycles of a reduce tile per output: add, bias + activation, send (design/wafer_models.md 1).
inline constexpr double kReduceCycles = 3;

/// Kernels on the wafer with what follows for every sample.
struct PipelineLayout {
    KernelGraph graph;
    PackedKernels packed;
    int copies = 1;              ///< 3 when training
    std::vector<double> cycles;  ///< T_k of each kernel
    double kernel_interval = 0;  ///< T = max T_k
    double interval = 0;         ///< T' = T max(1, rho_max)
    core::HottestLink hottest;   ///< load = rho at interval T
    int hottest_x = 0, hottest_y = 0;
    core::Direction hottest_direction = core::Direction::north;
};

/// Kernels, shapes, places and the interval of a request: those of its layout, else found. E-fit when they do
/// not fit, E-layout naming the line when a given layout is not legal or not complete.
core::Result<PipelineLayout> lay_out(const Request& request, const WaferSpec& spec);

/// Chooses flows by the kernels at their ends (equal ends: inside one kernel).
using FlowFilter = std::function<bool(int from, int to)>;
inline const FlowFilter kAllFlows = [](int, int) { return true; };

/// A flow per sample and the axis its route travels first.
using FlowVisit = std::function<void(const TileFlow& flow, RouteOrder order)>;

/// Visits the flows per sample inside the rectangle of kernel `k`; `batch` spreads the weight update over its
/// samples.
void visit_kernel_flows(const PipelineLayout& layout, std::size_t k, double batch, const FlowVisit& visit);
/// Visits what flows along one edge: activations, and gradients back when training.
void visit_edge_flows(const PipelineLayout& layout, const KernelEdge& edge, const FlowVisit& visit);

/// Visits the flows per sample of kernel `k`: inside its rectangle, and to and from its consumers
/// (design/wafer_models.md 2). `belongs` is asked just before the flows of a pair are visited. `batch` spreads the weight update over its samples.
void for_each_flow(const PipelineLayout& layout, std::size_t k, double batch, const FlowFilter& belongs, const FlowVisit& visit);
/// Adds those flows to `loads`.
void add_kernel_flows(const PipelineLayout& layout, std::size_t k, double batch, const FlowFilter& belongs, LinkLoads& loads);

}  // namespace waferscope::sim
