// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/shape_context.hpp"

#include <algorithm>

namespace waferscope::core {
namespace {

constexpr std::size_t kMaxPool = std::size_t{64}
                                 << 20U;  ///< numbers (512 MB); then values are not propagated

}  // namespace

void OnnxShapes::set_dims(std::uint32_t value, const Dims& dims) {
    auto& v = values[value];
    v.ranked = dims.ranked() && !dims.overflown();
    if (!v.ranked) return;
    v.dims = {.first = static_cast<std::uint32_t>(pool.size()),
              .count = static_cast<std::uint32_t>(dims.rank())};
    pool.insert(pool.end(), dims.begin(), dims.end());
}

void OnnxShapes::set_elements(std::uint32_t value, std::span<const std::int64_t> elements) {
    auto& v = values[value];
    v.has_elements = elements.size() <= kMaxElements && pool.size() <= kMaxPool;
    if (!v.has_elements) return;
    v.elements = {.first = static_cast<std::uint32_t>(pool.size()),
                  .count = static_cast<std::uint32_t>(elements.size())};
    // The elements may be part of the pool itself, which is about to move.
    const auto inside = elements.data() >= pool.data() && elements.data() < pool.data() + pool.size();
    const std::size_t offset = inside ? static_cast<std::size_t>(elements.data() - pool.data()) : 0;
    const auto end = pool.size();
    pool.resize(end + elements.size());
    const auto* source = inside ? pool.data() + offset : elements.data();
    std::copy_n(source, elements.size(), pool.data() + end);
}

void ShapeContext::set(int output, std::int32_t elem_type, const Dims& dims) {
    if (output >= outputs() || out(output) == kNoIndex) return;
    shapes_->values[out(output)].elem_type = elem_type;
    shapes_->set_dims(out(output), dims);
}

void ShapeContext::set_elements(int output, std::span<const std::int64_t> elements) {
    if (output >= outputs() || out(output) == kNoIndex) return;
    shapes_->set_elements(out(output), elements);
}

void ShapeContext::set_strided_elements(const Dims& dims, std::int64_t first,
                                        std::span<const std::int64_t> strides) {
    const auto count = dims.elements();
    if (!has_elements(0) || count < 0 || count > static_cast<std::int64_t>(kMaxElements)) return;
    const auto all = elements(0);
    std::vector<std::int64_t> picked;
    picked.reserve(static_cast<std::size_t>(count));
    std::array<std::int64_t, Dims::kMaxRank> at{};
    for (std::int64_t source = first; std::ssize(picked) < count;) {
        if (source < 0 || source >= std::ssize(all)) return;
        picked.push_back(all[static_cast<std::size_t>(source)]);
        for (int d = dims.rank() - 1; d >= 0; --d) {  // count up like an odometer
            const auto i = static_cast<std::size_t>(d);
            source += strides[i];
            if (++at[i] < dims[d]) break;
            source -= at[i] * strides[i];
            at[i] = 0;
        }
    }
    set_elements(0, picked);
}

std::array<std::int64_t, Dims::kMaxRank> dense_strides(const Dims& dims) {
    std::array<std::int64_t, Dims::kMaxRank> strides{};
    std::int64_t stride = 1;
    for (int d = dims.rank() - 1; d >= 0; --d) {
        strides[static_cast<std::size_t>(d)] = stride;
        stride *= std::min<std::int64_t>(dims[d], static_cast<std::int64_t>(kMaxElements) + 1);
    }
    return strides;
}

std::optional<std::vector<std::int64_t>> ShapeContext::elements_or_unknown(int input) const {
    if (has_elements(input)) {
        const auto known = elements(input);
        return std::vector<std::int64_t>(known.begin(), known.end());
    }
    const auto count = dims(input).elements();
    if (count < 0 || count > static_cast<std::int64_t>(kMaxElements)) return std::nullopt;
    return std::vector<std::int64_t>(static_cast<std::size_t>(count), kUnknownElement);
}

const OnnxAttribute* ShapeContext::attribute(std::string_view name) const {
    for (const auto& attribute : model_->attributes_of(*node_))
        if (attribute.name == name) return &attribute;
    return nullptr;
}

std::int64_t ShapeContext::integer(std::string_view name, std::int64_t fallback) const {
    const auto* found = attribute(name);
    return found == nullptr ? fallback : found->integer;
}

std::string_view ShapeContext::text(std::string_view name) const {
    const auto* found = attribute(name);
    return found == nullptr ? std::string_view() : found->text;
}

std::span<const std::int64_t> ShapeContext::list(std::string_view name) const {
    const auto* found = attribute(name);
    return found == nullptr ? std::span<const std::int64_t>() : model_->list(found->list);
}

Dims broadcast(const Dims& a, const Dims& b) {
    if (!a.ranked() || !b.ranked()) return {};
    const int rank = std::max(a.rank(), b.rank());
    Dims out = Dims::filled(rank, kUnknownDim);
    for (int i = 1; i <= rank; ++i) {
        const auto x = i <= a.rank() ? a.at(-i) : 1;
        const auto y = i <= b.rank() ? b.at(-i) : 1;
        out[rank - i] = x == 1 ? y : y == 1 ? x : std::max(x, y);
    }
    return out;
}

}  // namespace waferscope::core
