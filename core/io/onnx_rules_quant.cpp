// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_rules.hpp"

namespace waferscope::core::rules {
namespace {

constexpr std::int32_t kFloat = 1, kUint8 = 2, kInt32 = 6;

std::int32_t type_or(std::int32_t type, std::int32_t fallback) {
    return type != 0 ? type : fallback;
}

/// Shape of a matrix product of inputs `a` and `b`.
Dims product(const Dims& a, const Dims& b) {
    if (a.rank() < 1 || b.rank() < 1) return {};
    const auto outer = [](const Dims& d) {
        return Dims(d.span().first(static_cast<std::size_t>(d.rank() < 2 ? 0 : d.rank() - 2)));
    };
    Dims out = broadcast(outer(a), outer(b));
    if (a.rank() > 1) out.push(a.at(-2));
    if (b.rank() > 1) out.push(b.at(-1));
    return out;
}

}  // namespace

void quantize(ShapeContext& c) {
    const auto declared = static_cast<std::int32_t>(c.integer("output_dtype", 0));
    c.set(0, type_or(c.type(2), type_or(declared, kUint8)), c.dims(0));
}

void dequantize(ShapeContext& c) {
    c.set(0, type_or(c.type(1), kFloat), c.dims(0));
}

void dynamic_quantize(ShapeContext& c) {
    c.set(0, kUint8, c.dims(0));
    c.set(1, kFloat, Dims::filled(0, 0));
    c.set(2, kUint8, Dims::filled(0, 0));
}

void qlinear_matmul(ShapeContext& c) {
    c.set(0, type_or(c.type(7), c.type(0)), product(c.dims(0), c.dims(3)));
}

void matmul_integer(ShapeContext& c) {
    c.set(0, kInt32, product(c.dims(0), c.dims(1)));
}

void qlinear_binary(ShapeContext& c) {
    c.set(0, c.type(0), broadcast(c.dims(0), c.dims(3)));
}

}  // namespace waferscope::core::rules
