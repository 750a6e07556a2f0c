// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/conv_geometry.hpp"
#include "core/io/onnx_rules.hpp"

#include <algorithm>

namespace waferscope::core::rules {
namespace {

constexpr std::int32_t kInt64 = 7, kBool = 9;

/// Batch and channels, then a window over each spatial dimension of `in`.
Dims slide(const Dims& in, std::int64_t channels, const Window& window, bool round_up) {
    if (!in.ranked() || in.rank() < 2) return {};
    Dims out{in[0], channels};
    for (int i = 2; i < in.rank(); ++i) out.push(window.out_length(i - 2, in[i], round_up));
    return out;
}

}  // namespace

void conv(ShapeContext& c) {
    const Dims weights = c.dims(1);
    c.set(0, c.type(0), slide(c.dims(0), weights.at(0), window_of(c, weights), false));
}

void qlinear_conv(ShapeContext& c) {
    const Dims weights = c.dims(3);
    c.set(0, c.type(7) != 0 ? c.type(7) : c.type(0),
          slide(c.dims(0), weights.at(0), window_of(c, weights), false));
}

void conv_integer(ShapeContext& c) {
    constexpr std::int32_t kInt32 = 6;
    const Dims weights = c.dims(1);
    c.set(0, kInt32, slide(c.dims(0), weights.at(0), window_of(c, weights), false));
}

void conv_transpose(ShapeContext& c) {
    const Dims in = c.dims(0), weights = c.dims(1);
    if (!in.ranked() || in.rank() < 2) return c.set(0, c.type(0), {});
    const Window window = window_of(c, weights);
    const auto fixed = c.list("output_shape"), extra = c.list("output_padding");
    Dims out{in[0], weights.at(1) < 0 ? kUnknownDim
                                      : weights.at(1) * std::max<std::int64_t>(1, c.integer("group", 1))};
    for (int i = 0; i + 2 < in.rank(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (at < fixed.size()) {
            out.push(fixed[at]);
            continue;
        }
        const auto length = in[i + 2], k = window.kernel.at(i);
        if (length < 0 || k < 0) {
            out.push(kUnknownDim);
        } else if (window.auto_pad.starts_with("SAME")) {
            out.push(static_cast<std::int64_t>(static_cast<double>(length) *
                                               static_cast<double>(window.stride(i))));
        } else {
            const double reach = static_cast<double>(k - 1) * static_cast<double>(window.dilation(i)) + 1;
            const double full = static_cast<double>(window.stride(i)) * static_cast<double>(length - 1) +
                                reach + static_cast<double>(at < extra.size() ? extra[at] : 0);
            const double result =
                full - (window.auto_pad == "VALID" ? 0 : static_cast<double>(window.padding(i)));
            out.push(result >= 0 && result < 1e15 ? static_cast<std::int64_t>(result) : kUnknownDim);
        }
    }
    c.set(0, c.type(0), out);
}

void pool(ShapeContext& c) {
    const Dims in = c.dims(0);
    const Dims out = slide(in, in.at(1), window_of(c, {}), c.integer("ceil_mode", 0) != 0);
    c.set(0, c.type(0), out);
    c.set(1, kInt64, out);
}

void global_pool(ShapeContext& c) {
    Dims out = c.dims(0);
    for (int i = 2; i < out.rank(); ++i) out[i] = 1;
    c.set(0, c.type(0), out);
}

void batch_normalization(ShapeContext& c) {
    c.set(0, c.type(0), c.dims(0));
    for (int i = 1; i < c.outputs(); ++i) c.set(i, c.type(1), c.dims(1));
}

void layer_normalization(ShapeContext& c) {
    Dims statistics = c.dims(0);
    c.set(0, c.type(0), statistics);
    const int axis = normal_axis(c.integer("axis", -1), statistics.rank());
    for (int i = std::max(0, axis); i < statistics.rank(); ++i) statistics[i] = 1;
    for (int i = 1; i < c.outputs(); ++i) c.set(i, c.type(0), statistics);
}

void dropout(ShapeContext& c) {
    c.set(0, c.type(0), c.dims(0));
    c.set(1, c.opset() >= 10 ? kBool : c.type(0), c.dims(0));
}

void recurrent(ShapeContext& c) {
    const Dims x = c.dims(0), r = c.dims(2);
    const bool batch_first = c.integer("layout", 0) != 0;
    const auto length = x.at(batch_first ? 1 : 0),
               batch = x.rank() == 3 ? x[batch_first ? 0 : 1] : kUnknownDim;
    const auto directions = c.text("direction") == "bidirectional" ? 2 : 1;
    const auto hidden = c.integer("hidden_size", r.rank() == 3 ? r[2] : kUnknownDim);
    c.set(0, c.type(0),
          batch_first ? Dims{batch, length, directions, hidden} : Dims{length, directions, batch, hidden});
    const Dims last = batch_first ? Dims{batch, directions, hidden} : Dims{directions, batch, hidden};
    c.set(1, c.type(0), last);
    c.set(2, c.type(0), last);
}

/// Experimental operator of old exports: border = left, top, right, bottom.
void crop(ShapeContext& c) {
    Dims out = c.dims(0);
    const auto border = c.list("border"), scale = c.list("scale");
    if (out.rank() == 4 && scale.size() == 2) {
        out[2] = scale[0];
        out[3] = scale[1];
    } else if (out.rank() == 4 && border.size() == 4) {
        const auto cut = [](std::int64_t d, std::int64_t a, std::int64_t b) {
            return d < 0 || a < 0 || b < 0 || a > d || b > d - a ? kUnknownDim : d - a - b;
        };
        out[2] = cut(out[2], border[1], border[3]);
        out[3] = cut(out[3], border[0], border[2]);
    }
    c.set(0, c.type(0), out);
}

}  // namespace waferscope::core::rules
