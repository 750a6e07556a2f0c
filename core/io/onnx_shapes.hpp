// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/dims.hpp"
#include "core/io/onnx_model.hpp"

#include <limits>
#include <map>
#include <optional>
#include <string>

namespace waferscope::core {

/// Sizes given to symbolic dimensions of graph inputs, by name.
using Bindings = std::map<std::string, std::int64_t>;

/// Stands for an element whose value is not known, in both integer and real (bit pattern) lists. Away from
/// the very end of the range, which exporters write for "up to the beginning".
inline constexpr std::int64_t kUnknownElement = std::numeric_limits<std::int64_t>::min() + 4711;
/// Tensors with more elements are not propagated by value.
inline constexpr std::size_t kMaxElements = 2048;

/// What is known about one value. Dimensions and elements live in OnnxShapes::pool.
struct InferredValue {
    PoolRange dims, elements;
    std::int32_t elem_type = 0;  ///< 0 = unknown
    bool ranked = false;
    bool has_elements = false;
    std::uint32_t weight = kNoIndex;  ///< the stored value this one is a view of
};

/// One execution of a node: subgraphs are unfolded in place.
struct OnnxStep {
    std::uint32_t node = 0;
    std::int64_t runs = 1;  ///< loop trips known from the graph
};

/// The result of one pass over the graph.
struct OnnxShapes {
    std::vector<InferredValue> values;  ///< by value number
    std::vector<std::int64_t> pool;
    std::map<std::uint32_t, std::vector<std::uint32_t>> joined;  ///< values made of several stored ones
    std::vector<OnnxStep> steps;                                 ///< in the order they run
    std::vector<std::uint32_t> alias;  ///< by value: the value inside a subgraph it equals, or itself
    std::map<std::string, std::int64_t> symbols;  ///< of graph inputs; -1 = unbound
    std::map<std::string, std::string> symbol_places;  ///< the first input and axis of each
    std::vector<std::string> assumptions;

    [[nodiscard]] Dims dims(std::uint32_t value) const {
        const auto& v = values[value];
        return v.ranked ? Dims(std::span(pool.data() + v.dims.first, v.dims.count)) : Dims();
    }
    [[nodiscard]] std::span<const std::int64_t> elements(std::uint32_t value) const {
        const auto& v = values[value];
        return {pool.data() + v.elements.first, v.elements.count};
    }
    void set_dims(std::uint32_t value, const Dims& dims);
    void set_elements(std::uint32_t value, std::span<const std::int64_t> elements);
};

/// Shapes, and small integer and real values, of everything the main graph computes.
/// Refuses a graph that feeds back into itself. `file` is used in messages.
Result<OnnxShapes> infer_onnx_shapes(const OnnxModel& model, const Bindings& bindings,
                                     const std::string& file);

/// Value of a dimension written as names, numbers, +, - and *; -1 when a name is unbound.
std::int64_t evaluate_dimension(std::string_view expression, const Bindings& bindings);

}  // namespace waferscope::core
