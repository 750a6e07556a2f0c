// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/placement.hpp"
#include "core/model/workload.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waferscope::sim {

/// A convolution (or matrix product as a 1 x 1 convolution) that becomes a rectangle of tiles.
/// Symbols of design/placement.md: H W spatial size times stride, C K channels, R S filter, T stride.
struct Kernel {
    std::string name;
    std::uint32_t op = 0;
    std::int64_t H = 1, W = 1, C = 1, K = 1, R = 1, S = 1, T = 1;
    double extra_elementwise = 0;  ///< fused element-wise operators: each adds a cycle per output
    [[nodiscard]] double macs() const {
        return static_cast<double>(H * W) * static_cast<double>(C * K) * static_cast<double>(R * S) / static_cast<double>(T * T);
    }
};

/// Execution arguments h' w' c' k' and what follows from them.
struct KernelShape {
    int h = 1, w = 1, c = 1, k = 1;
    int height = 2, width = 1;  ///< tiles
    double time = 0;            ///< MACs of the slowest tile
    double memory = 0;          ///< 16-bit elements per tile
};

/// `copies` = 3 for training (forward, input gradient, weight gradient), 1 for inference.
KernelShape shape_of(const Kernel& kernel, int h, int w, int c, int k, int copies);

/// Limits of a tile array.
struct ShapeLimits {
    core::GridSize grid;
    double memory_elements = 24576;  ///< 48 KB of 16-bit elements
    int copies = 3;
    double cycles_per_mac = 1;       ///< 1 in contest units
    double cycles_per_output = 0;    ///< of a reduce tile; 0 in contest units
    double cycles_per_wavelet = 0;   ///< of a link; 0: shapes may need more input than a link carries
};

/// Wavelets per sample on the links of the kernel's busiest input row (design/wafer_models.md 2, x).
double input_row_wavelets(const Kernel& kernel, const KernelShape& shape);

/// Cycles per sample of the slowest tile: its MACs, or the outputs of the slowest reduce tile.
double tile_cycles(const Kernel& kernel, const KernelShape& shape, const ShapeLimits& limits);

/// What a shape is judged by: tile_cycles, or the time its input rows need when links limit shapes.
double shape_cycles(const Kernel& kernel, const KernelShape& shape, const ShapeLimits& limits);

/// The legal shape of least area that takes at most `cycles`; nothing when none exists.
std::optional<KernelShape> smallest_shape(const Kernel& kernel, double cycles, const ShapeLimits& limits);

/// Largest part when n is split evenly into p parts; part i has balanced_part(n, p, i).
inline std::int64_t balanced_part(std::int64_t n, std::int64_t p, std::int64_t i) { return (i + 1) * n / p - i * n / p; }

/// An activation that flows from one kernel to another, per sample.
struct KernelEdge {
    int from = 0, to = 0;
    double elements = 0;
};

/// Kernels of a workload graph and the tensors between them. Operators without MACs are fused into
/// the kernel that produces their last input.
struct KernelGraph {
    std::vector<Kernel> kernels;
    std::vector<KernelEdge> edges;
    double input_elements = 0;
};
KernelGraph kernels_of(const core::Workload& workload);

/// A placement of every kernel, with the shapes chosen.
struct PackedKernels {
    std::vector<KernelShape> shapes;
    std::vector<core::PlacedKernel> placed;
    double cycles = 0;  ///< of the slowest kernel
};

/// Kernels on shelves in the order of the data path, or tallest first (denser, longer routes).
enum class ShelfOrder : std::uint8_t { data_path, tallest };

/// Least T by bisection such that every kernel's smallest shape for T packs into shelves. Nothing when
/// even the smallest shapes do not fit. First form: the search of design/placement.md is another issue.
std::optional<PackedKernels> place_kernels(const KernelGraph& graph, const ShapeLimits& limits, ShelfOrder order);

}  // namespace waferscope::sim
