// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/contest_score.hpp"
#include "sim/placement/fork_join.hpp"
#include "sim/placement/kernel_problem.hpp"
#include "sim/placement/placer.hpp"
#include "sim/wafer/adapter.hpp"
#include "sim/wafer/flow_model.hpp"
#include "sim/wafer/pipelined.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <mutex>

namespace waferscope::sim {
namespace {

constexpr std::array kWireShares{0.02, 0.5};     ///< of kernel_problem: fast kernels, and short ways
constexpr double kPlacerWork = 0.1;              ///< nominal seconds of each search
constexpr std::size_t kMostPlacedKernels = 150;  ///< longer graphs keep the shelves: a search takes seconds
constexpr std::array kDirectionNames{"north", "east", "south", "west"};

void visit_in_order(const std::vector<TileFlow>& flows, const FlowVisit& visit) {
    for (const auto& [flow, order] : route(flows)) visit(flow, order);
}

}  // namespace

// F1, B1, B2, U1.
void visit_kernel_flows(const PipelineLayout& layout, std::size_t k, double batch, const FlowVisit& visit) {
    const Kernel& q = layout.graph.kernels[k];
    const KernelShape& s = layout.packed.shapes[k];
    const auto& placed = layout.packed.placed[k];
    const auto row = [&](int y, int from, int to, FixedWavelets v) {
        const auto a = tile_of(placed, from, y), b = tile_of(placed, to, y);
        visit({a.x, a.y, b.x, b.y, v}, RouteOrder::x_first);
    };
    const auto column_flow = [&](int x, int from, int to, FixedWavelets v) {
        const auto a = tile_of(placed, x, from), b = tile_of(placed, x, to);
        visit({a.x, a.y, b.x, b.y, v}, RouteOrder::x_first);
    };
    const auto last_column = [&](int copies) { return copies * s.k - 1; };
    const double stride2 = static_cast<double>(q.T * q.T);
    for (int block = 0; block < s.h * s.w; ++block) {
        const auto h = balanced_part(q.H, s.h, block / s.w), w = balanced_part(q.W, s.w, block % s.w);
        const int top = block * (s.c + 1);
        const int reduce_row = top + s.c;
        for (int c = 0; c < s.c; ++c) {
            const auto x =
                to_fixed(static_cast<double>((h + q.R - 1) * (w + q.S - 1) * balanced_part(q.C, s.c, c)) / 2);
            row(top + c, 0, last_column(layout.copies == 3 ? 3 : 1), x);  // F1
            if (layout.copies == 3) row(top + c, last_column(2), 0, x);   // B2
        }
        for (int column = 0; column < s.width; ++column) {
            const auto ch_out = balanced_part(q.K, s.k, column % s.k);
            // Partial sums run down the c' rows to the reduce row: 1 wavelet per FP32 partial sum.
            const auto outputs = static_cast<double>(h * w * ch_out) / stride2;
            if (column < s.k) {
                column_flow(column, top, reduce_row, to_fixed(outputs));
            } else {
                column_flow(column, reduce_row, top, to_fixed(outputs / 2));  // B1
            }
        }
    }
    if (layout.copies != 3) return;
    for (int column = 2 * s.k; column < 3 * s.k; ++column) {  // U1: reduce up, multicast down
        const auto ch_out = balanced_part(q.K, s.k, column % s.k);
        const auto v = to_fixed(static_cast<double>(q.C * ch_out * q.R * q.S) / 2 / batch);
        column_flow(column, 0, s.height - 1, v);
        column_flow(column, s.height - 1, 0, v);
        for (int r = 0; r < s.height; ++r)  // and on to the other two copies
            if (const int c = r % (s.c + 1); c < s.c)
                row(r, column, column - 2 * s.k,
                    to_fixed(static_cast<double>(balanced_part(q.C, s.c, c) * ch_out * q.R * q.S) / 2 / batch));
    }
}

void visit_edge_flows(const PipelineLayout& layout, const KernelEdge& edge, const FlowVisit& visit) {
    visit_in_order(adapter_flows(layout.graph, layout.packed, edge), visit);  // F3 to one consumer
    if (layout.copies == 3) visit_in_order(gradient_flows(layout.graph, layout.packed, edge), visit);  // B2 back from it
}

void for_each_flow(const PipelineLayout& layout, std::size_t k, double batch, const FlowFilter& belongs, const FlowVisit& visit) {
    const int self = static_cast<int>(k);
    if (belongs(self, self)) visit_kernel_flows(layout, k, batch, visit);
    for (const auto& edge : layout.graph.edges)
        if (edge.from == self && belongs(edge.from, edge.to)) visit_edge_flows(layout, edge, visit);
}

void add_kernel_flows(const PipelineLayout& layout, std::size_t k, double batch, const FlowFilter& belongs, LinkLoads& loads) {
    for_each_flow(layout, k, batch, belongs, [&](const TileFlow& f, RouteOrder order) { loads.add_flow(f.from_x, f.from_y, f.to_x, f.to_y, f.wavelets, order); });
}

namespace {

/// Loads of all flows, the hottest link and the interval that follows from it. `loads` of the wafer's grid serves as
/// scratch: making one costs more than a layout's flows.
void find_interval(PipelineLayout& layout, const WaferSpec& spec, double batch, LinkLoads& loads) {
    loads.clear();
    for (std::size_t k = 0; k < layout.graph.kernels.size(); ++k)
        add_kernel_flows(layout, k, batch, kAllFlows, loads);
    loads.finish();
    const auto most = loads.busiest();
    layout.hottest_x = most.x, layout.hottest_y = most.y, layout.hottest_direction = most.direction;
    layout.hottest.name = fmt::format("({}, {}) {}", most.x, most.y,
                                      kDirectionNames.at(static_cast<std::size_t>(most.direction)));
    layout.kernel_interval = *std::ranges::max_element(layout.cycles);
    layout.hottest.load =
        static_cast<double>(most.wavelets) / kFixedOne * spec.wavelet_interval / layout.kernel_interval;
    layout.interval = layout.kernel_interval * std::max(1.0, layout.hottest.load);
}

/// Layouts to choose from: shelves and what the placer found on its way. Which has the shortest interval depends on the
/// links, which no packer knows.
std::vector<PackedKernels> packings(const KernelGraph& graph, const ShapeLimits& limits) {
    std::vector<PackedKernels> found;
    for (const auto order : {ShelfOrder::data_path, ShelfOrder::tallest})
        if (auto packed = place_kernels(graph, limits, order)) found.push_back(std::move(*packed));
    if (graph.kernels.size() > kMostPlacedKernels) return found;
    // The clock's guard is far off, so the same request always gives the same layout.
    const PlacerConfig config{.time_limit_s = 600, .work_limit_s = kPlacerWork, .threads = 2};
    for (const double wire_share : kWireShares)
        if (const auto placed = solve_placement(kernel_problem(graph, limits, wire_share), config, {}, {}))
            for (const auto& candidate : placed->candidates) found.push_back(packed_kernels(graph, limits, candidate));
    return found;
}

}  // namespace

namespace {

/// What a layout follows from. The last few are kept: levers, windows and repeated runs ask for the same again,
/// and a search takes seconds.
struct LayoutKey {
    std::shared_ptr<const core::Workload> workload;
    core::GridSize grid;
    double sram_bytes, cycles_per_mac, wavelet_interval, batch;
    int copies;
    friend bool operator==(const LayoutKey&, const LayoutKey&) = default;
};

class LayoutCache {
public:
    std::optional<PipelineLayout> find(const LayoutKey& key) {
        const std::scoped_lock lock(mutex_);
        for (const auto& [known, layout] : kept_)
            if (known == key) return layout;
        return {};
    }
    void keep(LayoutKey key, PipelineLayout layout) {
        constexpr std::size_t kMost = 6;
        const std::scoped_lock lock(mutex_);
        if (kept_.size() == kMost) kept_.pop_front();
        kept_.emplace_back(std::move(key), std::move(layout));
    }

private:
    std::mutex mutex_;
    std::deque<std::pair<LayoutKey, PipelineLayout>> kept_;
};

ShapeLimits limits_of(const Request& request, const WaferSpec& spec) {
    return {.grid = spec.grid,
            .memory_elements = spec.sram_bytes / 2,
            .copies = core::is_training(request.scenario.phase) ? 3 : 1,
            .cycles_per_mac = spec.cycles_per_mac,
            .cycles_per_output = kReduceCycles};
}

tl::unexpected<core::Error> no_kernels(const Request& request) {
    return core::fail(core::ErrorCode::value,
                      "The workload has no convolution or matrix product with known shapes.",
                      request.workload->source, "bind its symbols");
}

/// The first breach of a given layout, at its line.
core::Result<void> check_layout(const FlowModel& model, const core::ContestLayout& layout) {
    const auto violations = model.estimate().violations;
    if (violations.empty()) return {};
    const auto& v = violations.front();
    int line = 0;
    for (const auto& place : layout.kernels)
        if (plain_kernel_name(place.name) == plain_kernel_name(model.problem().kernels[v.other].name))
            line = std::max(line, place.line);
    const auto text = violation_text(model, v);
    if (line == 0) return core::fail(core::ErrorCode::layout, text + ".", layout.source, "open it in the explorer: Place the rest");
    return core::fail(core::ErrorCode::layout, fmt::format("Line {}: {}.", line, text),
                      fmt::format("{}:{}", layout.source, line), "open it in the explorer: Legalise moves as little as possible");
}

/// The placement the request brings along.
core::Result<PipelineLayout> given_layout(const Request& request, const WaferSpec& spec) {
    auto problem = floor_problem(*request.workload, limits_of(request, spec));
    if (problem.kernels.empty()) return no_kernels(request);
    problem.wavelet_interval = spec.wavelet_interval;
    problem.batch = static_cast<double>(request.scenario.global_batch);
    auto slots = layout_slots(problem, *request.layout);
    if (!slots) return tl::unexpected(slots.error());
    const FlowModel model(problem, *slots);
    if (const auto legal = check_layout(model, *request.layout); !legal) return tl::unexpected(legal.error());
    // In the order of the data path again, which a block's parts need not follow.
    PipelineLayout layout{.graph = kernels_of(*request.workload), .copies = problem.limits.copies};
    const auto n = layout.graph.kernels.size();
    layout.packed.placed.resize(n), layout.packed.shapes.resize(n), layout.cycles.resize(n);
    std::map<std::uint32_t, std::size_t> index;
    for (std::size_t i = 0; i < n; ++i) index[layout.graph.kernels[i].op] = i;
    for (std::size_t k = 0; k < problem.kernels.size(); ++k)
        for (std::size_t p = 0; p < problem.kernels[k].parts; ++p) {
            auto placed = placed_part(problem, k, p, *(*slots)[k]);
            const auto i = index.at(placed.op);
            const auto& a = placed.slot.arguments;
            layout.packed.shapes[i] = shape_of(layout.graph.kernels[i], a[0], a[1], a[2], a[3], layout.copies);
            layout.cycles[i] = tile_cycles(layout.graph.kernels[i], layout.packed.shapes[i], problem.limits);
            layout.packed.cycles = std::max(layout.packed.cycles, layout.cycles[i]);
            layout.packed.placed[i] = std::move(placed);
        }
    LinkLoads loads(spec.grid);
    find_interval(layout, spec, problem.batch, loads);
    return layout;
}

core::Result<PipelineLayout> search_layout(const Request& request, const WaferSpec& spec) {
    const auto graph = kernels_of(*request.workload);
    if (graph.kernels.empty()) return no_kernels(request);
    auto limits = limits_of(request, spec);
    limits.cycles_per_wavelet = spec.wavelet_interval;  // a kernel that starves by its own input is no choice
    auto packed = packings(graph, limits);
    std::vector<PipelineLayout> layouts(packed.size());
    constexpr std::size_t kThreads = 2;
    fork_join(kThreads, kThreads, [&](std::size_t first) {
        LinkLoads loads(spec.grid);
        for (std::size_t i = first; i < packed.size(); i += kThreads) {
            auto& layout = layouts[i] = {.graph = graph, .packed = std::move(packed[i]), .copies = limits.copies};
            for (std::size_t k = 0; k < graph.kernels.size(); ++k)
                layout.cycles.push_back(tile_cycles(graph.kernels[k], layout.packed.shapes[k], limits));
            find_interval(layout, spec, static_cast<double>(request.scenario.global_batch), loads);
        }
    });
    const auto best = std::ranges::min_element(layouts, {}, &PipelineLayout::interval);
    if (best == layouts.end())
        return core::fail(core::ErrorCode::fit,
                          fmt::format("The model does not fit: its {} kernels do not pack on {} x {} cores.",
                                      graph.kernels.size(), spec.grid.columns, spec.grid.rows),
                          "/wafer", "use weight streaming, or a smaller model");
    return std::move(*best);
}

}  // namespace

core::Result<PipelineLayout> lay_out(const Request& request, const WaferSpec& spec) {
    if (request.layout) return given_layout(request, spec);
    static LayoutCache cache;
    const LayoutKey key{request.workload, spec.grid, spec.sram_bytes, spec.cycles_per_mac, spec.wavelet_interval,
                        static_cast<double>(request.scenario.global_batch), core::is_training(request.scenario.phase) ? 3 : 1};
    if (auto known = cache.find(key)) return std::move(*known);
    auto layout = search_layout(request, spec);
    if (layout) cache.keep(key, *layout);
    return layout;
}

}  // namespace waferscope::sim
