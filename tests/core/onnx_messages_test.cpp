// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_messages.hpp"

#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

/// Reads one message with `read` and gives the error's place, empty when there is none.
template <class Read>
std::string place_of_error(const std::string& bytes, const Read& read) {
    OnnxModel model;
    const std::string file = "m.onnx";
    OnnxMessages messages(model, bytes, file);
    const bool ok = read(messages, bytes);
    EXPECT_NE(ok, messages.error().has_value());
    return messages.error() ? messages.error()->where : "";
}

}  // namespace

TEST(OnnxMessages, ReadTheHeadOfATensor) {
    OnnxModel model;
    const std::string file = "m.onnx", bytes = weight("w", {3, 4});
    OnnxTensor out;
    ASSERT_TRUE(OnnxMessages(model, bytes, file).tensor(bytes, out));
    EXPECT_EQ(out.name, "w");
    EXPECT_EQ(out.elem_type, kFloat);
    EXPECT_EQ(Ints(model.list(out.dims).begin(), model.list(out.dims).end()), (Ints{3, 4}));
    EXPECT_FALSE(out.external);
}

TEST(OnnxMessages, ASparseTensorHasItsDenseShape) {
    OnnxModel model;
    const std::string file = "m.onnx", bytes = field(1, weight("w", {2})) + field(3, varint(5) + varint(6));
    OnnxTensor out;
    ASSERT_TRUE(OnnxMessages(model, bytes, file).sparse_tensor(bytes, out));
    EXPECT_EQ(out.name, "w");
    EXPECT_EQ(Ints(model.list(out.dims).begin(), model.list(out.dims).end()), (Ints{5, 6}));
}

TEST(OnnxMessages, NameTheByteOfDamage) {
    const auto tensor = [](OnnxMessages& m, const std::string& bytes) {
        OnnxTensor out;
        return m.tensor(bytes, out);
    };
    const auto type = [](OnnxMessages& m, const std::string& bytes) {
        OnnxDeclaration out;
        return m.type(bytes, out);
    };
    const auto attribute = [](OnnxMessages& m, const std::string& bytes) {
        std::vector<OnnxSubgraph> subgraphs;
        return m.attribute(bytes, subgraphs);
    };
    EXPECT_EQ(place_of_error(weight("w", {3}), tensor), "");
    EXPECT_EQ(place_of_error(field(8, "w") + "\x0B", tensor), "m.onnx:byte 3");
    EXPECT_EQ(place_of_error(field(1, "\x85"), tensor), "m.onnx:byte 0");
    EXPECT_EQ(place_of_error(field(1, field(2, field(1, "\x0A\x05"))), type), "m.onnx:byte 6");
    EXPECT_EQ(place_of_error(field(1, "axes") + field(8, "\xFF"), attribute), "m.onnx:byte 6");
    EXPECT_EQ(place_of_error("\x0A\x7Fx", attribute), "m.onnx:byte 0");
}
