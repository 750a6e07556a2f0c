// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_rules.hpp"

#include <algorithm>

namespace waferscope::core::rules {
namespace {

constexpr std::int32_t kInt64 = 7;

/// Shape of x[from:to:step] of a dimension with `size`, and where it starts.
struct Cut {
    std::int64_t first = 0, step = 1, count = kUnknownDim;
};

Cut cut(std::int64_t size, std::int64_t from, std::int64_t to, std::int64_t step) {
    if (size < 0 || from == kUnknownElement || to == kUnknownElement || step == kUnknownElement || step == 0)
        return {};
    const auto clamp = [size](std::int64_t v, std::int64_t low, std::int64_t high) {
        return std::clamp(v < 0 ? std::max(v, -size - 1) + size : v, low, high);
    };
    step = std::clamp(step, -(size + 1), size + 1);
    if (step > 0) {
        from = clamp(from, 0, size);
        to = clamp(to, 0, size);
        return {from, step, to > from ? (to - from - 1) / step + 1 : 0};
    }
    if (size == 0) return {0, step, 0};
    from = clamp(from, 0, size - 1);
    to = to < -size ? -1 : clamp(to, -1, size - 1);
    return {from, step, from > to ? (from - to - 1) / -step + 1 : 0};
}

using Numbers = std::span<const std::int64_t>;

/// Slice arguments: attributes up to opset 9, inputs since.
Numbers slice_numbers(const ShapeContext& c, std::string_view name, int input) {
    return c.attribute(name) != nullptr ? c.list(name) : c.elements(input);
}

}  // namespace

void concat(ShapeContext& c) {
    if (c.inputs() == 0) return;
    Dims out = c.dims(0);
    std::int64_t type = c.type(0);
    const int axis = normal_axis(c.integer("axis", 1), out.rank());
    for (int i = 1; i < c.inputs() && out.ranked() && axis >= 0; ++i) {
        const Dims next = c.dims(i);
        if (type == 0) type = c.type(i);
        for (int d = 0; d < out.rank(); ++d) {
            const auto length = d < next.rank() ? next[d] : kUnknownDim;
            if (d != axis)
                out[d] = std::max(out[d], length);
            else
                out[d] = out[d] < 0 || length < 0 ? kUnknownDim : out[d] + length;
        }
    }
    c.set(0, static_cast<std::int32_t>(type), axis < 0 ? Dims() : out);
    if (out.rank() != 1 || axis != 0) return;
    std::vector<std::int64_t> all;
    for (int i = 0; i < c.inputs(); ++i) {
        const auto part = c.elements_or_unknown(i);
        if (!part || all.size() + part->size() > kMaxElements) return;
        all.insert(all.end(), part->begin(), part->end());
    }
    c.set_elements(0, all);
}

void split(ShapeContext& c) {
    const Dims in = c.dims(0);
    const int axis = normal_axis(c.integer("axis", 0), in.rank());
    const auto numbers = slice_numbers(c, "split", 1);
    const std::vector<std::int64_t> given(numbers.begin(), numbers.end());  // set() may move the originals
    const auto parts = std::max<std::int64_t>(1, c.integer("num_outputs", c.outputs()));
    std::int64_t from = 0;
    for (int i = 0; i < c.outputs(); ++i) {
        if (!in.ranked() || axis < 0) {
            c.set(i, c.type(0), {});
            continue;
        }
        Dims out = in;
        const auto each = in[axis] < 0 ? kUnknownDim : (in[axis] + parts - 1) / parts;
        auto length = static_cast<std::size_t>(i) < given.size() ? given[static_cast<std::size_t>(i)] : each;
        if (given.empty() && each >= 0) length = std::clamp<std::int64_t>(in[axis] - from, 0, each);
        if (c.has(1) && given.empty()) length = kUnknownDim;
        out[axis] = std::max(kUnknownDim, length);
        c.set(i, c.type(0), out);
        const auto all = c.elements(0);
        if (in.rank() == 1 && length >= 0 && from >= 0 &&
            from + length <= static_cast<std::int64_t>(all.size()))
            c.set_elements(i, all.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(length)));
        from = length < 0 || from < 0 ? kUnknownDim
                                      : from + std::min<std::int64_t>(length, std::int64_t{1} << 50U);
    }
}

void slice(ShapeContext& c) {
    const Dims in = c.dims(0);
    if (!in.ranked()) return c.set(0, c.type(0), {});
    const auto starts = slice_numbers(c, "starts", 1), ends = slice_numbers(c, "ends", 2);
    const auto axes = slice_numbers(c, "axes", 3), steps = slice_numbers(c, "steps", 4);
    const bool axes_computed = c.has(3) && !c.has_elements(3);
    const auto pieces = !starts.empty()
                            ? static_cast<int>(std::min<std::size_t>(starts.size(), Dims::kMaxRank))
                        : !ends.empty() ? static_cast<int>(std::min<std::size_t>(ends.size(), Dims::kMaxRank))
                        : !axes.empty() ? static_cast<int>(std::min<std::size_t>(axes.size(), Dims::kMaxRank))
                                        : 0;
    if (axes_computed || (pieces == 0 && c.has(1)))
        return c.set(0, c.type(0), Dims::filled(in.rank(), kUnknownDim));
    Dims out = in;
    const bool known = c.has_elements(0) && in.known();
    auto strides = known ? dense_strides(in) : std::array<std::int64_t, Dims::kMaxRank>{};
    std::int64_t first = 0;
    const auto pick = [](Numbers list, int i, std::int64_t fallback) {
        return static_cast<std::size_t>(i) < list.size() ? list[static_cast<std::size_t>(i)] : fallback;
    };
    for (int i = 0; i < pieces; ++i) {
        const int axis = normal_axis(axes.empty() ? i : pick(axes, i, -1), in.rank());
        if (axis < 0) continue;
        const auto step = c.has(4) && steps.empty() ? kUnknownElement : pick(steps, i, 1);
        const Cut part =
            cut(in[axis], pick(starts, i, kUnknownElement), pick(ends, i, kUnknownElement), step);
        out[axis] = part.count;
        if (!known || part.count < 0) continue;
        first += part.first * strides[static_cast<std::size_t>(axis)];
        strides[static_cast<std::size_t>(axis)] *= part.step;
    }
    c.set(0, c.type(0), out);
    if (known) c.set_strided_elements(out, first, strides);
}

void gather(ShapeContext& c) {
    const Dims data = c.dims(0), indices = c.dims(1);
    const int axis = normal_axis(c.integer("axis", 0), data.rank());
    if (!data.ranked() || !indices.ranked() || axis < 0) return c.set(0, c.type(0), {});
    Dims out = Dims::filled(0, 0);
    for (int i = 0; i < axis; ++i) out.push(data[i]);
    for (const auto d : indices) out.push(d);
    for (int i = axis + 1; i < data.rank(); ++i) out.push(data[i]);
    c.set(0, c.type(0), out);
    if (data.rank() != 1 || !c.has_elements(0) || !c.has_elements(1)) return;
    const auto all = c.elements(0);
    std::vector<std::int64_t> picked;
    for (auto index : c.elements(1)) {
        if (index < 0 && index != kUnknownElement) index += static_cast<std::int64_t>(all.size());
        const bool inside = index >= 0 && index < static_cast<std::int64_t>(all.size());
        picked.push_back(inside ? all[static_cast<std::size_t>(index)] : kUnknownElement);
    }
    c.set_elements(0, picked);
}

void gather_elements(ShapeContext& c) {
    c.set(0, c.type(0), c.dims(1));
}

void gather_nd(ShapeContext& c) {
    const Dims data = c.dims(0), indices = c.dims(1);
    const auto batch = c.integer("batch_dims", 0);
    const auto tuple = indices.at(-1);
    if (!data.ranked() || indices.rank() < 1 || tuple < 0 || batch < 0 || batch > data.rank() ||
        tuple > data.rank() - batch)
        return c.set(0, c.type(0), {});
    Dims out = Dims::filled(0, 0);
    for (int i = 0; i + 1 < indices.rank(); ++i) out.push(indices[i]);
    for (auto i = static_cast<int>(batch + tuple); i < data.rank(); ++i) out.push(data[i]);
    c.set(0, c.type(0), out);
}

void one_hot(ShapeContext& c) {
    const Dims indices = c.dims(0);
    if (!indices.ranked()) return c.set(0, c.type(2), {});
    const auto depth = c.elements(1).size() == 1 ? c.elements(1)[0] : kUnknownDim;
    auto axis = c.integer("axis", -1);
    if (axis < 0) axis += indices.rank() + 1;
    Dims out = Dims::filled(0, 0);
    for (int i = 0; i <= indices.rank(); ++i) {
        if (i == axis) out.push(std::max(kUnknownDim, depth));
        if (i < indices.rank()) out.push(indices[i]);
    }
    c.set(0, c.type(2), out);
}

void non_zero(ShapeContext& c) {
    const Dims in = c.dims(0);
    c.set(0, kInt64, {in.ranked() ? in.rank() : kUnknownDim, kUnknownDim});
}

void non_max_suppression(ShapeContext& c) {
    c.set(0, kInt64, {kUnknownDim, 3});
}

void compress(ShapeContext& c) {
    Dims out = c.dims(0);
    const bool along = c.attribute("axis") != nullptr;
    const int axis = normal_axis(c.integer("axis", 0), out.rank());
    if (along && axis >= 0) out[axis] = kUnknownDim;
    c.set(0, c.type(0), along ? out : Dims{kUnknownDim});
}

}  // namespace waferscope::core::rules
