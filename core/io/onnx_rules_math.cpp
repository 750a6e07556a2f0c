// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_rules.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace waferscope::core::rules {
namespace {

constexpr std::int32_t kBool = 9, kInt64 = 7, kDouble = 11;

double as_real(std::int64_t bits) {
    return std::bit_cast<double>(bits);
}
std::int64_t bits_of(double value) {
    return std::bit_cast<std::int64_t>(value);
}

/// Wrapping, so that hostile numbers are not undefined behaviour.
std::int64_t wrap(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

std::int64_t combine_integers(std::string_view op, std::int64_t a, std::int64_t b) {
    const auto ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
    if (op == "Add") return wrap(ua + ub);
    if (op == "Sub") return wrap(ua - ub);
    if (op == "Mul") return wrap(ua * ub);
    if (op == "Min") return std::min(a, b);
    if (op == "Max") return std::max(a, b);
    if (op == "And") return (a != 0 && b != 0) ? 1 : 0;
    if (op == "Or") return (a != 0 || b != 0) ? 1 : 0;
    if (op == "Div" || op == "Mod") {
        if (b == 0 || b == -1) return b == -1 && op == "Div" ? wrap(0 - ua) : b == -1 ? 0 : kUnknownElement;
        if (op == "Div") return a / b;
        const auto rest = a % b;
        return rest != 0 && ((rest < 0) != (b < 0)) ? rest + b : rest;
    }
    return kUnknownElement;
}

std::int64_t combine_reals(std::string_view op, double a, double b) {
    if (op == "Add") return bits_of(a + b);
    if (op == "Sub") return bits_of(a - b);
    if (op == "Mul") return bits_of(a * b);
    if (op == "Div") return bits_of(a / b);
    if (op == "Min") return bits_of(std::min(a, b));
    if (op == "Max") return bits_of(std::max(a, b));
    if (op == "Pow") return bits_of(std::pow(a, b));
    return kUnknownElement;
}

std::int64_t unary_integer(std::string_view op, std::int64_t value) {
    if (op == "Not") return value == 0 ? 1 : 0;
    if (op == "Neg" || (op == "Abs" && value < 0)) return wrap(0 - static_cast<std::uint64_t>(value));
    return op == "Abs" ? value : kUnknownElement;
}

std::int64_t unary_real(std::string_view op, double value) {
    if (op == "Neg") return bits_of(-value);
    if (op == "Abs") return bits_of(std::abs(value));
    if (op == "Floor") return bits_of(std::floor(value));
    if (op == "Ceil") return bits_of(std::ceil(value));
    if (op == "Round") return bits_of(std::nearbyint(value));
    if (op == "Sqrt") return bits_of(std::sqrt(value));
    if (op == "Reciprocal") return bits_of(1 / value);
    return kUnknownElement;
}

std::int64_t compare_numbers(std::string_view op, auto a, auto b) {
    if (op == "Equal") return a == b ? 1 : 0;
    if (op == "Less") return a < b ? 1 : 0;
    if (op == "Greater") return a > b ? 1 : 0;
    if (op == "LessOrEqual") return a <= b ? 1 : 0;
    if (op == "GreaterOrEqual") return a >= b ? 1 : 0;
    return kUnknownElement;
}

/// Lists of equal length, or one of them a single element.
template <class Function>
void zip(ShapeContext& c, Function function) {
    if (!c.has_elements(0) || !c.has_elements(1)) return;
    const auto a = c.elements(0), b = c.elements(1);
    if (a.size() != b.size() && a.size() != 1 && b.size() != 1) return;
    std::vector<std::int64_t> out(a.empty() || b.empty() ? 0 : std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto x = a[a.size() == 1 ? 0 : i], y = b[b.size() == 1 ? 0 : i];
        out[i] = x == kUnknownElement || y == kUnknownElement ? kUnknownElement : function(x, y);
    }
    c.set_elements(0, out);
}

Dims broadcast_inputs(ShapeContext& c) {
    if (c.attribute("broadcast") != nullptr) return c.dims(0);  // opset < 7: the second one is stretched
    Dims out = c.dims(0);
    for (int i = 1; i < c.inputs(); ++i) out = broadcast(out, c.dims(i));
    return out;
}

/// Axes of a reduction: attribute (old opsets) or second input. False when they are computed and unknown.
bool reduction_axes(const ShapeContext& c, std::vector<std::int64_t>& axes) {
    if (c.attribute("axes") != nullptr) {
        const auto list = c.list("axes");
        axes.assign(list.begin(), list.end());
        return true;
    }
    if (!c.has(1)) return true;
    if (!c.has_elements(1)) return false;
    axes.assign(c.elements(1).begin(), c.elements(1).end());
    return std::ranges::find(axes, kUnknownElement) == axes.end();
}

std::int64_t fold(std::string_view op, std::span<const std::int64_t> elements, bool real) {
    const std::string_view step = op == "ReduceProd"  ? "Mul"
                                  : op == "ReduceSum" ? "Add"
                                  : op == "ReduceMax" ? "Max"
                                  : op == "ReduceMin" ? "Min"
                                                      : "";
    std::int64_t result = elements.empty() ? kUnknownElement : elements.front();
    for (std::size_t i = 1; i < elements.size() && result != kUnknownElement; ++i)
        result = elements[i] == kUnknownElement ? kUnknownElement
                 : real                         ? combine_reals(step, as_real(result), as_real(elements[i]))
                                                : combine_integers(step, result, elements[i]);
    return step.empty() ? kUnknownElement : result;
}

}  // namespace

void same_as_first(ShapeContext& c) {
    for (int i = 0; i < c.outputs(); ++i) c.set(i, c.type(0), c.dims(0));
}

void identity(ShapeContext& c) {
    c.set(0, c.type(0), c.dims(0));
    if (c.has_elements(0)) c.set_elements(0, c.elements(0));
}

void unary_math(ShapeContext& c) {
    c.set(0, c.type(0), c.dims(0));
    if (!c.has_elements(0)) return;
    const bool real = onnx_is_real(c.type(0));
    const auto op = c.op();
    std::vector<std::int64_t> out(c.elements(0).begin(), c.elements(0).end());
    for (auto& e : out) {
        if (e == kUnknownElement) continue;
        e = real ? unary_real(op, as_real(e)) : unary_integer(op, e);
    }
    c.set_elements(0, out);
}

void broadcast_math(ShapeContext& c) {
    c.set(0, c.type(0) != 0 ? c.type(0) : c.type(1), broadcast_inputs(c));
    const bool real = onnx_is_real(c.type(0));
    const auto op = c.op();
    zip(c, [&](std::int64_t x, std::int64_t y) {
        return real ? combine_reals(op, as_real(x), as_real(y)) : combine_integers(op, x, y);
    });
}

void broadcast_all(ShapeContext& c) {
    c.set(0, c.type(0), broadcast_inputs(c));
    if (c.inputs() == 1 && c.has_elements(0)) c.set_elements(0, c.elements(0));
    if (c.inputs() == 2) broadcast_math(c);
}

void compare(ShapeContext& c) {
    c.set(0, kBool, broadcast_inputs(c));
    const bool real = onnx_is_real(c.type(0));
    const auto op = c.op();
    zip(c, [&](std::int64_t x, std::int64_t y) {
        if (op == "And" || op == "Or") return combine_integers(op, x, y);
        return real ? compare_numbers(op, as_real(x), as_real(y)) : compare_numbers(op, x, y);
    });
}

void boolean_of_first(ShapeContext& c) {
    c.set(0, kBool, c.dims(0));
}

void where(ShapeContext& c) {
    c.set(0, c.type(1), broadcast(broadcast(c.dims(0), c.dims(1)), c.dims(2)));
    if (!c.has_elements(0) || !c.has_elements(1) || !c.has_elements(2)) return;
    const auto condition = c.elements(0), yes = c.elements(1), no = c.elements(2);
    const auto size = std::max({condition.size(), yes.size(), no.size()});
    const auto pick = [size](std::span<const std::int64_t> list, std::size_t i) -> std::int64_t {
        return list.size() == size ? list[i] : list.size() == 1 ? list[0] : kUnknownElement;
    };
    std::vector<std::int64_t> out(size);
    for (std::size_t i = 0; i < size; ++i) {
        const auto test = pick(condition, i);
        out[i] = test == kUnknownElement ? kUnknownElement : test != 0 ? pick(yes, i) : pick(no, i);
    }
    c.set_elements(0, out);
}

namespace {

void cast_to(ShapeContext& c, std::int32_t type) {
    c.set(0, type, c.dims(0));
    if (!c.has_elements(0)) return;
    const bool from_real = onnx_is_real(c.type(0)), to_real = onnx_is_real(type);
    std::vector<std::int64_t> out(c.elements(0).begin(), c.elements(0).end());
    for (auto& e : out) {
        if (e == kUnknownElement) continue;
        if (from_real && !to_real) {
            const double value = std::trunc(as_real(e));
            e = std::abs(value) < 9e18 ? static_cast<std::int64_t>(value) : kUnknownElement;
        } else if (!from_real && to_real) {
            e = bits_of(static_cast<double>(e));
        }
        if (type == kBool && e != kUnknownElement) e = e != 0 ? 1 : 0;
    }
    c.set_elements(0, out);
}

}  // namespace

void cast(ShapeContext& c) {
    cast_to(c, static_cast<std::int32_t>(c.integer("to", kDouble)));
}
void cast_like(ShapeContext& c) {
    cast_to(c, c.type(1));
}

void matmul(ShapeContext& c) {
    Dims a = c.dims(0), b = c.dims(1);
    if (!a.ranked() || !b.ranked() || a.rank() == 0 || b.rank() == 0) return c.set(0, c.type(0), {});
    const bool row = a.rank() == 1, column = b.rank() == 1;
    const auto batch_of = [](const Dims& d) {
        return Dims(d.span().first(static_cast<std::size_t>(std::max(0, d.rank() - 2))));
    };
    Dims out = broadcast(batch_of(a), batch_of(b));
    if (!row) out.push(a.at(-2));
    if (!column) out.push(b.at(-1));
    c.set(0, c.type(0), out);
}

void gemm(ShapeContext& c) {
    const Dims a = c.dims(0), b = c.dims(1);
    const auto m = a.at(c.integer("transA", 0) != 0 ? 1 : 0);
    const auto n = b.at(c.integer("transB", 0) != 0 ? 0 : 1);
    c.set(0, c.type(0), {m, n});
}

void reduce(ShapeContext& c) {
    const Dims in = c.dims(0);
    const bool keep = c.integer("keepdims", 1) != 0;
    std::vector<std::int64_t> axes;
    if (!in.ranked()) return c.set(0, c.type(0), {});
    if (!reduction_axes(c, axes)) {
        // Which axes is unknown: with keepdims only the rank is certain.
        return c.set(0, c.type(0), keep ? Dims::filled(in.rank(), kUnknownDim) : Dims());
    }
    if (axes.empty() && c.integer("noop_with_empty_axes", 0) != 0) return identity(c);
    std::array<bool, Dims::kMaxRank> reduced{};
    if (axes.empty()) reduced.fill(true);
    for (const auto axis : axes)
        if (const int i = normal_axis(axis, in.rank()); i >= 0) reduced[static_cast<std::size_t>(i)] = true;
    Dims out = Dims::filled(0, 0);
    for (int i = 0; i < in.rank(); ++i) {
        if (!reduced[static_cast<std::size_t>(i)])
            out.push(in[i]);
        else if (keep)
            out.push(1);
    }
    c.set(0, c.type(0), out);
    if (in.rank() == 1 && reduced[0] && c.has_elements(0)) {
        const auto result = fold(c.op(), c.elements(0), onnx_is_real(c.type(0)));
        c.set_elements(0, std::span(&result, 1));
    } else if (in.rank() == 0 && c.has_elements(0)) {
        c.set_elements(0, c.elements(0));
    }
}

void arg_reduce(ShapeContext& c) {
    const Dims in = c.dims(0);
    const int axis = normal_axis(c.integer("axis", 0), in.rank());
    if (!in.ranked() || axis < 0) return c.set(0, kInt64, {});
    Dims out = Dims::filled(0, 0);
    for (int i = 0; i < in.rank(); ++i) {
        if (i != axis)
            out.push(in[i]);
        else if (c.integer("keepdims", 1) != 0)
            out.push(1);
    }
    c.set(0, kInt64, out);
}

void top_k(ShapeContext& c) {
    Dims out = c.dims(0);
    const int axis = normal_axis(c.integer("axis", -1), out.rank());
    auto k = c.integer("k", kUnknownDim);
    if (c.has_elements(1) && c.elements(1).size() == 1 && c.elements(1)[0] != kUnknownElement)
        k = c.elements(1)[0];
    if (out.ranked() && axis >= 0) out[axis] = k < 0 ? kUnknownDim : k;
    c.set(0, c.type(0), out);
    c.set(1, kInt64, out);
}

void einsum(ShapeContext& c) {
    const auto equation = c.text("equation");
    const auto arrow = equation.find("->");
    if (equation.find('.') != std::string_view::npos || arrow == std::string_view::npos)
        return c.set(0, c.type(0), {});
    std::array<std::int64_t, 256> size;
    size.fill(kUnknownDim);
    int input = 0, axis = 0;
    for (const char letter : equation.substr(0, arrow)) {
        if (letter == ' ') continue;
        if (letter == ',') {
            ++input;
            axis = 0;
            continue;
        }
        auto& known = size[static_cast<unsigned char>(letter)];
        known = std::max(
            known, c.dims(input).ranked() && axis < c.dims(input).rank() ? c.dims(input)[axis] : kUnknownDim);
        ++axis;
    }
    Dims out = Dims::filled(0, 0);
    for (const char letter : equation.substr(arrow + 2))
        if (letter != ' ') out.push(size[static_cast<unsigned char>(letter)]);
    c.set(0, c.type(0), out);
}

}  // namespace waferscope::core::rules
