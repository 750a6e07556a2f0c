// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/conv_geometry.hpp"

namespace waferscope::core {

Window window_of(const ShapeContext& c, const Dims& weights) {
    Window window;
    window.kernel = Dims(c.list("kernel_shape"));
    if (c.attribute("kernel_shape") == nullptr) {
        window.kernel = {};
        if (weights.rank() >= 2) window.kernel = Dims(weights.span().subspan(2));
    }
    window.spatial = std::max(0, window.kernel.rank());
    window.strides = c.list("strides");
    window.dilations = c.list("dilations");
    window.pads = c.list("pads");
    window.auto_pad = c.text("auto_pad");
    return window;
}

std::int64_t Window::out_length(int i, std::int64_t in, bool round_up) const {
    const auto step = stride(i), k = kernel.at(i);
    if (in < 0 || step <= 0) return kUnknownDim;
    if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") return in / step + (in % step != 0 ? 1 : 0);
    if (k < 0) return kUnknownDim;
    std::int64_t reach = 0, room = 0;
    if (__builtin_mul_overflow(k - 1, dilation(i), &reach)) return kUnknownDim;
    if (__builtin_add_overflow(in, auto_pad == "VALID" ? 0 : padding(i), &room)) return kUnknownDim;
    if (__builtin_sub_overflow(room, reach + 1, &room) || room < 0) return kUnknownDim;
    return room / step + 1 + (round_up && room % step != 0 ? 1 : 0);
}

}  // namespace waferscope::core
