// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "core/model/workload.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace waferscope::core {

// An ONNX file as it is written, decoded once. All text is views into the file's bytes, names are resolved
// to value numbers, and lists live in shared pools so that a million nodes need few allocations.

inline constexpr std::uint32_t kNoIndex = 0xFFFFFFFFU;

/// A stretch of a pool.
struct PoolRange {
    std::uint32_t first = 0, count = 0;
};

/// An initializer or a tensor attribute. Values stay in the file.
struct OnnxTensor {
    std::string_view name;
    std::string_view message;  ///< the TensorProto
    std::int32_t elem_type = 0;
    PoolRange dims;  ///< in OnnxModel::integers
    bool external = false;
};

/// A number list keeps its values in OnnxModel::integers; floats as the bits of a double.
struct OnnxAttribute {
    std::string_view name;
    std::string_view text;
    std::int64_t integer = 0;
    float real = 0;
    PoolRange list;
    std::uint32_t tensor = kNoIndex;  ///< in OnnxModel::tensors
    std::uint32_t graph = kNoIndex;   ///< in OnnxModel::graphs
};

struct OnnxNode {
    std::string_view name;
    std::uint32_t op = 0;       ///< in OnnxModel::op_types
    PoolRange inputs, outputs;  ///< in OnnxModel::uses; kNoIndex = optional one left out
    PoolRange attributes;       ///< in OnnxModel::attributes
};

struct OnnxOpType {
    std::string_view domain, name;
    std::uint32_t next = kNoIndex;  ///< the same name in another domain
};

/// A dimension as declared: a number, a symbol, or (value -1, no symbol) unsaid.
struct OnnxDim {
    std::int64_t value = -1;
    std::string_view symbol;
};

/// What the file says about a value: graph input, output or value_info.
struct OnnxDeclaration {
    std::uint32_t value = kNoIndex;
    std::int32_t elem_type = 0;
    bool has_shape = false;
    bool is_tensor = false;  ///< false: a sequence, map or optional
    PoolRange dims;          ///< in OnnxModel::dims
};

struct OnnxGraph {
    std::string_view name;
    PoolRange nodes;                             ///< in OnnxModel::nodes
    std::vector<std::uint32_t> inputs, outputs;  ///< values
    std::vector<std::uint32_t> captured;         ///< values of enclosing graphs it reads
    std::uint32_t parent = kNoIndex;
};

struct OnnxFunction {
    std::string_view domain, name;
};

struct OnnxModel {
    std::int64_t ir_version = 0;
    std::int64_t opset = 0;  ///< of the default domain; 0 = not stated
    std::string_view producer;
    std::int64_t redefinitions = 0;  ///< values defined more than once; the last definition counts

    std::vector<OnnxGraph> graphs;  ///< [0] is the main graph
    std::vector<OnnxNode> nodes;
    std::vector<OnnxOpType> op_types;
    std::vector<OnnxAttribute> attributes;
    std::vector<OnnxTensor> tensors;
    std::vector<OnnxDeclaration> declarations;
    std::vector<OnnxFunction> functions;

    std::vector<std::uint32_t> uses;
    std::vector<std::int64_t> integers;
    std::vector<OnnxDim> dims;

    // By value number.
    std::vector<std::string_view> value_names;
    std::vector<std::uint32_t> producer_of;     ///< node, or kNoIndex
    std::vector<std::uint32_t> initializer_of;  ///< tensor, or kNoIndex
    std::vector<std::uint32_t> declaration_of;  ///< declaration, or kNoIndex

    [[nodiscard]] std::span<const std::uint32_t> inputs(const OnnxNode& node) const {
        return {uses.data() + node.inputs.first, node.inputs.count};
    }
    [[nodiscard]] std::span<const std::uint32_t> outputs(const OnnxNode& node) const {
        return {uses.data() + node.outputs.first, node.outputs.count};
    }
    [[nodiscard]] std::span<const OnnxAttribute> attributes_of(const OnnxNode& node) const {
        return {attributes.data() + node.attributes.first, node.attributes.count};
    }
    [[nodiscard]] std::span<const std::int64_t> list(PoolRange range) const {
        return {integers.data() + range.first, range.count};
    }
};

/// Element type numbers of TensorProto as our Dtype.
Dtype onnx_dtype(std::int32_t elem_type);
/// Whether values of this type are propagated as doubles.
bool onnx_is_real(std::int32_t elem_type);

/// The elements of a small tensor: integers as they are, reals as the bits of a double.
/// Nothing when there are more than `limit`, the type is not numeric, or the data are elsewhere or damaged.
std::optional<std::vector<std::int64_t>> read_elements(const OnnxModel& model, const OnnxTensor& tensor,
                                                       std::size_t limit);

}  // namespace waferscope::core
