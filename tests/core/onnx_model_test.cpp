// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_model.hpp"

#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

/// Elements of the one tensor of a model.
std::optional<Ints> elements(const std::string& tensor, std::size_t limit = 100) {
    const auto bytes = model(initializer(tensor));
    const auto read = decode_onnx(bytes, "m.onnx");
    return read_elements(*read, read->tensors.at(0), limit);
}

std::int64_t bits(double value) {
    return std::bit_cast<std::int64_t>(value);
}

}  // namespace

TEST(OnnxModel, ReadsIntegersOfEveryWidth) {
    EXPECT_EQ(elements(tensor("t", kInt64, {2}, raw<std::int64_t>({-5, 7}))), (Ints{-5, 7}));
    EXPECT_EQ(elements(tensor("t", kInt32, {2}, raw<std::int32_t>({-5, 7}))), (Ints{-5, 7}));
    EXPECT_EQ(elements(tensor("t", kInt8, {2}, raw<std::int8_t>({-5, 7}))), (Ints{-5, 7}));
    EXPECT_EQ(elements(tensor("t", kUint8, {1}, raw<std::uint8_t>({250}))), (Ints{250}));
}

TEST(OnnxModel, ReadsRealsAsBitsOfADouble) {
    EXPECT_EQ(elements(tensor("t", kFloat, {1}, raw<float>({0.5F}))), (Ints{bits(0.5)}));
    EXPECT_EQ(elements(tensor("t", 11, {1}, raw<double>({-2.25}))), (Ints{bits(-2.25)}));
    EXPECT_EQ(elements(tensor("t", 10, {2}, raw<std::uint16_t>({0x3C00, 0xC000}))),
              (Ints{bits(1), bits(-2)}));                                                      // half
    EXPECT_EQ(elements(tensor("t", 16, {1}, raw<std::uint16_t>({0x3F80}))), (Ints{bits(1)}));  // bfloat16
}

TEST(OnnxModel, ReadsTypedFieldsPackedOrNot) {
    const auto head = field(1, std::int64_t{2}) + field(2, std::int64_t{kInt64}) + field(8, "t");
    EXPECT_EQ(elements(head + field(7, varint(3) + varint(4))), (Ints{3, 4}));
    EXPECT_EQ(elements(head + field(7, std::int64_t{3}) + field(7, std::int64_t{4})), (Ints{3, 4}));
    const auto reals = field(1, std::int64_t{1}) + field(2, std::int64_t{kFloat}) + field(8, "t");
    EXPECT_EQ(elements(reals + field(4, raw<float>({1.5F}))), (Ints{bits(1.5)}));
}

TEST(OnnxModel, RefusesLargeDamagedAndExternalData) {
    EXPECT_FALSE(elements(tensor("t", kInt64, {200}, raw(Ints(200, 1)))));
    EXPECT_FALSE(elements(tensor("t", kInt64, {3}, raw(Ints{1, 2}))));
    EXPECT_FALSE(elements(tensor("t", kInt64, {1}, raw(Ints{1})) + field(14, std::int64_t{1})));
    EXPECT_FALSE(elements(tensor("t", kInt64, {-1}, "")));
    EXPECT_FALSE(elements(tensor("t", 8, {1}, "text")));
}

TEST(OnnxModel, KnowsTheNewSmallTypes) {
    EXPECT_EQ(onnx_dtype(17), Dtype::fp8);
    EXPECT_EQ(onnx_dtype(22), Dtype::int4);
    EXPECT_EQ(onnx_dtype(23), Dtype::fp4);
    EXPECT_EQ(onnx_dtype(99), Dtype::unknown);
    EXPECT_EQ(onnx_dtype(-1), Dtype::unknown);
}
