// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_order.hpp"

#include "onnx_builder.hpp"

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

using Order = std::vector<std::uint32_t>;

Result<Order> order(const std::string& graph) {
    const auto bytes = model(graph);
    const auto read = decode_onnx(bytes, "m.onnx");
    return onnx_order(*read, 0, "m.onnx");
}

}  // namespace

TEST(OnnxOrder, KeepsAnOrderThatWorks) {
    EXPECT_EQ(*order(node("Relu", {"x"}, {"a"}) + node("Neg", {"a"}, {"b"})), (Order{0, 1}));
}

TEST(OnnxOrder, SortsNodesThatReadBeforeTheyAreMade) {
    EXPECT_EQ(*order(node("Neg", {"b"}, {"c"}) + node("Relu", {"x"}, {"a"}) + node("Abs", {"a"}, {"b"})),
              (Order{1, 2, 0}));
}

TEST(OnnxOrder, CountsWhatSubgraphsReadFromOutside) {
    const auto branch = node("Neg", {"a"}, {"n"}) + output("n");
    EXPECT_EQ(
        *order(node("If", {"c"}, {"y"}, graph_attribute("then_branch", branch)) + node("Relu", {"x"}, {"a"})),
        (Order{1, 0}));
}

TEST(OnnxOrder, RefusesACircleAndNamesANode) {
    const auto circle =
        order(node("Relu", {"b"}, {"a"}, field(3, std::string("first"))) + node("Neg", {"a"}, {"b"}));
    ASSERT_FALSE(circle);
    EXPECT_EQ(circle.error().code, ErrorCode::format);
    EXPECT_EQ(circle.error().where, "m.onnx:first");
}

TEST(OnnxOrder, NamesNamelessNodesByTypeAndNumber) {
    const auto bytes = model(node("Relu", {"x"}, {"y"}));
    EXPECT_EQ(onnx_node_name(*decode_onnx(bytes, "m.onnx"), 0), "Relu_0");
}
