// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_tree.hpp"

#include "core/io/formats.hpp"
#include "views/graph/graph_scene.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

using namespace waferscope;

namespace {

core::Workload random_graph(std::size_t operators, unsigned seed) {
    std::mt19937 random(seed);
    core::Workload w;
    for (std::size_t i = 0; i < operators; ++i) {
        core::Operator op{.name = "n" + std::to_string(i), .type = random() % 3 == 0 ? "Relu" : "Conv"};
        op.macs = static_cast<double>(random() % 1000);
        if (i > 0) op.inputs.push_back(static_cast<std::uint32_t>(random() % i));
        op.outputs.push_back(static_cast<std::uint32_t>(i));
        w.tensors.push_back({.name = "t" + std::to_string(i)});
        if (i > 0) w.edges.push_back({op.inputs.front(), static_cast<std::uint32_t>(i), op.inputs.front()});
        w.operators.push_back(std::move(op));
    }
    return w;
}

/// The laws of a tree: every operator in one place, counts and sums add up at every level, no level too wide.
void expect_lawful(const core::Workload& workload) {
    const auto tree = views::make_graph_tree(workload);
    ASSERT_EQ(tree.item_of_op.size(), workload.operators.size());
    for (const auto& item : tree.items) {
        EXPECT_LE(item.children.size(), views::kMostChildren);
        if (item.children.empty()) continue;
        std::int64_t inside = 0;
        for (const auto child : item.children) inside += tree.items[child].operators;
        EXPECT_EQ(inside, item.operators) << item.name;
    }
    EXPECT_EQ(tree.items[tree.root()].operators, static_cast<std::int64_t>(workload.operators.size()));
    // Whatever is opened, the boxes hold every operator once and are never too many.
    views::GraphOpening opening(tree);
    for (std::uint32_t op = 0; op < workload.operators.size(); op += std::max<std::uint32_t>(1, static_cast<std::uint32_t>(workload.operators.size() / 7))) {
        opening.reveal(tree.item_of_op[op]);
        const auto scene = views::make_scene(tree, opening, workload);
        std::int64_t shown = 0;
        for (const auto& box : scene.boxes) shown += tree.items[box.item].operators;
        EXPECT_EQ(shown, static_cast<std::int64_t>(workload.operators.size()));
        EXPECT_LE(scene.boxes.size(), views::kMostBoxes);
        EXPECT_NE(scene.box_of_item[tree.item_of_op[op]], views::kNoItem);  // revealed: a box of its own
    }
}

}  // namespace

TEST(GraphTree, HoldsEveryOperatorOfRandomGraphsOnce) {
    for (const std::size_t n : {1U, 2U, 40U, 41U, 3000U})
        for (const unsigned seed : {1U, 2U}) expect_lawful(random_graph(n, seed));
}

TEST(GraphTree, HoldsEveryOperatorOfRealNetworksOnce) {
    int seen = 0;
    for (const char* file : {"onnx/light/light_resnet50.onnx", "onnx/light/light_squeezenet.onnx", "onnx/transformer/gpt2_past_tiny12L_pytorch1.6.onnx"}) {
        const auto path = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / file;
        if (!std::filesystem::exists(path)) continue;
        const auto workload = core::read_workload(path, {});
        ASSERT_TRUE(workload) << core::to_text(workload.error());
        expect_lawful(*workload);
        ++seen;
    }
    if (seen == 0) GTEST_SKIP() << "no shared data here";
}

TEST(GraphTree, SearchFindsAnOperatorByItsName) {
    const auto workload = random_graph(1000, 3);
    const auto tree = views::make_graph_tree(workload);
    const auto hits = views::search_graph(tree, workload, "n777", 5);
    ASSERT_FALSE(hits.empty());
    EXPECT_EQ(hits.front(), tree.item_of_op[777]);  // two steps: search, Enter
    views::GraphOpening opening(tree);
    opening.reveal(hits.front());
    EXPECT_NE(views::make_scene(tree, opening, workload).box_of_item[hits.front()], views::kNoItem);
}
