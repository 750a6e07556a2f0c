// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_rules.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace waferscope::core::rules {
namespace {

constexpr std::int32_t kFloat = 1, kInt64 = 7, kString = 8;

std::int64_t element_of(std::int64_t dim) {
    return dim < 0 ? kUnknownElement : dim;
}

/// Dimensions written as the elements of input `input`.
Dims dims_from_elements(const ShapeContext& c, int input) {
    if (!c.has_elements(input)) {
        const auto count = c.dims(input).rank() == 1 ? c.dims(input)[0] : -1;
        return Dims::filled(count < 0 || count > Dims::kMaxRank ? -1 : static_cast<int>(count), kUnknownDim);
    }
    const auto list = c.elements(input);
    if (list.size() > static_cast<std::size_t>(Dims::kMaxRank)) return {};
    Dims out = Dims::filled(0, 0);
    for (const auto e : list) out.push(e < 0 ? kUnknownDim : e);
    return out;
}

}  // namespace

void shape_of(ShapeContext& c) {
    const Dims in = c.dims(0);
    if (!in.ranked()) return c.set(0, kInt64, {kUnknownDim});
    const auto clamp = [&](std::int64_t v) {
        return static_cast<int>(std::clamp<std::int64_t>(v < 0 ? v + in.rank() : v, 0, in.rank()));
    };
    const int first = clamp(c.integer("start", 0)), last = clamp(c.integer("end", in.rank()));
    std::vector<std::int64_t> elements;
    for (int i = first; i < last; ++i) elements.push_back(element_of(in[i]));
    c.set(0, kInt64, {static_cast<std::int64_t>(elements.size())});
    c.set_elements(0, elements);
}

void size_of(ShapeContext& c) {
    c.set(0, kInt64, Dims::filled(0, 0));
    const auto count = element_of(c.dims(0).elements());
    c.set_elements(0, std::span(&count, 1));
}

void constant(ShapeContext& c) {
    if (const auto* value = c.attribute("value"); value != nullptr && value->tensor != kNoIndex) {
        const auto& tensor = c.model().tensors[value->tensor];
        c.set(0, tensor.elem_type, Dims(c.model().list(tensor.dims)));
        if (const auto elements = read_elements(c.model(), tensor, kMaxElements))
            c.set_elements(0, *elements);
    } else if (const auto* integer = c.attribute("value_int"); integer != nullptr) {
        c.set(0, kInt64, Dims::filled(0, 0));
        c.set_elements(0, std::span(&integer->integer, 1));
    } else if (const auto* real = c.attribute("value_float"); real != nullptr) {
        const auto bits = std::bit_cast<std::int64_t>(static_cast<double>(real->real));
        c.set(0, kFloat, Dims::filled(0, 0));
        c.set_elements(0, std::span(&bits, 1));
    } else if (c.attribute("value_ints") != nullptr || c.attribute("value_floats") != nullptr) {
        const bool reals = c.attribute("value_floats") != nullptr;
        const auto list = c.list(reals ? "value_floats" : "value_ints");
        c.set(0, reals ? kFloat : kInt64, {static_cast<std::int64_t>(list.size())});
        c.set_elements(0, list);
    } else if (c.attribute("value_string") != nullptr) {
        c.set(0, kString, Dims::filled(0, 0));
    }
}

void constant_of_shape(ShapeContext& c) {
    std::int32_t type = kFloat;
    std::int64_t fill = std::bit_cast<std::int64_t>(0.0);
    if (const auto* value = c.attribute("value"); value != nullptr && value->tensor != kNoIndex) {
        const auto& tensor = c.model().tensors[value->tensor];
        type = tensor.elem_type;
        const auto elements = read_elements(c.model(), tensor, 1);
        fill = elements && elements->size() == 1 ? elements->front() : kUnknownElement;
    }
    const Dims out = dims_from_elements(c, 0);
    c.set(0, type, out);
    const auto count = out.elements();
    if (count >= 0 && count <= static_cast<std::int64_t>(kMaxElements))
        c.set_elements(0, std::vector<std::int64_t>(static_cast<std::size_t>(count), fill));
}

void range(ShapeContext& c) {
    c.set(0, c.type(0), {kUnknownDim});
    std::array<std::int64_t, 3> bound{};
    for (int i = 0; i < 3; ++i) {
        if (c.elements(i).size() != 1 || c.elements(i)[0] == kUnknownElement) return;
        bound[static_cast<std::size_t>(i)] = c.elements(i)[0];
    }
    const bool real = onnx_is_real(c.type(0));
    const auto number = [&](std::size_t i) {
        return real ? std::bit_cast<double>(bound[i]) : static_cast<double>(bound[i]);
    };
    const double count = std::max(0.0, std::ceil((number(1) - number(0)) / number(2)));
    if (!(count < 1e15)) return;
    c.set(0, c.type(0), {static_cast<std::int64_t>(count)});
    if (count > static_cast<double>(kMaxElements)) return;
    std::vector<std::int64_t> elements;
    for (int i = 0; i < static_cast<int>(count); ++i) {
        const double value = number(0) + i * number(2);
        elements.push_back(real ? std::bit_cast<std::int64_t>(value) : static_cast<std::int64_t>(value));
    }
    c.set_elements(0, elements);
}

void random(ShapeContext& c) {
    c.set(0, static_cast<std::int32_t>(c.integer("dtype", kFloat)), Dims(c.list("shape")));
}

void random_like(ShapeContext& c) {
    c.set(0, static_cast<std::int32_t>(c.integer("dtype", c.type(0))), c.dims(0));
}

}  // namespace waferscope::core::rules
