// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_model.hpp"

#include "core/io/onnx_wire.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace waferscope::core {
namespace {

struct ElementType {
    Dtype dtype = Dtype::unknown;
    std::uint8_t stored_bytes = 0;  ///< in raw_data; 0 = not read by us
    enum class Form : std::uint8_t { none, real, sign, plain } form = Form::none;
};

/// Indexed by TensorProto.DataType.
constexpr std::array<ElementType, 27> kTypes{{
    {},
    {Dtype::fp32, 4, ElementType::Form::real},
    {Dtype::int8, 1, ElementType::Form::plain},  // uint8
    {Dtype::int8, 1, ElementType::Form::sign},
    {Dtype::int16, 2, ElementType::Form::plain},  // uint16
    {Dtype::int16, 2, ElementType::Form::sign},
    {Dtype::int32, 4, ElementType::Form::sign},
    {Dtype::int64, 8, ElementType::Form::sign},
    {Dtype::text},
    {Dtype::boolean, 1, ElementType::Form::plain},
    {Dtype::fp16, 2, ElementType::Form::real},
    {Dtype::fp64, 8, ElementType::Form::real},
    {Dtype::int32, 4, ElementType::Form::plain},  // uint32
    {Dtype::int64, 8, ElementType::Form::plain},  // uint64
    {Dtype::fp64},                                // complex64: two floats
    {Dtype::unknown},                             // complex128
    {Dtype::bf16, 2, ElementType::Form::real},
    {Dtype::fp8},
    {Dtype::fp8},
    {Dtype::fp8},
    {Dtype::fp8},
    {Dtype::int4},
    {Dtype::int4},
    {Dtype::fp4},
    {Dtype::fp8},
    {Dtype::int4},
    {Dtype::int4},  // 2-bit integers, counted as 4-bit
}};

ElementType type_of(std::int32_t elem_type) {
    return elem_type >= 0 && static_cast<std::size_t>(elem_type) < kTypes.size()
               ? kTypes[static_cast<std::size_t>(elem_type)]
               : ElementType{};
}

double from_half(std::uint16_t bits) {
    const int exponent = (bits >> 10U) & 0x1F;
    const double mantissa = bits & 0x3FFU;
    const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
    if (exponent == 0) return sign * std::ldexp(mantissa, -24);
    if (exponent == 31) return sign * HUGE_VAL;
    return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

/// One element out of the low bytes of `bits`.
std::int64_t element(std::uint64_t bits, const ElementType& type) {
    double real = 0;
    switch (type.dtype) {
        case Dtype::fp32:
            real = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
            break;
        case Dtype::fp64:
            return static_cast<std::int64_t>(bits);
        case Dtype::fp16:
            real = from_half(static_cast<std::uint16_t>(bits));
            break;
        case Dtype::bf16:
            real = std::bit_cast<float>(static_cast<std::uint32_t>(bits << 16U));
            break;
        default:
            if (type.form != ElementType::Form::sign) return static_cast<std::int64_t>(bits);
            const unsigned unused = 64U - 8U * type.stored_bytes;
            return static_cast<std::int64_t>(bits << unused) >> unused;
    }
    return std::bit_cast<std::int64_t>(real);
}

void append_raw(std::string_view raw, const ElementType& type, std::size_t size,
                std::vector<std::int64_t>& out, std::size_t limit) {
    for (std::size_t at = 0; at + size <= raw.size() && out.size() <= limit; at += size) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, raw.data() + at, size);
        out.push_back(element(bits, type));
    }
}

/// float_data and double_data: packed, or one field per element.
void append_fixed(const WireCursor& field, std::size_t size, const ElementType& type,
                  std::vector<std::int64_t>& out, std::size_t limit) {
    if (field.type() == WireCursor::Type::bytes)
        append_raw(field.bytes(), type, size, out, limit);
    else
        out.push_back(element(static_cast<std::uint64_t>(field.integer()), type));
}

}  // namespace

Dtype onnx_dtype(std::int32_t elem_type) {
    return type_of(elem_type).dtype;
}
bool onnx_is_real(std::int32_t elem_type) {
    return type_of(elem_type).form == ElementType::Form::real;
}

std::optional<std::vector<std::int64_t>> read_elements(const OnnxModel& model, const OnnxTensor& tensor,
                                                       std::size_t limit) {
    const ElementType type = type_of(tensor.elem_type);
    if (type.form == ElementType::Form::none || tensor.external) return std::nullopt;
    std::size_t count = 1;
    for (const auto d : model.list(tensor.dims)) {
        if (d < 0 || (d > 0 && count > limit)) return std::nullopt;
        count *= static_cast<std::size_t>(std::min<std::int64_t>(d, static_cast<std::int64_t>(limit) + 1));
    }
    if (count > limit) return std::nullopt;

    std::vector<std::int64_t> out;
    WireCursor field(tensor.message);
    while (field.next()) {
        switch (field.field()) {
            case 4:
                append_fixed(field, 4, type, out, limit);
                break;  // float_data
            case 10:
                append_fixed(field, 8, type, out, limit);
                break;  // double_data
            case 5:     // int32_data: also half, bfloat16, 8- and 16-bit types
            case 7:     // int64_data
            case 11:    // uint64_data
                for_each_varint(field, [&](std::int64_t v) {
                    if (out.size() <= limit) out.push_back(element(static_cast<std::uint64_t>(v), type));
                });
                break;
            case 9:  // raw_data
                if (field.type() == WireCursor::Type::bytes)
                    append_raw(field.bytes(), type, type.stored_bytes, out, limit);
                break;
            default:
                break;
        }
    }
    if (out.size() != count) return std::nullopt;
    return out;
}

}  // namespace waferscope::core
