// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_messages.hpp"

#include <fmt/format.h>
#include <bit>
#include <cstring>

namespace waferscope::core {

using Type = WireCursor::Type;

bool OnnxMessages::refuse(ErrorCode code, const std::string& message, const char* at,
                          const std::string& hint) {
    if (!error_) error_ = Error{code, message, fmt::format("{}:byte {}", file_, at - begin_), hint};
    return false;
}

bool OnnxMessages::done(const WireCursor& cursor, std::string_view what) {
    if (!cursor.failed()) return true;
    return refuse(
        ErrorCode::format,
        fmt::format("The ONNX file is damaged at byte {}, inside a {}.", cursor.position() - begin_, what),
        cursor.position(), "copy, download or export it again");
}

bool OnnxMessages::damaged_list(const WireCursor& cursor) {
    return refuse(ErrorCode::format,
                  fmt::format("A list of numbers is damaged at byte {}.", cursor.position() - begin_),
                  cursor.position(), "copy, download or export it again");
}

bool OnnxMessages::list(const WireCursor& cursor, PoolRange& range) {
    if (range.count == 0) range.first = static_cast<std::uint32_t>(model_.integers.size());
    return for_each_varint(cursor, [&](std::int64_t v) {
        model_.integers.push_back(v);
        ++range.count;
    });
}

bool OnnxMessages::tensor(std::string_view bytes, OnnxTensor& out) {
    out.message = bytes;
    WireCursor in(bytes);
    while (in.next()) {
        switch (in.field()) {
            case 1:
                if (!list(in, out.dims)) return damaged_list(in);
                break;
            case 2:
                out.elem_type = static_cast<std::int32_t>(in.integer());
                break;
            case 8:
                out.name = in.bytes();
                break;
            case 14:
                out.external = in.integer() == 1;
                break;
            default:
                break;
        }
    }
    return done(in, "tensor");
}

bool OnnxMessages::sparse_tensor(std::string_view bytes, OnnxTensor& out) {
    WireCursor in(bytes);
    PoolRange dims;
    while (in.next()) {
        if (in.is(1, Type::bytes) && !tensor(in.bytes(), out)) return false;
        if (in.field() == 3 && !list(in, dims)) return damaged_list(in);
    }
    out.dims = dims;
    out.message = {};  // the dense elements are not in the file
    return done(in, "sparse tensor");
}

bool OnnxMessages::attribute(std::string_view bytes, std::vector<OnnxSubgraph>& subgraphs) {
    OnnxAttribute out;
    std::vector<std::string_view> graphs;
    WireCursor in(bytes);
    const auto push_real = [&](float real) {
        if (out.list.count == 0) out.list.first = static_cast<std::uint32_t>(model_.integers.size());
        model_.integers.push_back(std::bit_cast<std::int64_t>(static_cast<double>(real)));
        ++out.list.count;
    };
    while (in.next()) {
        switch (in.field()) {
            case 1:
                out.name = in.bytes();
                break;
            case 2:
                out.real = in.float32();
                break;
            case 3:
                out.integer = in.integer();
                break;
            case 4:
                out.text = in.bytes();
                break;
            case 5: {
                OnnxTensor tensor_value;
                if (in.type() == Type::bytes && !tensor(in.bytes(), tensor_value)) return false;
                out.tensor = static_cast<std::uint32_t>(model_.tensors.size());
                model_.tensors.push_back(tensor_value);
                break;
            }
            case 6:
            case 11:
                if (in.type() == Type::bytes) graphs.push_back(in.bytes());
                break;
            case 7:
                if (in.type() == Type::fixed32) {
                    push_real(in.float32());
                } else if (in.type() == Type::bytes) {
                    for (std::size_t at = 0; at + 4 <= in.bytes().size(); at += 4) {
                        float real = 0;
                        std::memcpy(&real, in.bytes().data() + at, 4);
                        push_real(real);
                    }
                }
                break;
            case 8:
                if (!list(in, out.list)) return damaged_list(in);
                break;
            default:
                break;
        }
    }
    if (!done(in, "attribute")) return false;
    const auto index = static_cast<std::uint32_t>(model_.attributes.size());
    for (const auto message : graphs) subgraphs.push_back({.message = message, .attribute = index});
    model_.attributes.push_back(out);
    return true;
}

bool OnnxMessages::dim(std::string_view bytes) {
    OnnxDim out;
    WireCursor in(bytes);
    while (in.next()) {
        if (in.is(1, Type::varint)) out.value = in.integer();
        if (in.is(2, Type::bytes)) out.symbol = in.bytes();
    }
    if (out.value < 0 || !out.symbol.empty()) out.value = -1;
    model_.dims.push_back(out);
    return done(in, "dimension");
}

bool OnnxMessages::shape(std::string_view bytes, OnnxDeclaration& out) {
    out.has_shape = true;
    out.dims = {.first = static_cast<std::uint32_t>(model_.dims.size()), .count = 0};
    WireCursor in(bytes);
    while (in.next()) {
        if (!in.is(1, Type::bytes)) continue;
        if (!dim(in.bytes())) return false;
        ++out.dims.count;
    }
    return done(in, "shape");
}

bool OnnxMessages::type(std::string_view bytes, OnnxDeclaration& out) {
    WireCursor in(bytes);
    while (in.next()) {
        if (!in.is(1, Type::bytes) && !in.is(8, Type::bytes)) continue;  // tensor_type, sparse_tensor_type
        out.is_tensor = true;
        WireCursor tensor_type(in.bytes());
        while (tensor_type.next()) {
            if (tensor_type.is(1, Type::varint))
                out.elem_type = static_cast<std::int32_t>(tensor_type.integer());
            if (tensor_type.is(2, Type::bytes) && !shape(tensor_type.bytes(), out)) return false;
        }
        if (!done(tensor_type, "tensor type")) return false;
    }
    return done(in, "type");
}

bool OnnxMessages::opset(std::string_view bytes) {
    WireCursor in(bytes);
    std::string_view domain;
    std::int64_t version = 0;
    while (in.next()) {
        if (in.is(1, Type::bytes)) domain = in.bytes();
        if (in.is(2, Type::varint)) version = in.integer();
    }
    if (domain.empty() || domain == "ai.onnx") model_.opset = version;
    return done(in, "opset import");
}

bool OnnxMessages::function(std::string_view bytes) {
    OnnxFunction out;
    WireCursor in(bytes);
    while (in.next()) {
        if (in.is(1, Type::bytes)) out.name = in.bytes();
        if (in.is(10, Type::bytes)) out.domain = in.bytes();
    }
    model_.functions.push_back(out);
    return done(in, "function");
}

}  // namespace waferscope::core
