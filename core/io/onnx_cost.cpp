// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/conv_geometry.hpp"
#include "core/io/onnx_rules.hpp"

#include <algorithm>

namespace waferscope::core::costs {
namespace {

double real(std::int64_t value) {
    return static_cast<double>(value);
}

/// Product of the dimensions from `first` up to `last`; -1 when one is unknown.
std::int64_t span_product(const Dims& d, int first, int last) {
    std::int64_t product = 1;
    for (int i = first; i < last; ++i) {
        if (d.at(i) < 0 || __builtin_mul_overflow(product, d.at(i), &product)) return kUnknownDim;
    }
    return product;
}

void set_gemm(Operator& op, const GemmDims& dims) {
    if (dims.batch < 0 || dims.m < 0 || dims.n < 0 || dims.k < 0) return;
    op.dims = dims;
    op.macs = real(dims.batch) * real(dims.m) * real(dims.n) * real(dims.k);
}

void convolve(const ShapeContext& c, Operator& op, const Dims& in, const Dims& weights) {
    const Dims out = c.output_dims(0);
    if (!in.known() || !weights.known() || !out.known() || out.rank() < 3 || in.rank() != out.rank()) return;
    const Window window = window_of(c, weights);
    ConvDims d;
    d.batch = in[0];
    d.in_channels = in[1];
    d.out_channels = out[1];
    d.groups = std::max<std::int64_t>(1, c.integer("group", 1));
    // One dimension: height 1. Three: depth and height folded into one.
    const int last = out.rank() - 1;
    d.in_width = in[last];
    d.out_width = out[last];
    d.in_height = span_product(in, 2, last);
    d.out_height = span_product(out, 2, last);
    d.kernel_width = std::max<std::int64_t>(1, window.kernel.at(-1));
    d.kernel_height = std::max<std::int64_t>(1, span_product(window.kernel, 0, window.kernel.rank() - 1));
    d.stride = window.stride(0);
    op.dims = d;
    op.macs = real(out.elements()) * real(d.in_channels) / real(d.groups) * real(d.kernel_height) *
              real(d.kernel_width);
}

void multiply(Operator& op, const Dims& a, const Dims& b, const Dims& out) {
    if (!a.known() || !b.known() || !out.known() || a.rank() < 1 || b.rank() < 1) return;
    const auto k = a.at(-1), m = a.rank() > 1 ? a.at(-2) : 1, n = b.rank() > 1 ? b.at(-1) : 1;
    const auto batch = span_product(out, 0, out.rank() - (a.rank() > 1 ? 1 : 0) - (b.rank() > 1 ? 1 : 0));
    // A batch of activations against one stored matrix is one tall product.
    if (b.rank() <= 2)
        return set_gemm(op, {.batch = 1, .m = m < 0 || batch < 0 ? -1 : m * batch, .n = n, .k = k});
    set_gemm(op, {.batch = batch, .m = m, .n = n, .k = k});
}

/// Scores and weighted values of attention: `width` = key size plus value size over all heads.
void attend(Operator& op, std::int64_t batch, std::int64_t queries, std::int64_t keys, std::int64_t width) {
    if (batch < 0 || queries < 0 || keys < 0 || width < 0) return;
    op.macs += real(batch) * real(queries) * real(keys) * real(width);
}

std::int64_t sum(std::int64_t a, std::int64_t b) {
    return a < 0 || b < 0 ? kUnknownDim : a + b;
}

}  // namespace

void conv(const ShapeContext& c, Operator& op) {
    convolve(c, op, c.dims(0), c.dims(1));
}
void qlinear_conv(const ShapeContext& c, Operator& op) {
    convolve(c, op, c.dims(0), c.dims(3));
}

void conv_transpose(const ShapeContext& c, Operator& op) {
    convolve(c, op, c.dims(0), c.dims(1));
    const Dims in = c.dims(0), weights = c.dims(1);
    if (!in.known() || !weights.known() || weights.rank() < 3) return;
    op.macs = real(in.elements()) * real(span_product(weights, 1, weights.rank()));
}

void gemm(const ShapeContext& c, Operator& op) {
    const Dims a = c.dims(0), out = c.output_dims(0);
    set_gemm(op,
             {.batch = 1, .m = out.at(0), .n = out.at(1), .k = a.at(c.integer("transA", 0) != 0 ? 0 : 1)});
}

void matmul(const ShapeContext& c, Operator& op) {
    multiply(op, c.dims(0), c.dims(1), c.output_dims(0));
}
void qlinear_matmul(const ShapeContext& c, Operator& op) {
    multiply(op, c.dims(0), c.dims(3), c.output_dims(0));
}

void fused_matmul(const ShapeContext& c, Operator& op) {
    const Dims a = c.dims(0), out = c.output_dims(0);
    if (out.rank() < 2) return;
    set_gemm(op, {.batch = span_product(out, 0, out.rank() - 2),
                  .m = out.at(-2),
                  .n = out.at(-1),
                  .k = c.integer("transA", 0) != 0 ? a.at(-2) : a.at(-1)});
}

void matmul_nbits(const ShapeContext& c, Operator& op) {
    const Dims a = c.dims(0);
    if (a.rank() < 1) return;
    set_gemm(op, {.batch = 1,
                  .m = span_product(a, 0, a.rank() - 1),
                  .n = c.integer("N", -1),
                  .k = c.integer("K", a.at(-1))});
}

void recurrent(const ShapeContext& c, Operator& op) {
    const Dims x = c.dims(0), w = c.dims(1), r = c.dims(2);
    if (!x.known() || !w.known() || !r.known() || x.rank() != 3 || w.rank() != 3 || r.rank() != 3) return;
    const double steps = real(x[0]) * real(x[1]);
    op.macs = steps * (real(w.elements()) + real(r.elements()));
    op.dims = GemmDims{.batch = x[c.integer("layout", 0) != 0 ? 1 : 0] * w[0],
                       .m = x[c.integer("layout", 0) != 0 ? 0 : 1],
                       .n = w[1],
                       .k = w[2] + r[2]};
}

void attention(const ShapeContext& c, Operator& op) {
    const Dims in = c.dims(0), weights = c.dims(1), out = c.output_dims(0);
    if (!in.known() || !weights.known() || in.rank() != 3 || weights.rank() != 2) return;
    op.macs = real(in.elements()) * real(weights[1]);
    const auto keys = c.has(4) ? sum(c.dims(4).at(3), in[1]) : in[1];
    const auto key_width = (weights[1] - out.at(2)) / 2;
    attend(op, in[0], in[1], keys, sum(key_width, out.at(2)));
}

void multi_head_attention(const ShapeContext& c, Operator& op) {
    const Dims q = c.dims(0), k = c.dims(1), past = c.dims(6), out = c.output_dims(0);
    auto keys = k.rank() == 4 ? k[2] : k.ranked() ? k.at(1) : q.at(1);
    if (past.rank() == 4 && k.rank() != 4) keys = sum(past[2], keys);
    const auto width = q.rank() == 5 ? span_product(Dims{q[2], q[4]}, 0, 2) : q.at(2);
    attend(op, q.at(0), q.at(1), keys, sum(width, out.at(2)));
}

void group_query_attention(const ShapeContext& c, Operator& op) {
    const Dims q = c.dims(0), past = c.dims(3), out = c.output_dims(0);
    const auto keys = past.rank() == 4 ? sum(past[2], q.at(1)) : q.at(1);
    attend(op, q.at(0), q.at(1), keys, sum(out.at(2), out.at(2)));
}

void onnx_attention(const ShapeContext& c, Operator& op) {
    const Dims q = c.dims(0), k = c.dims(1), past = c.dims(4), out = c.output_dims(0);
    const bool flat = q.rank() == 3;
    const auto keys = past.rank() == 4 ? sum(past[2], k.at(flat ? 1 : 2)) : k.at(flat ? 1 : 2);
    const auto width = flat ? q.at(2) : span_product(Dims{q.at(1), q.at(3)}, 0, 2);
    const auto value_width = flat ? out.at(2) : span_product(Dims{out.at(1), out.at(3)}, 0, 2);
    attend(op, q.at(0), q.at(flat ? 1 : 2), keys, sum(width, value_width));
}

void einsum(const ShapeContext& c, Operator& op) {
    const auto equation = c.text("equation");
    const auto arrow = equation.find("->");
    if (c.inputs() != 2 || arrow == std::string_view::npos || !c.output_dims(0).known()) return;
    // One multiply per combination of all letters.
    std::array<bool, 256> seen{};
    double macs = 1;
    int input = 0, axis = 0;
    for (const char letter : equation.substr(0, arrow)) {
        if (letter == ' ') continue;
        if (letter == ',') {
            ++input;
            axis = 0;
            continue;
        }
        const auto size = c.dims(input).at(axis++);
        if (size < 0) return;
        if (!std::exchange(seen[static_cast<unsigned char>(letter)], true)) macs *= real(size);
    }
    op.macs = macs;
}

}  // namespace waferscope::core::costs
