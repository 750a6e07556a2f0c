// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_rules.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace waferscope::core::rules {
namespace {

/// Numbers given as an attribute in old opsets and as an input in new ones; nothing when they are computed.
std::optional<std::vector<std::int64_t>> numbers(const ShapeContext& c, std::string_view attribute,
                                                 int input) {
    if (c.attribute(attribute) != nullptr) {
        const auto list = c.list(attribute);
        return std::vector<std::int64_t>(list.begin(), list.end());
    }
    if (!c.has_elements(input)) return std::nullopt;
    return std::vector<std::int64_t>(c.elements(input).begin(), c.elements(input).end());
}

/// How many numbers input `input` holds, or -1.
int length_of(const ShapeContext& c, int input) {
    const Dims dims = c.dims(input);
    const auto count = dims.rank() == 1 ? dims[0] : -1;
    return count >= 0 && count <= Dims::kMaxRank ? static_cast<int>(count) : -1;
}

void keep_elements(ShapeContext& c) {
    if (c.has_elements(0)) c.set_elements(0, c.elements(0));
}

std::int64_t times(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    return a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product) ? kUnknownDim : product;
}

}  // namespace

void reshape(ShapeContext& c) {
    const auto wanted = numbers(c, "shape", 1);
    if (!wanted) {
        const int rank = length_of(c, 1);
        return c.set(0, c.type(0), rank < 0 ? Dims() : Dims::filled(rank, kUnknownDim));
    }
    const Dims in = c.dims(0);
    const bool zero_is_zero = c.integer("allowzero", 0) != 0;
    Dims out = Dims::filled(0, 0);
    int open = -1;        // the one dimension that takes the rest
    bool certain = true;  // every other dimension is known
    std::int64_t rest = 1, input_rest = in.elements();
    // Dimensions copied by 0 cancel on both sides even when unknown.
    std::int64_t in_product = 1;
    std::array<bool, Dims::kMaxRank> copied{};
    for (std::size_t i = 0; i < wanted->size(); ++i) {
        const auto w = (*wanted)[i];
        const int at = static_cast<int>(i);
        if (w == 0 && !zero_is_zero && at < Dims::kMaxRank && (!in.ranked() || at < in.rank())) {
            out.push(in.ranked() ? in[at] : kUnknownDim);
            copied[i] = true;
        } else if (w == -1) {
            open = at;
            out.push(kUnknownDim);
        } else if (w < 0) {
            certain = false;
            out.push(kUnknownDim);
        } else {
            rest = times(rest, w);
            out.push(w);
        }
    }
    if (in.ranked()) {
        for (int i = 0; i < in.rank(); ++i)
            if (!copied[static_cast<std::size_t>(i)])
                in_product = in[i] < 0 ? kUnknownDim : times(in_product, in[i]);
        input_rest = in_product;
    }
    int unknown = -1, unknowns = 0;
    for (int i = 0; i < out.rank(); ++i)
        if (i != open && out[i] < 0 && !copied[static_cast<std::size_t>(i)]) {
            unknown = i;
            ++unknowns;
        }
    if (open >= 0 && open < out.rank() && certain && input_rest >= 0 && rest > 0)
        out[open] = input_rest / rest;
    // One computed dimension nobody knows: the element count gives it away.
    if (open < 0 && unknowns == 1 && input_rest >= 0 && rest > 0) out[unknown] = input_rest / rest;
    c.set(0, c.type(0), out);
    keep_elements(c);
}

void flatten(ShapeContext& c) {
    const Dims in = c.dims(0);
    if (!in.ranked()) return c.set(0, c.type(0), {kUnknownDim, kUnknownDim});
    auto axis = c.integer("axis", 1);
    if (axis < 0) axis += in.rank();
    std::int64_t outer = 1, inner = 1;
    for (int i = 0; i < in.rank(); ++i) {
        auto& side = i < axis ? outer : inner;
        side = in[i] < 0 || side < 0 ? kUnknownDim : times(side, in[i]);
    }
    c.set(0, c.type(0), {outer, inner});
    keep_elements(c);
}

void squeeze(ShapeContext& c) {
    const Dims in = c.dims(0);
    const auto axes = numbers(c, "axes", 1);
    if (!in.ranked() || (!axes && c.has(1))) return c.set(0, c.type(0), {});
    std::array<bool, Dims::kMaxRank> gone{};
    for (int i = 0; i < in.rank(); ++i) gone[static_cast<std::size_t>(i)] = !axes && in[i] == 1;
    if (axes)
        for (const auto axis : *axes)
            if (const int i = normal_axis(axis, in.rank()); i >= 0) gone[static_cast<std::size_t>(i)] = true;
    Dims out = Dims::filled(0, 0);
    for (int i = 0; i < in.rank(); ++i)
        if (!gone[static_cast<std::size_t>(i)]) out.push(in[i]);
    c.set(0, c.type(0), out);
    keep_elements(c);
}

void unsqueeze(ShapeContext& c) {
    const Dims in = c.dims(0);
    const auto axes = numbers(c, "axes", 1);
    if (!in.ranked() || !axes) return c.set(0, c.type(0), {});
    const int rank = in.rank() + static_cast<int>(std::min<std::size_t>(axes->size(), Dims::kMaxRank));
    if (rank > Dims::kMaxRank) return c.set(0, c.type(0), {});
    std::array<bool, Dims::kMaxRank> added{};
    for (const auto axis : *axes)
        if (const int i = normal_axis(axis, rank); i >= 0) added[static_cast<std::size_t>(i)] = true;
    Dims out = Dims::filled(0, 0);
    for (int i = 0, next = 0; i < rank; ++i) {
        const bool fresh = added[static_cast<std::size_t>(i)] || next >= in.rank();
        out.push(fresh ? 1 : in[next++]);
    }
    c.set(0, c.type(0), out);
    keep_elements(c);
}

void transpose(ShapeContext& c) {
    const Dims in = c.dims(0);
    const auto order = c.list("perm");
    if (!in.ranked()) {
        const bool told = !order.empty() && order.size() <= static_cast<std::size_t>(Dims::kMaxRank);
        return c.set(0, c.type(0), Dims::filled(told ? static_cast<int>(order.size()) : -1, kUnknownDim));
    }
    const auto source = [&](int i) {
        if (order.empty()) return in.rank() - 1 - i;
        return static_cast<std::size_t>(i) < order.size()
                   ? normal_axis(order[static_cast<std::size_t>(i)], in.rank())
                   : -1;
    };
    const auto dense = c.has_elements(0) ? dense_strides(in) : std::array<std::int64_t, Dims::kMaxRank>{};
    std::array<std::int64_t, Dims::kMaxRank> strides{};
    Dims out = Dims::filled(0, 0);
    for (int i = 0; i < in.rank(); ++i) {
        const int from = source(i);
        out.push(from < 0 ? kUnknownDim : in[from]);
        if (from >= 0) strides[static_cast<std::size_t>(i)] = dense[static_cast<std::size_t>(from)];
    }
    c.set(0, c.type(0), out);
    c.set_strided_elements(out, 0, strides);
}

void expand(ShapeContext& c) {
    const int rank = length_of(c, 1);
    Dims wanted = rank < 0 ? Dims() : Dims::filled(rank, kUnknownDim);
    if (c.has_elements(1) && rank >= 0 && c.elements(1).size() == static_cast<std::size_t>(rank))
        for (int i = 0; i < rank; ++i)
            wanted[i] = std::max(kUnknownDim, c.elements(1)[static_cast<std::size_t>(i)]);
    const Dims out = broadcast(c.dims(0), wanted);
    c.set(0, c.type(0), out);
    const auto count = out.elements();
    if (!c.has_elements(0) || c.elements(0).size() != 1 || count < 0 ||
        count > static_cast<std::int64_t>(kMaxElements))
        return;
    c.set_elements(0, std::vector<std::int64_t>(static_cast<std::size_t>(count), c.elements(0)[0]));
}

void tile(ShapeContext& c) {
    Dims out = c.dims(0);
    for (int i = 0; i < out.rank(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        out[i] = c.elements(1).size() > at ? times(out[i], c.elements(1)[at]) : kUnknownDim;
    }
    c.set(0, c.type(0), out);
}

void pad(ShapeContext& c) {
    Dims out = c.dims(0);
    auto pads = numbers(c, "pads", 1);
    if (!pads && c.attribute("paddings") != nullptr) pads = numbers(c, "paddings", 1);
    std::vector<std::int64_t> axes;
    const bool some = c.has(3);
    if (some) axes.assign(c.elements(3).begin(), c.elements(3).end());
    const auto count = some ? axes.size() : static_cast<std::size_t>(std::max(0, out.rank()));
    const bool certain = pads && pads->size() == 2 * count && (!some || c.has_elements(3));
    for (int i = 0; !certain && i < out.rank(); ++i) out[i] = kUnknownDim;
    for (std::size_t i = 0; certain && i < count; ++i) {
        const int axis = some ? normal_axis(axes[i], out.rank()) : static_cast<int>(i);
        if (axis < 0) continue;
        const auto before = (*pads)[i], after = (*pads)[i + count];
        const bool known = out[axis] >= 0 && before != kUnknownElement && after != kUnknownElement &&
                           std::abs(before) < (1LL << 40) && std::abs(after) < (1LL << 40);
        out[axis] = known ? std::max<std::int64_t>(kUnknownDim, out[axis] + before + after) : kUnknownDim;
    }
    c.set(0, c.type(0), out);
}

/// Resize (scales 2, sizes 3), its opset-10 form (scales 1) and Upsample (scales 1 or attribute).
void resize(ShapeContext& c) {
    Dims out = c.dims(0);
    const bool old = c.op() == "Upsample" || c.opset() == 10;
    const auto sizes = old ? std::span<const std::int64_t>() : c.elements(3);
    auto scales = c.elements(old ? 1 : 2);
    if (c.attribute("scales") != nullptr) scales = c.list("scales");
    const auto axes = c.list("axes");
    const auto axis_of = [&](int i) {
        return axes.empty() ? i
               : static_cast<std::size_t>(i) < axes.size()
                   ? normal_axis(axes[static_cast<std::size_t>(i)], out.rank())
                   : -1;
    };
    for (int i = 0; i < out.rank() && axis_of(i) >= 0; ++i) {
        const auto at = static_cast<std::size_t>(i);
        auto& d = out[axis_of(i)];
        if (at < sizes.size()) {
            d = std::max(kUnknownDim, sizes[at]);
        } else if (at < scales.size() && d >= 0 && scales[at] != kUnknownElement) {
            const double length = std::floor(static_cast<double>(d) * std::bit_cast<double>(scales[at]));
            d = length >= 0 && length < 1e15 ? static_cast<std::int64_t>(length) : kUnknownDim;
        } else {
            d = kUnknownDim;
        }
    }
    c.set(0, c.type(0), out);
}

void depth_to_space(ShapeContext& c) {
    Dims out = c.dims(0);
    const auto block = c.integer("blocksize", 1);
    if (out.rank() == 4 && block > 0 && block < (1 << 20)) {
        out[1] = out[1] < 0 ? kUnknownDim : out[1] / (block * block);
        out[2] = times(out[2], block);
        out[3] = times(out[3], block);
    }
    c.set(0, c.type(0), out);
}

void space_to_depth(ShapeContext& c) {
    Dims out = c.dims(0);
    const auto block = c.integer("blocksize", 1);
    if (out.rank() == 4 && block > 0 && block < (1 << 20)) {
        out[1] = times(out[1], block * block);
        out[2] = out[2] < 0 ? kUnknownDim : out[2] / block;
        out[3] = out[3] < 0 ? kUnknownDim : out[3] / block;
    }
    c.set(0, c.type(0), out);
}

}  // namespace waferscope::core::rules
