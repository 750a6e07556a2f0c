// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf_types.hpp"

#include <algorithm>
#include <array>

namespace waferscope::core {
namespace {

// Bytes of a block = scales and minima + packed values, e.g. Q4_0: one fp16 scale + 32 x 4 bit = 18;
// Q4_K: two fp16 + 12 bytes of 6-bit scales + 256 x 4 bit = 144; Q6_K: 192 bytes of values + 16 scales + fp16
// = 210.
constexpr std::array kTypes{
    GgufType{0, "F32", 1, 4, Dtype::fp32},         GgufType{1, "F16", 1, 2, Dtype::fp16},
    GgufType{2, "Q4_0", 32, 18, Dtype::int4},      GgufType{3, "Q4_1", 32, 20, Dtype::int4},
    GgufType{6, "Q5_0", 32, 22, Dtype::int8},      GgufType{7, "Q5_1", 32, 24, Dtype::int8},
    GgufType{8, "Q8_0", 32, 34, Dtype::int8},      GgufType{9, "Q8_1", 32, 36, Dtype::int8},
    GgufType{10, "Q2_K", 256, 84, Dtype::int4},    GgufType{11, "Q3_K", 256, 110, Dtype::int4},
    GgufType{12, "Q4_K", 256, 144, Dtype::int4},   GgufType{13, "Q5_K", 256, 176, Dtype::int8},
    GgufType{14, "Q6_K", 256, 210, Dtype::int8},   GgufType{15, "Q8_K", 256, 292, Dtype::int8},
    GgufType{16, "IQ2_XXS", 256, 66, Dtype::int4}, GgufType{17, "IQ2_XS", 256, 74, Dtype::int4},
    GgufType{18, "IQ3_XXS", 256, 98, Dtype::int4}, GgufType{19, "IQ1_S", 256, 50, Dtype::int4},
    GgufType{20, "IQ4_NL", 32, 18, Dtype::int4},   GgufType{21, "IQ3_S", 256, 110, Dtype::int4},
    GgufType{22, "IQ2_S", 256, 82, Dtype::int4},   GgufType{23, "IQ4_XS", 256, 136, Dtype::int4},
    GgufType{24, "I8", 1, 1, Dtype::int8},         GgufType{25, "I16", 1, 2, Dtype::int16},
    GgufType{26, "I32", 1, 4, Dtype::int32},       GgufType{27, "I64", 1, 8, Dtype::int64},
    GgufType{28, "F64", 1, 8, Dtype::fp64},        GgufType{29, "IQ1_M", 256, 56, Dtype::int4},
    GgufType{30, "BF16", 1, 2, Dtype::bf16},       GgufType{34, "TQ1_0", 256, 54, Dtype::int4},
    GgufType{35, "TQ2_0", 256, 66, Dtype::int4},   GgufType{39, "MXFP4", 32, 17, Dtype::fp4},
};

}  // namespace

const GgufType* find_gguf_type(std::uint32_t id) {
    const auto found = std::ranges::find(kTypes, id, &GgufType::id);
    return found == kTypes.end() ? nullptr : found;
}

}  // namespace waferscope::core
