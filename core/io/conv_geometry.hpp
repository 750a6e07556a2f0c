// SPDX-License-Identifier: GPL-3.0-or-later
// Window arithmetic shared by convolution, pooling and their costs. Included by .cpp files of core/io only.
#pragma once

#include "core/io/shape_context.hpp"

#include <string_view>

namespace waferscope::core {

/// kernel_shape, strides, dilations, pads and auto_pad of one node, per spatial dimension.
struct Window {
    int spatial = 0;
    Dims kernel;
    std::span<const std::int64_t> strides, dilations, pads;
    std::string_view auto_pad;

    [[nodiscard]] std::int64_t stride(int i) const { return pick(strides, i, 1); }
    [[nodiscard]] std::int64_t dilation(int i) const { return pick(dilations, i, 1); }
    [[nodiscard]] std::int64_t padding(int i) const { return pick(pads, i, 0) + pick(pads, i + spatial, 0); }

    /// Output length of a convolution or pool along dimension `i`; unknown when the input is.
    [[nodiscard]] std::int64_t out_length(int i, std::int64_t in, bool round_up) const;

private:
    static std::int64_t pick(std::span<const std::int64_t> list, int i, std::int64_t fallback) {
        return static_cast<std::size_t>(i) < list.size() ? list[static_cast<std::size_t>(i)] : fallback;
    }
};

/// The window of a node whose weights (or nothing) give the kernel when the attribute does not.
Window window_of(const ShapeContext& c, const Dims& weights);

}  // namespace waferscope::core
