// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/graph/graphs.hpp"
#include "tests/views/sample_runs.hpp"
#include "views/graph/graph_panel.hpp"
#include "views/graph/graph_text.hpp"
#include "views/graph/operator_table.hpp"
#include "views/theme/apply_theme.hpp"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace waferscope;
using namespace waferscope::views;

namespace {

std::shared_ptr<const core::Run> run_of(core::Workload graph) {
    auto run = std::make_shared<core::Run>(*test::small_wafer());
    for (auto& lane : run->timeline.lanes) lane.slices.clear();
    core::Lane lane{.name = "GPU 0"};
    run->timeline.names = {"op"};
    for (std::uint32_t i = 0; i < graph.operators.size(); ++i)
        lane.slices.push_back({.start_s = i * 1e-6, .end_s = (i + 1) * 1e-6, .op = i});
    run->timeline.lanes = {lane};
    run->workload = std::make_shared<const core::Workload>(std::move(graph));
    return run;
}

core::Workload blocks() {
    std::vector<std::string> types{"Pad", "MaxPool"};
    for (int i = 0; i < 8; ++i) types.insert(types.end(), {"Conv", "BN", "Relu"});
    types.insert(types.end(), {"Flatten", "Gemm"});
    return test::chain(types);
}

struct Shown {
    explicit Shown(core::Workload graph) {
        model.set_run(0, run_of(std::move(graph)));
        panel.resize(700, 600);
        panel.show();
        model.flush();
    }
    std::uint32_t fold() {
        const auto& items = panel.view().graph()->tree.items;
        for (std::uint32_t i = 0; i < items.size(); ++i)
            if (items[i].kind == GraphItemKind::fold) return i;
        return kNoItem;
    }
    WorkbenchModel model;
    GraphPanel panel{model, 0};
};

GraphLayoutRequest request_of(const core::Workload& graph, const GraphTree& tree, const GraphScene& scene) {
    return layout_request(tree, graph, scene, GraphColor::macs, GraphDirection::down, Theme::dark());
}

void expect_tidy(const GraphLayout& layout, const GraphScene& scene) {
    ASSERT_EQ(layout.boxes.size(), scene.boxes.size());
    ASSERT_EQ(layout.arrows.size(), scene.arrows.size());
    const QRectF all(QPointF(-1, -1), layout.size + QSizeF(2, 2));
    for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
        EXPECT_TRUE(all.contains(layout.boxes[i])) << i;
        for (std::size_t j = i + 1; j < layout.boxes.size(); ++j)
            EXPECT_FALSE(layout.boxes[i].intersects(layout.boxes[j])) << i << ' ' << j;
        if (const auto frame = scene.boxes[i].frame; frame != kNoItem)
            EXPECT_TRUE(layout.frames[frame].contains(layout.boxes[i]));
    }
}

}  // namespace

TEST(GraphLayout, PutsBoxesApartAndConsumersBelow) {
    const auto graph = blocks();
    const auto tree = make_graph_tree(graph);
    GraphOpening opening(tree);
    for (std::uint32_t i = 0; i < tree.items.size(); ++i) opening.open(i);
    const auto scene = make_scene(tree, opening, graph);
    EXPECT_EQ(scene.boxes.size(), graph.operators.size());
    const auto layout = lay_out_graph(request_of(graph, tree, scene));
    EXPECT_TRUE(layout.layered);
    expect_tidy(layout, scene);
    for (std::size_t i = 0; i < scene.arrows.size(); ++i) {
        EXPECT_GT(layout.boxes[scene.arrows[i].to].top(), layout.boxes[scene.arrows[i].from].bottom());
        EXPECT_FALSE(layout.arrows[i].isEmpty());
    }
}

TEST(GraphLayout, KeepsRandomGraphsTidy) {
    for (unsigned seed = 1; seed < 5; ++seed) {
        const auto graph = test::random_graph(300, seed, true);
        const auto tree = make_graph_tree(graph);
        const GraphOpening opening(tree);
        const auto scene = make_scene(tree, opening, graph);
        expect_tidy(lay_out_graph(request_of(graph, tree, scene)), scene);
    }
}

TEST(GraphLayout, FallsBackToRowsForTooManyBoxes) {
    GraphLayoutRequest request;
    for (std::uint32_t i = 0; i < 600; ++i) {
        request.boxes.push_back({.size = {100, 40}});
        if (i > 0) request.arrows.push_back({i / 2, i});
    }
    const auto layout = lay_out_graph(request);
    EXPECT_FALSE(layout.layered);
    for (const auto& arrow : request.arrows)
        if (arrow.from != arrow.to)
            EXPECT_GT(layout.boxes[arrow.to].top(), layout.boxes[arrow.from].bottom());
}

TEST(GraphView, DoubleClickOpensAFoldAndBackspaceClosesIt) {
    Shown shown(blocks());
    auto& view = shown.panel.view();
    const auto fold = shown.fold();
    ASSERT_NE(fold, kNoItem);
    const auto box = view.picture().scene.box_of_item[fold];
    ASSERT_NE(box, kNoItem);
    const auto before = view.picture().scene.boxes.size();
    const auto at = view.sight().map(view.picture().layout.boxes[box]).center().toPoint();
    QTest::mouseClick(&view, Qt::LeftButton, {}, at);
    EXPECT_EQ(view.selected(), fold);
    QTest::mouseDClick(&view, Qt::LeftButton, {}, at);
    EXPECT_EQ(view.picture().scene.boxes.size(), before + 7);
    view.setFocus();
    QTest::keyClick(&view, Qt::Key_Backspace);
    EXPECT_EQ(view.picture().scene.boxes.size(), before);
    QTest::keyClick(&view, Qt::Key_Return);
    EXPECT_EQ(view.picture().scene.boxes.size(), before + 7);
}

TEST(GraphView, ManyBoxesAreLaidOutAsideAndTheLatestWishWins) {
    Shown shown(test::random_graph(4000, 3, false));
    auto& view = shown.panel.view();
    const auto& tree = view.graph()->tree;
    QSignalSpy pictures(&view, &GraphView::pictureChanged);
    std::size_t opened = 0;
    for (auto i = tree.root(); i-- > 0 && opened < 12;)
        if (tree.items[i].children.size() > 12) {
            view.toggle(i);
            ++opened;
        }
    ASSERT_GE(opened, 4U);
    QTRY_VERIFY_WITH_TIMEOUT(!view.laying_out(), 20'000);
    EXPECT_GT(view.picture().scene.boxes.size(), 120U);
    EXPECT_LE(view.picture().scene.boxes.size(), kMostBoxes);
    std::int64_t sum = 0;
    for (const auto& box : view.picture().scene.boxes) sum += tree.items[box.item].operators;
    EXPECT_EQ(sum, 4000);
    EXPECT_GT(pictures.count(), 0);
    view.toggle(tree.root());
    shown.model.set_run(0, nullptr);  // the graph goes while a layout may run
    shown.model.flush();
    EXPECT_EQ(view.graph(), nullptr);
}

TEST(GraphView, ArrowKeysFollowTheData) {
    Shown shown(test::chain({"Conv", "Relu", "Gemm"}));
    auto& view = shown.panel.view();
    view.setFocus();
    const auto op = [&] { return view.graph()->tree.items[view.selected()].op; };
    QTest::keyClick(&view, Qt::Key_Down);
    EXPECT_EQ(op(), 0U);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Down);
    EXPECT_EQ(op(), 2U);
    QTest::keyClick(&view, Qt::Key_Down);  // the end
    EXPECT_EQ(op(), 2U);
    QTest::keyClick(&view, Qt::Key_Up);
    EXPECT_EQ(op(), 1U);
}

TEST(GraphPanel, FindsAHiddenOperatorByTypingAndEnter) {
    auto graph = blocks();
    graph.operators[13].name = "stage/needle";
    Shown shown(std::move(graph));
    shown.panel.start_search();
    QTest::keyClicks(&shown.panel.search(), QStringLiteral("needle"));
    ASSERT_EQ(shown.panel.hits().count(), 1);
    QTest::keyClick(&shown.panel.search(), Qt::Key_Return);
    shown.model.flush();
    EXPECT_EQ(shown.model.selection().op, 13U);
    const auto& view = shown.panel.view();
    EXPECT_NE(view.picture().scene.box_of_item[view.graph()->tree.item_of_op[13]], kNoItem);
    EXPECT_FALSE(shown.panel.hits().isVisible());
}

TEST(GraphPanel, JumpsToAnOperatorWithItsConstantsWithoutOpeningIt) {
    const auto graph = test::real_graph("light/light_resnet50.onnx");
    if (graph.operators.empty()) GTEST_SKIP() << "no shared data";
    Shown shown(graph);
    auto& view = shown.panel.view();
    const auto& tree = view.graph()->tree;
    const auto hits = search_graph(tree, graph, "gemm", 3);
    ASSERT_FALSE(hits.empty());
    view.jump_to(hits.front());
    EXPECT_EQ(tree.items[view.selected()].kind, GraphItemKind::fed);
    EXPECT_NE(view.picture().scene.box_of_item[view.selected()], kNoItem);
    shown.model.flush();
    EXPECT_EQ(shown.model.selection().op, tree.items[hits.front()].op);
}

TEST(GraphPanel, SharesItsSelectionWithTheTable) {
    Shown shown(blocks());
    OperatorTable table(shown.model);
    table.resize(900, 300);
    table.show();
    shown.model.select_operator(0, 5);
    shown.model.flush();
    EXPECT_EQ(shown.panel.view().graph()->tree.items[shown.panel.view().selected()].op, 5U);
    ASSERT_EQ(table.table().selectionModel()->selectedRows().size(), 1);
    const auto* sorted = static_cast<QSortFilterProxyModel*>(table.table().model());
    table.table().selectRow(sorted->mapFromSource(table.rows().index(9, 0)).row());
    shown.model.flush();
    EXPECT_EQ(shown.model.selection().op, 9U);
    EXPECT_EQ(shown.panel.view().graph()->tree.items[shown.panel.view().selected()].op, 9U);
}

TEST(GraphPanel, SaysWhyThereIsNoGraph) {
    WorkbenchModel model;
    model.set_graph_source([](const core::Run&) -> core::Result<std::shared_ptr<const core::Workload>> {
        return core::fail(core::ErrorCode::format, "A recorded run has no graph.", "x", "open its model");
    });
    model.set_run(0, test::gpu_node());
    EXPECT_EQ(model.graph(0).graph, nullptr);
    EXPECT_TRUE(model.graph(0).why.contains(QStringLiteral("recorded")));
    GraphPanel panel(model, 0);
    panel.resize(300, 300);
    panel.show();
    EXPECT_FALSE(panel.grab().isNull());
}

TEST(OperatorTable, SortsFiltersAndSumsByType) {
    OperatorTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const auto run = run_of(blocks());
    model.set_graph(operator_graph(*run, {}).graph);
    ASSERT_EQ(model.rowCount(), 28);
    OperatorFilter filter;
    filter.setSourceModel(&model);
    filter.set_words(QStringLiteral("CONV"));
    EXPECT_EQ(filter.rowCount(), 8);
    filter.set_words({});
    filter.sort(OperatorTableModel::macs, Qt::DescendingOrder);
    EXPECT_EQ(filter.index(0, OperatorTableModel::type).data().toString(), QStringLiteral("Conv"));
    model.set_grouping(OperatorGrouping::type);
    EXPECT_EQ(model.rowCount(), 7);  // Pad MaxPool Conv BN Relu Flatten Gemm
    const int conv = model.row_of(2);
    EXPECT_EQ(model.index(conv, OperatorTableModel::macs).data(Qt::UserRole).toDouble(), 800);
    EXPECT_NEAR(model.index(conv, OperatorTableModel::time).data(Qt::UserRole).toDouble(), 8e-6, 1e-12);
    EXPECT_EQ(model.operator_of(conv), core::kNoOperator);
}

TEST(OperatorTable, CopiesPlainNumbersAsCsv) {
    auto graph = test::chain({"Conv", "Relu"});
    graph.operators[0].name = "a,\"b\"";
    graph.operators[0].macs = 1234567.5;
    const auto run = run_of(std::move(graph));
    OperatorTableModel model;
    model.set_graph(operator_graph(*run, {}).graph);
    EXPECT_EQ(operators_csv(model, {0}).toStdString(),
              "name,type,layer,output_shape,provenance,operators,macs,bytes,time_s\n"
              "\"a,\"\"b\"\"\",Conv,,4,inferred,1,1234567.5,32,1e-06\n");
}

class GraphPictures : public testing::TestWithParam<ThemeId> {};

/// Also pictures for people, when WAFERSCOPE_PICTURES names a folder.
TEST_P(GraphPictures, ShowBoxesInEveryColouring) {
    const auto& theme = Theme::of(GetParam());
    auto graph = test::real_graph("light/light_resnet50.onnx");
    if (graph.operators.empty()) graph = blocks();
    for (const auto color : kGraphColors) {
        const auto image = render_graph(graph, {}, {900, 700}, color, theme);
        ASSERT_EQ(image.size(), QSize(900, 700));
        EXPECT_EQ(image, render_graph(graph, {}, {900, 700}, color, theme));  // same bits every time
        std::size_t drawn = 0;
        for (int y = 60; y < 640; ++y)
            for (int x = 0; x < 900; ++x) drawn += image.pixelColor(x, y) != theme.sunken ? 1U : 0U;
        EXPECT_GT(drawn, 20'000U);
        if (const auto folder = qEnvironmentVariable("WAFERSCOPE_PICTURES"); !folder.isEmpty()) {
            QDir().mkpath(folder);
            image.save(QStringLiteral("%1/graph_%2_%3.png")
                           .arg(folder)
                           .arg(static_cast<int>(color))
                           .arg(static_cast<int>(theme.id)));
        }
    }
}

TEST_P(GraphPictures, PanelAndTable) {
    const auto folder = qEnvironmentVariable("WAFERSCOPE_PICTURES");
    if (folder.isEmpty()) GTEST_SKIP() << "WAFERSCOPE_PICTURES is not set";
    apply_theme(*qApp, Theme::of(GetParam()));
    auto graph = test::real_graph("transformer/TFBertForQuestionAnswering_tiny24L_keras2onnx.onnx");
    if (graph.operators.empty()) GTEST_SKIP() << "no shared data";
    Shown shown(std::move(graph));
    OperatorTable table(shown.model);
    table.resize(1300, 280);
    table.show();
    shown.panel.resize(480, 620);
    shown.panel.view().set_color(GraphColor::kind);
    shown.panel.grab().save(
        QStringLiteral("%1/panel_kind_%2.png").arg(folder).arg(static_cast<int>(GetParam())));
    shown.panel.view().set_color(GraphColor::time);
    shown.panel.start_search();
    QTest::keyClicks(&shown.panel.search(), QStringLiteral("layer 3 attention matmul"));
    const auto id = static_cast<int>(GetParam());
    shown.panel.grab().save(QStringLiteral("%1/panel_search_%2.png").arg(folder).arg(id));
    QTest::keyClick(&shown.panel.search(), Qt::Key_Return);
    shown.model.flush();
    QTRY_VERIFY_WITH_TIMEOUT(!shown.panel.view().laying_out(), 5000);
    shown.panel.resize(900, 700);
    shown.panel.grab().save(QStringLiteral("%1/panel_found_%2.png").arg(folder).arg(id));
    table.grab().save(QStringLiteral("%1/operators_%2.png").arg(folder).arg(id));
}

INSTANTIATE_TEST_SUITE_P(Themes, GraphPictures,
                         testing::Values(ThemeId::dark, ThemeId::light, ThemeId::high_contrast));
