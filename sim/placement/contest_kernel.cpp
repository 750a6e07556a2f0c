// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/contest_kernel.hpp"

#include <algorithm>

namespace waferscope::sim {
namespace {

Kernel convolution(std::int64_t H, std::int64_t W, std::int64_t filter, std::int64_t C, std::int64_t K,
                   std::int64_t stride) {
    const auto whole = [](std::int64_t n) { return std::max<std::int64_t>(1, n); };
    Kernel kernel;
    kernel.H = whole(H), kernel.W = whole(W), kernel.C = whole(C), kernel.K = whole(K);
    kernel.R = kernel.S = filter;
    kernel.T = stride;
    return kernel;
}

}  // namespace

std::vector<Kernel> contest_parts(core::ContestKind kind, std::span<const std::int64_t> given) {
    const auto H = given[0], W = given[1];
    if (kind == core::ContestKind::conv) {
        auto kernel = convolution(H, W, 1, given[2], given[3], given[6]);
        kernel.R = given[4];
        kernel.S = given[5];
        return {kernel};
    }
    const auto F = given[2];
    if (kind == core::ContestKind::dblock)
        return {convolution(H, W, 1, F, F / 4, 1), convolution(H, W, 3, F / 4, F / 4, 1),
                convolution(H, W, 1, F / 4, F, 1)};
    return {convolution(H, W, 1, F / 2, F / 4, 1), convolution(H, W, 3, F / 4, F / 4, 2),
            convolution(H / 2, W / 2, 1, F / 4, F, 1), convolution(H, W, 1, F / 2, F, 2)};
}

ShapeLimits contest_limits(const core::ContestGraph& graph) {
    return {.grid = graph.fabric, .memory_elements = graph.memory_limit, .copies = 3};
}

}  // namespace waferscope::sim
