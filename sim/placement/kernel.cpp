// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace waferscope::sim {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// The splits of n that differ in their largest part, each with the fewest parts: about 2 sqrt(n) of them.
std::vector<int> useful_splits(std::int64_t n, std::int64_t most) {
    std::vector<int> splits;
    for (std::int64_t p = 1; p <= std::min(n, most);) {
        splits.push_back(static_cast<int>(p));
        const std::int64_t part = ceil_div(n, p);
        if (part == 1) break;
        p = ceil_div(n, part - 1);
    }
    return splits;
}

}  // namespace

KernelShape shape_of(const Kernel& q, int h, int w, int c, int k, int copies) {
    KernelShape shape{.h = h, .w = w, .c = c, .k = k};
    shape.height = h * w * (c + 1);
    shape.width = copies * k;
    shape.time = static_cast<double>(ceil_div(q.H, h) * ceil_div(q.W, w)) * static_cast<double>(ceil_div(q.C, c)) *
                 static_cast<double>(ceil_div(q.K, k)) * static_cast<double>(q.R * q.S) / static_cast<double>(q.T * q.T);
    const auto real = [](std::int64_t a, int b) { return static_cast<double>(a) / b; };
    shape.memory = real(q.C, c) * real(q.K, k) * static_cast<double>(q.R * q.S) +
                   real(q.W + q.S - 1, w) * real(q.H + q.R - 1, h) * real(q.K, k);
    return shape;
}

double tile_cycles(const Kernel& q, const KernelShape& s, const ShapeLimits& limits) {
    const auto outputs = static_cast<double>(ceil_div(q.H, s.h) * ceil_div(q.W, s.w) * ceil_div(q.K, s.k)) / static_cast<double>(q.T * q.T);
    const double reduce = limits.cycles_per_output > 0 ? outputs * (limits.cycles_per_output + q.extra_elementwise) : 0;
    return std::max(s.time * limits.cycles_per_mac, reduce);
}

double input_row_wavelets(const Kernel& q, const KernelShape& s) {
    return static_cast<double>((ceil_div(q.H, s.h) + q.R - 1) * (ceil_div(q.W, s.w) + q.S - 1) * ceil_div(q.C, s.c)) / 2;
}

double shape_cycles(const Kernel& kernel, const KernelShape& shape, const ShapeLimits& limits) {
    return std::max(tile_cycles(kernel, shape, limits), limits.cycles_per_wavelet * input_row_wavelets(kernel, shape));
}

std::optional<KernelShape> smallest_shape(const Kernel& kernel, double cycles, const ShapeLimits& limits) {
    std::optional<KernelShape> best;
    const int rows = limits.grid.rows;
    const int most_k = limits.grid.columns / limits.copies;
    const auto splits_k = useful_splits(kernel.K, most_k);
    for (const int h : useful_splits(kernel.H, rows / 2))
        for (const int w : useful_splits(kernel.W, rows / 2 / h))
            for (const int c : useful_splits(kernel.C, rows / (h * w) - 1)) {
                // The fewest k' that meet time and memory: both fall as k' grows.
                const auto meets = [&](int k) {
                    const auto s = shape_of(kernel, h, w, c, k, limits.copies);
                    return shape_cycles(kernel, s, limits) <= cycles && s.memory <= limits.memory_elements;
                };
                const auto k = std::ranges::partition_point(splits_k, [&](int p) { return !meets(p); });
                if (k == splits_k.end()) continue;
                const auto shape = shape_of(kernel, h, w, c, *k, limits.copies);
                if (!best || shape.height * shape.width < best->height * best->width) best = shape;
            }
    return best;
}

KernelGraph kernels_of(const core::Workload& workload) {
    KernelGraph graph;
    std::vector<int> owner(workload.operators.size(), -1);
    std::vector<std::vector<core::Edge>> incoming(workload.operators.size());
    for (const auto& edge : workload.edges) incoming[edge.to].push_back(edge);
    std::map<std::pair<int, int>, double> volume;
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i) {
        const auto& op = workload.operators[i];
        Kernel kernel{.name = op.name.empty() ? op.type + " " + std::to_string(i) : op.name, .op = i};
        bool computes = op.macs > 0;
        if (const auto* conv = std::get_if<core::ConvDims>(&op.dims)) {
            kernel.T = conv->stride;
            kernel.H = conv->out_height * conv->stride;
            kernel.W = conv->out_width * conv->stride;
            kernel.C = conv->in_channels / std::max<std::int64_t>(1, conv->groups);
            kernel.K = conv->out_channels;
            kernel.R = conv->kernel_height;
            kernel.S = conv->kernel_width;
        } else if (const auto* gemm = std::get_if<core::GemmDims>(&op.dims)) {
            kernel.H = std::max<std::int64_t>(1, gemm->batch * gemm->m / std::max<std::int64_t>(1, workload.batch));
            kernel.C = gemm->k;
            kernel.K = gemm->n;
        } else {
            computes = false;
        }
        if (computes) {
            owner[i] = static_cast<int>(graph.kernels.size());
            graph.kernels.push_back(kernel);
        } else {
            for (const auto& edge : incoming[i]) owner[i] = std::max(owner[i], owner[edge.from]);
            if (owner[i] >= 0 && op.other_ops > 0 && op.kind != core::OpKind::data_movement)
                graph.kernels[static_cast<std::size_t>(owner[i])].extra_elementwise += 1;
        }
        for (const auto& edge : incoming[i]) {
            const int from = owner[edge.from];
            if (from < 0 || owner[i] < 0 || from == owner[i]) continue;
            auto& elements = volume[{from, owner[i]}];
            const auto size = static_cast<double>(workload.tensors[edge.tensor].elements()) / static_cast<double>(std::max<std::int64_t>(1, workload.batch));
            elements = std::max(elements, size);
        }
    }
    for (const auto& [ends, elements] : volume) graph.edges.push_back({ends.first, ends.second, elements});
    for (const auto& tensor : workload.tensors)
        if (tensor.kind == core::TensorKind::input)
            graph.input_elements += static_cast<double>(tensor.elements()) / static_cast<double>(std::max<std::int64_t>(1, workload.batch));
    return graph;
}

namespace {

/// First-fit shelves. Legal by construction.
std::optional<std::vector<core::PlacedKernel>> pack_shelves(const KernelGraph& graph, const std::vector<KernelShape>& shapes,
                                                            core::GridSize grid, ShelfOrder shelf_order) {
    struct Shelf {
        int y, height, used;
    };
    std::vector<std::size_t> order(shapes.size());
    std::iota(order.begin(), order.end(), 0U);
    if (shelf_order == ShelfOrder::tallest) std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return shapes[i].height; });
    std::vector<Shelf> shelves;
    std::vector<core::PlacedKernel> placed(shapes.size());
    int next_y = 0;
    for (const auto i : order) {
        const auto& s = shapes[i];
        // In data-path order only the newest shelf is open, and it grows with its tallest kernel.
        const bool in_order = shelf_order == ShelfOrder::data_path;
        auto shelf = in_order ? (shelves.empty() ? shelves.end() : shelves.end() - 1)
                              : std::ranges::find_if(shelves, [&](const Shelf& f) { return f.used + s.width <= grid.columns && s.height <= f.height; });
        if (in_order && shelf != shelves.end()) {
            if (shelf->used + s.width > grid.columns) {
                shelf = shelves.end();
            } else if (s.height > shelf->height) {
                next_y += s.height - shelf->height;
                shelf->height = s.height;
                if (next_y > grid.rows) return std::nullopt;
            }
        }
        if (shelf == shelves.end()) {
            if (next_y + s.height > grid.rows || s.width > grid.columns) return std::nullopt;
            shelves.push_back({next_y, s.height, 0});
            next_y += s.height;
            shelf = shelves.end() - 1;
        }
        placed[i] = {.name = graph.kernels[i].name,
                     .slot = {.x = shelf->used, .y = shelf->y, .rotated = false, .arguments = {s.h, s.w, s.c, s.k}},
                     .rect = {shelf->used, shelf->y, s.width, s.height},
                     .op = graph.kernels[i].op};
        shelf->used += s.width;
    }
    return placed;
}

std::optional<PackedKernels> try_time(const KernelGraph& graph, const ShapeLimits& limits, double time, ShelfOrder order) {
    PackedKernels packed;
    for (const auto& kernel : graph.kernels) {
        const auto shape = smallest_shape(kernel, time, limits);
        if (!shape) return std::nullopt;
        packed.shapes.push_back(*shape);
        packed.cycles = std::max(packed.cycles, shape_cycles(kernel, *shape, limits));
    }
    auto placed = pack_shelves(graph, packed.shapes, limits.grid, order);
    if (!placed) return std::nullopt;
    packed.placed = std::move(*placed);
    return packed;
}

}  // namespace

std::optional<PackedKernels> place_kernels(const KernelGraph& graph, const ShapeLimits& limits, ShelfOrder order) {
    double total = 0;
    for (const auto& kernel : graph.kernels) total += kernel.macs();
    double low = limits.copies * total * limits.cycles_per_mac / static_cast<double>(limits.grid.cells());
    double high = low * 2;
    for (const auto& kernel : graph.kernels) high = std::max(high, shape_cycles(kernel, shape_of(kernel, 1, 1, 1, 1, limits.copies), limits));
    auto best = try_time(graph, limits, high, order);
    if (!best) return std::nullopt;
    for (int i = 0; i < 24 && high / low > 1.01; ++i) {
        const double middle = std::sqrt(low * high);
        if (auto packed = try_time(graph, limits, middle, order))
            best = std::move(packed), high = middle;
        else
            low = middle;
    }
    return best;
}

}  // namespace waferscope::sim
