// SPDX-License-Identifier: GPL-3.0-or-later
// Writes small ONNX files for tests, field by field, so that each test shows the graph it is about.
#pragma once

#include "core/io/onnx_decode.hpp"
#include "core/io/onnx_reader.hpp"
#include "fuzz_seed.hpp"

#include <gtest/gtest.h>
#include <bit>
#include <cstring>
#include <string>
#include <vector>

namespace onnx_builder {

inline constexpr int kFloat = 1, kUint8 = 2, kInt8 = 3, kInt32 = 6, kInt64 = 7, kBool = 9;
using Ints = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

inline std::string varint(std::uint64_t value) {
    std::string out;
    for (; value >= 0x80U; value >>= 7U) out += static_cast<char>(value | 0x80U);
    return out + static_cast<char>(value);
}
inline std::string field(unsigned number, const std::string& bytes) {
    return varint(number << 3U | 2U) + varint(bytes.size()) + bytes;
}
inline std::string field(unsigned number, std::int64_t value) {
    return varint(number << 3U) + varint(static_cast<std::uint64_t>(value));
}
template <class T>
std::string raw(const std::vector<T>& values) {
    std::string out(values.size() * sizeof(T), '\0');
    if (!values.empty()) std::memcpy(out.data(), values.data(), out.size());
    return out;
}

inline std::string tensor(const std::string& name, int type, const Ints& dims, const std::string& data) {
    std::string out;
    for (const auto d : dims) out += field(1, d);
    return out + field(2, static_cast<std::int64_t>(type)) + (name.empty() ? "" : field(8, name)) +
           field(9, data);
}
inline std::string int64s(const std::string& name, const Ints& values) {
    return tensor(name, kInt64, {static_cast<std::int64_t>(values.size())}, raw(values));
}
/// A stored float tensor whose data are left out: only its shape matters.
inline std::string weight(const std::string& name, const Ints& dims, int type = kFloat) {
    return tensor(name, type, dims, "");
}

inline std::string attribute(const std::string& name, std::int64_t value) {
    return field(5, field(1, name) + field(3, value));
}
inline std::string attribute(const std::string& name, const std::string& text) {
    return field(5, field(1, name) + field(4, text));
}
inline std::string attribute(const std::string& name, const Ints& values) {
    std::string body = field(1, name);
    for (const auto v : values) body += field(8, v);
    return field(5, body);
}
inline std::string tensor_attribute(const std::string& name, const std::string& tensor) {
    return field(5, field(1, name) + field(5, tensor));
}
inline std::string graph_attribute(const std::string& name, const std::string& graph) {
    return field(5, field(1, name) + field(6, graph));
}

/// A node; `more` holds attributes and, by field(7, ...), the domain.
inline std::string node(const std::string& op, const Names& inputs, const Names& outputs,
                        const std::string& more = "") {
    std::string out;
    for (const auto& name : inputs) out += field(1, name);
    for (const auto& name : outputs) out += field(2, name);
    return field(1, out + field(4, op) + more);
}
inline std::string contrib() {
    return field(7, std::string("com.microsoft"));
}

/// Dimensions: numbers, or a symbol where the number is negative and `symbol` is given.
inline std::string value(const std::string& name, const Ints& dims, int type = kFloat,
                         const std::string& symbol = "") {
    std::string shape;
    for (const auto d : dims)
        shape += field(1, d >= 0 ? field(1, d) : symbol.empty() ? std::string() : field(2, symbol));
    return field(1, name) + field(2, field(1, field(1, static_cast<std::int64_t>(type)) + field(2, shape)));
}
inline std::string input(const std::string& value) {
    return field(11, value);
}
inline std::string output(const std::string& name) {
    return field(12, field(1, name));
}
inline std::string initializer(const std::string& tensor) {
    return field(5, tensor);
}

inline std::string model(const std::string& graph, std::int64_t opset = 17) {
    auto bytes = field(1, std::int64_t{8}) + field(7, graph) + field(8, field(2, opset));
    keep_seed("onnx", bytes);
    return bytes;
}

/// One node between declared inputs and its outputs "y", "y1", ...: its shapes after inference.
struct Probe {
    std::string bytes;
    waferscope::core::OnnxModel decoded;
    waferscope::core::OnnxShapes shapes;

    explicit Probe(const std::string& graph, const waferscope::core::Bindings& bindings = {},
                   std::int64_t opset = 17)
        : bytes(model(graph, opset)) {
        auto read = waferscope::core::decode_onnx(bytes, "test.onnx");
        if (!read) {
            ADD_FAILURE() << to_text(read.error());
            return;
        }
        decoded = std::move(*read);
        auto inferred = waferscope::core::infer_onnx_shapes(decoded, bindings, "test.onnx");
        if (!inferred) {
            ADD_FAILURE() << to_text(inferred.error());
            return;
        }
        shapes = std::move(*inferred);
    }

    [[nodiscard]] std::uint32_t number(const std::string& name) const {
        for (std::uint32_t v = 0; v < decoded.value_names.size(); ++v)
            if (decoded.value_names[v] == name) return v;
        ADD_FAILURE() << "no value " << name;
        return 0;
    }
    [[nodiscard]] Ints shape(const std::string& name = "y") const {
        const auto dims = shapes.dims(number(name));
        return dims.ranked() ? Ints(dims.begin(), dims.end()) : Ints{-99};  // -99: no rank
    }
    [[nodiscard]] Ints elements(const std::string& name = "y") const {
        const auto list = shapes.elements(number(name));
        return {list.begin(), list.end()};
    }
    [[nodiscard]] int type(const std::string& name = "y") const {
        return shapes.values[number(name)].elem_type;
    }
};

/// The workload of a graph; a failure of the test when it is refused.
inline waferscope::core::Workload workload(const std::string& graph,
                                           const waferscope::core::Bindings& bindings = {}) {
    auto read = waferscope::core::read_onnx_bytes(model(graph), "test.onnx", bindings);
    if (read) return std::move(*read);
    ADD_FAILURE() << to_text(read.error());
    return {};
}

}  // namespace onnx_builder
