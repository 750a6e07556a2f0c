// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of the hierarchy: nothing is lost, nothing counted twice, no level too wide, whatever the graph.
#include "core/model/llm_graph.hpp"
#include "tests/views/graph/graphs.hpp"
#include "views/graph/graph_names.hpp"
#include "views/graph/graph_repeats.hpp"
#include "views/graph/graph_scene.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

using namespace waferscope;
using namespace waferscope::views;

namespace {

std::int64_t operators_shown(const GraphTree& tree, const GraphScene& scene) {
    std::int64_t sum = 0;
    for (const auto& box : scene.boxes) sum += tree.items[box.item].operators;
    return sum;
}

void expect_laws(const core::Workload& workload) {
    const auto tree = make_graph_tree(workload);
    const auto count = static_cast<std::int64_t>(workload.operators.size());
    ASSERT_EQ(tree.item_of_op.size(), workload.operators.size());
    std::set<std::uint32_t> seen;
    double macs = 0;
    for (std::uint32_t i = 0; i < tree.items.size(); ++i) {
        const auto& item = tree.items[i];
        EXPECT_LE(item.children.size(), kMostChildren);
        EXPECT_EQ(item.parent == kNoItem, i == tree.root());
        std::int64_t inside = 0;
        for (const auto child : item.children) {
            EXPECT_LT(child, i);
            EXPECT_EQ(tree.items[child].parent, i);
            inside += tree.items[child].operators;
        }
        if (tree.opens(i)) {
            EXPECT_EQ(inside, item.operators);
        } else if (i != tree.root()) {
            EXPECT_EQ(item.operators, 1);
            seen.insert(item.op);
            macs += item.macs;
        }
        EXPECT_EQ(item.provenance[0] + item.provenance[1] + item.provenance[2], item.operators);
    }
    EXPECT_EQ(static_cast<std::int64_t>(seen.size()), count);
    EXPECT_NEAR(macs, core::total_macs(workload), 1e-9 * macs);
    EXPECT_NEAR(tree.macs, macs, 1e-9 * macs);
}

/// Opens groups at random; whatever is open, the boxes hold every operator once and are not too many.
void expect_every_opening_is_whole(const core::Workload& workload, unsigned seed) {
    const auto tree = make_graph_tree(workload);
    GraphOpening opening(tree);
    std::mt19937 random(seed);
    for (int turn = 0; turn < 60; ++turn) {
        const auto item = static_cast<std::uint32_t>(random() % tree.items.size());
        if (turn % 4 == 3)
            opening.close(item);
        else
            opening.open(item);
        const auto scene = make_scene(tree, opening, workload);
        ASSERT_EQ(operators_shown(tree, scene), static_cast<std::int64_t>(workload.operators.size()));
        ASSERT_EQ(scene.boxes.size(), opening.boxes());
        ASSERT_LE(scene.boxes.size(), kMostBoxes);
    }
}

}  // namespace

TEST(GraphTree, HoldsEveryOperatorOfRandomGraphsOnce) {
    for (unsigned seed = 0; seed < 12; ++seed) {
        const auto graph = test::random_graph(1 + seed * seed * 23, seed, seed % 2 == 0);
        expect_laws(graph);
        expect_every_opening_is_whole(graph, seed);
    }
}

TEST(GraphTree, HoldsEveryOperatorOfRealGraphsOnce) {
    const auto graphs = test::real_graphs();
    if (graphs.empty()) GTEST_SKIP() << "no shared data";
    ASSERT_GE(graphs.size(), 15U);
    for (const auto& graph : graphs) {
        SCOPED_TRACE(graph.source + " " + graph.name);
        expect_laws(graph);
        expect_every_opening_is_whole(graph, 7);
    }
}

TEST(GraphOpening, ClosesWhatWasOpenedLongestAgoBeforeBoxesAreTooMany) {
    for (const bool named : {false, true}) {
        const auto graph = test::random_graph(6000, 4, named);
        const auto tree = make_graph_tree(graph);
        GraphOpening opening(tree);
        std::size_t most = 0;
        for (auto item = tree.root(); item-- > 0;) {
            if (!tree.opens(item)) continue;
            opening.open(item);
            EXPECT_TRUE(opening.is_open(item));  // whatever had to close, this did not
            for (auto around = tree.items[item].parent; around != kNoItem; around = tree.items[around].parent)
                EXPECT_TRUE(opening.is_open(around));
            ASSERT_LE(opening.boxes(), kMostBoxes);
            most = std::max(most, opening.boxes());
        }
        EXPECT_GT(most, kMostBoxes - kMostChildren);  // the limit was reached
        const auto scene = make_scene(tree, opening, graph);
        EXPECT_EQ(scene.boxes.size(), opening.boxes());
        EXPECT_EQ(operators_shown(tree, scene), 6000);
    }
}

TEST(GraphTree, EmptyGraphIsARootOnly) {
    const auto tree = make_graph_tree({});
    EXPECT_TRUE(tree.empty());
    EXPECT_EQ(tree.items.size(), 1U);
}

TEST(GraphTree, FoldsEqualBlocksAndCutsThemAtTheirSeam) {
    // A stem, then (Conv BN Relu) x 8, then a head: the blocks are 3 long and 8 in number.
    std::vector<std::string> types{"Pad", "MaxPool"};
    for (int i = 0; i < 8; ++i) types.insert(types.end(), {"Conv", "BN", "Relu"});
    types.insert(types.end(), {"Flatten", "Gemm"});
    const auto graph = test::chain(types);
    const auto tree = make_graph_tree(graph);
    const auto fold = std::ranges::find(tree.items, GraphItemKind::fold, &GraphItem::kind);
    ASSERT_NE(fold, tree.items.end());
    EXPECT_EQ(fold->copies, 8);
    EXPECT_EQ(fold->operators, 24);
    EXPECT_EQ(fold->macs, 800);
    ASSERT_EQ(fold->children.size(), 8U);
    const auto& block = tree.items[fold->children.front()];
    ASSERT_EQ(block.children.size(), 3U);
    EXPECT_EQ(graph.operators[tree.items[block.children.front()].op].type, "Conv");
}

TEST(GraphTree, FoldsTheIdentityBlocksOfResNet50) {
    const auto graph = test::real_graph("light/light_resnet50.onnx");
    if (graph.operators.empty()) GTEST_SKIP() << "no shared data";
    const auto tree = make_graph_tree(graph);
    std::vector<std::int64_t> copies;
    for (const auto child : tree.items[tree.root()].children)
        if (tree.items[child].kind == GraphItemKind::fold) copies.push_back(tree.items[child].copies);
    EXPECT_EQ(copies,
              (std::vector<std::int64_t>{2, 3, 5, 2}));  // He et al. 2015, table 1: 3, 4, 6, 3 less one each
    EXPECT_NEAR(tree.macs, 4.0892e9, 1e6);
}

TEST(GraphTree, FoldsTheLayersOfBert) {
    const auto graph = test::real_graph("transformer/TFBertForQuestionAnswering_tiny24L_keras2onnx.onnx");
    if (graph.operators.empty()) GTEST_SKIP() << "no shared data";
    const auto tree = make_graph_tree(graph);
    const auto fold = std::ranges::find_if(
        tree.items, [](const GraphItem& i) { return i.kind == GraphItemKind::fold && i.copies >= 20; });
    ASSERT_NE(fold, tree.items.end());
    EXPECT_LE(fold->copies, 24);
    EXPECT_TRUE(fold->name.starts_with("layer ")) << fold->name;
}

TEST(GraphTree, LayersOfATransformerRunAsOftenAsItHasThem) {
    const core::LlmConfig llama{.layers = 32,
                                .hidden = 4096,
                                .heads = 32,
                                .kv_heads = 8,
                                .head_dim = 128,
                                .ffn = 14336,
                                .vocab = 128256,
                                .gated_ffn = true};
    const auto graph =
        core::make_llm_workload(llama, {.pass = core::LlmPass::prefill, .batch = 1, .seq = 128});
    const auto tree = make_graph_tree(graph);
    const auto layer = std::ranges::find(tree.items, "layer 0", &GraphItem::name);
    ASSERT_NE(layer, tree.items.end());
    EXPECT_EQ(layer->times, 32);
    EXPECT_NEAR(tree.macs, core::total_macs(graph), 1);
    expect_laws(graph);
}

TEST(GraphTree, TimesOfSlicesAddUpAndWaitsDoNotCount) {
    core::Timeline timeline;
    timeline.lanes.push_back(
        {.slices = {{.start_s = 0, .end_s = 1, .op = 0},
                    {.start_s = 1, .end_s = 3, .op = 1},
                    {.start_s = 3, .end_s = 9, .op = 1, .kind = core::SliceKind::wait}}});
    timeline.lanes.push_back(
        {.slices = {{.start_s = 0, .end_s = 0.5, .op = 1}, {.start_s = 1, .end_s = 2, .op = 77}}});
    EXPECT_EQ(seconds_of_operators(timeline, 2), (std::vector<double>{1, 2.5}));
    EXPECT_TRUE(seconds_of_operators({}, 2).empty());
}

TEST(GraphTree, SurvivesEdgesThatLeadNowhere) {
    auto graph = test::chain({"Conv", "Relu", "Conv"});
    graph.edges.push_back({.from = 99, .to = 1, .tensor = 5});
    graph.edges.push_back({.from = 2, .to = 0, .tensor = 4'000'000'000U});
    graph.operators[1].outputs = {4'000'000'000U};
    graph.operators[2].inputs = {4'000'000'000U};
    graph.repeats.push_back({.first = 1, .last = 4'000'000'000U, .count = 3});
    expect_laws(graph);
    expect_every_opening_is_whole(graph, 1);
}

TEST(GraphSearch, ReachesEveryOperatorInTwoSteps) {
    for (const auto& graph : {test::random_graph(400, 5, true), test::random_graph(400, 6, false)}) {
        const auto tree = make_graph_tree(graph);
        GraphOpening opening(tree);
        for (std::uint32_t op = 0; op < graph.operators.size(); op += 7) {
            const auto name =
                graph.operators[op].name.empty() ? operator_name(graph, op) : graph.operators[op].name;
            const auto hits = search_graph(tree, graph, name, 20);  // step one: its name
            ASSERT_FALSE(hits.empty()) << name;
            EXPECT_EQ(tree.items[hits.front()].op, op) << name;
            opening.reveal(hits.front());  // step two: Enter
            const auto scene = make_scene(tree, opening, graph);
            EXPECT_NE(scene.box_of_item[tree.item_of_op[op]], kNoItem);
        }
    }
}

TEST(GraphSearch, WantsAllWordsAndPrefersEqualNames) {
    auto graph = test::chain({"Conv", "Conv", "Relu"});
    graph.operators[0].name = "net/query/long_query";
    graph.operators[1].name = "net/Query";
    const auto tree = make_graph_tree(graph);
    const auto hits = search_graph(tree, graph, " QUERY ", 10);
    ASSERT_EQ(hits.size(), 2U);
    EXPECT_EQ(tree.items[hits[0]].op, 1U);
    EXPECT_EQ(search_graph(tree, graph, "long conv", 10).size(), 1U);
    EXPECT_TRUE(search_graph(tree, graph, "  ", 10).empty());
    EXPECT_TRUE(search_graph(tree, graph, "absent", 10).empty());
}

TEST(GraphRepeats, FindsTheRunThatCoversMost) {
    const std::vector<std::uint64_t> s{9, 1, 2, 3, 1, 2, 3, 1, 2, 3, 8, 5, 6, 5, 6};
    const std::vector<std::uint32_t> cut(s.size() + 1, 1);
    const auto run = longest_repeat(s, cut, {.least_period = 2, .least_covered = 4});
    ASSERT_TRUE(run);
    EXPECT_EQ(run->first, 1U);
    EXPECT_EQ(run->period, 3U);
    EXPECT_EQ(run->count, 3U);
    EXPECT_FALSE(longest_repeat(s, cut, {.least_covered = 12}));
}

TEST(GraphRepeats, StartsBlocksWhereFewestValuesCross) {
    const std::vector<std::uint64_t> s{1, 2, 3, 1, 2, 3, 1, 2, 3};
    std::vector<std::uint32_t> cut(s.size() + 1, 3);
    cut[1] = 1;
    const auto run = longest_repeat(s, cut, {.least_covered = 6});
    ASSERT_TRUE(run);
    EXPECT_EQ(run->first, 1U);
    EXPECT_EQ(run->count, 2U);
}

TEST(GraphNames, SplitsAtSlashesDotsAndColons) {
    const std::string name = "/encoder/layer_._3/attention/MatMul";
    const auto first = name_part(name, 0);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->text, "encoder");
    const auto second = name_part(name, first->next);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->text, "layer");
    const auto third = name_part(name, second->next);
    ASSERT_TRUE(third);
    EXPECT_EQ(third->text, "3");
    EXPECT_EQ(group_name(third->text, "layer"), "layer 3");
    const auto fourth = name_part(name, third->next);
    ASSERT_TRUE(fourth);
    EXPECT_FALSE(name_part(name, fourth->next));
    EXPECT_EQ(last_part(name), "MatMul");
    EXPECT_EQ(last_part("MatMul_12"), "MatMul_12");
    for (const std::string odd : {"", "/", "..", "__/", "a//", "/a", "::b::"}) {
        auto from = std::size_t{0};
        for (int i = 0; i < 10; ++i)
            if (const auto part = name_part(odd, from)) from = part->next;
        EXPECT_LE(from, odd.size());
        (void)last_part(odd);
    }
}
