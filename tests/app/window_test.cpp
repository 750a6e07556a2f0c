// SPDX-License-Identifier: GPL-3.0-or-later
// The window driven as a user would: open, look, save, reopen, bad files.
#include "app/window/main_window.hpp"
#include "app/window/demo_tile.hpp"
#include "app/window/recent_files.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/graph/graph_panel.hpp"
#include "views/graph/operator_table.hpp"
#include "views/timeline/timeline_view.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QTabWidget>
#include <QStandardPaths>
#include <QTest>
#include <QWheelEvent>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace waferscope;

namespace {

class Window : public testing::Test {
protected:
    static void SetUpTestSuite() {
        QStandardPaths::setTestModeEnabled(true);  // recent files of the tests are not the user's
        views::apply_theme(*qApp, views::Theme::dark());
    }
    Window() : window(*app::load_machines()) {
        window.resize(1600, 1000);
        window.show();
        QApplication::setActiveWindow(&window);  // a virtual display has no window manager to do it
    }
    void open_demo() {
        window.open_demo();
        ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 30'000));
        ASSERT_NE(window.model().run(2), nullptr);
        window.model().flush();
    }
    /// Pictures for people when WAFERSCOPE_PICTURES names a folder.
    void picture(const char* name) {
        if (const char* folder = std::getenv("WAFERSCOPE_PICTURES")) window.grab().save(QString::fromUtf8(folder) + '/' + name + ".png");
    }
    app::MainWindow window;
};

std::string temp_file(const char* name) { return (std::filesystem::path(testing::TempDir()) / name).string(); }

}  // namespace

TEST_F(Window, DemoFillsThreePanesOfTheThreeLayers) {
    open_demo();
    for (int i = 0; i < views::kPanes; ++i) ASSERT_NE(window.model().run(i), nullptr);
    EXPECT_NE(window.model().run(1)->wafer, std::nullopt);
    auto* tabs = window.findChild<QTabWidget*>();
    ASSERT_NE(tabs, nullptr);
    for (int i = 0; i < tabs->count(); ++i) {
        tabs->setCurrentIndex(i);
        picture(("window_tab" + std::to_string(i)).c_str());
    }
}

TEST_F(Window, StepKeyMovesTimeAndChangesThePicture) {
    open_demo();
    window.model().set_position(window.model().run(1)->summary.step_time_s * 0.5);
    window.model().flush();
    const auto before = window.grab().toImage();
    const double time = window.model().position();
    QTest::keyClick(&window, Qt::Key_Period);
    window.model().flush();
    EXPECT_GT(window.model().position(), time);
    EXPECT_NE(window.grab().toImage(), before);
}

TEST_F(Window, SavedSessionReopensWithTheSameNumbers) {
    open_demo();
    const auto path = QString::fromStdString(temp_file("window.wsp"));
    ASSERT_TRUE(window.save_to(path));
    app::MainWindow other(*app::load_machines());
    other.open_file(path);
    ASSERT_NE(other.model().run(2), nullptr);
    for (int i = 0; i < views::kPanes; ++i) EXPECT_EQ(other.model().run(i)->summary.step_time_s, window.model().run(i)->summary.step_time_s);
}

TEST_F(Window, BadScenarioIsANoticeThatNamesTheKey) {
    const auto path = temp_file("bad.json");
    std::ofstream(path) << R"({"format":"waferscope.scenario","version":1,"workload":{"gemm":{"m":1,"n":1,"k":1}},"phase":"inference","machine":"h100_sxm","chipz":2})";
    window.open_file(QString::fromStdString(path));
    EXPECT_TRUE(window.notice().contains(QStringLiteral("chipz"))) << window.notice().toStdString();
    EXPECT_TRUE(window.notice().contains(QStringLiteral("chips")));
    EXPECT_EQ(window.model().run(0), nullptr);
}

TEST_F(Window, MissingFileIsANotice) {
    window.open_file(QStringLiteral("/nowhere/model.onnx"));
    EXPECT_TRUE(window.notice().contains(QStringLiteral("/nowhere/model.onnx")));
}

TEST_F(Window, FirstTileOpensTheDemoAndItsClockRuns) {
    auto* tile = window.findChild<app::DemoTile*>();
    ASSERT_NE(tile, nullptr);
    QTest::mouseClick(tile, Qt::LeftButton, {}, QPoint(40, 60));
    ASSERT_TRUE(QTest::qWaitFor([this] { return window.model().run(2) != nullptr && window.model().playing(); }, 30'000));
    ASSERT_TRUE(QTest::qWaitFor([this] { return window.model().position() > 0; }, 5'000));
}

TEST_F(Window, DraggingInTheTimelineMovesTimeAndTheWheelZooms) {
    open_demo();
    window.model().set_playing(false);
    auto* timeline = window.findChild<views::TimelineView*>();
    ASSERT_NE(timeline, nullptr);
    const int y = timeline->height() / 2;
    QTest::mousePress(timeline, Qt::LeftButton, {}, QPoint(timeline->width() / 2, y));
    const double first = window.model().position();
    QTest::mouseMove(timeline, QPoint(timeline->width() * 3 / 4, y));
    QTest::mouseRelease(timeline, Qt::LeftButton, {}, QPoint(timeline->width() * 3 / 4, y));
    EXPECT_GT(first, 0);
    EXPECT_GT(window.model().position(), first);
    const auto before = timeline->grab().toImage();
    QWheelEvent zoom(QPointF(timeline->width() / 2.0, y), timeline->mapToGlobal(QPointF(timeline->width() / 2.0, y)), {}, QPoint(0, 480), {}, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(timeline, &zoom);
    EXPECT_NE(timeline->grab().toImage(), before);
    QTest::keyClick(timeline, Qt::Key_Home);
    EXPECT_EQ(timeline->grab().toImage(), before);
}

TEST_F(Window, SavedAndOpenedFilesAreRecentWithAPicture) {
    open_demo();
    const auto path = QString::fromStdString(temp_file("recent.wsp"));
    ASSERT_TRUE(window.save_to(path));
    EXPECT_EQ(app::recent_files().front(), path);
    EXPECT_EQ(app::recent_picture(path).size(), QSize(192, 120));
}

TEST_F(Window, PaneFollowsTheBusiestWaferUntilOneIsChosen) {
    open_demo();
    window.model().set_playing(false);
    const double end = window.model().run(1)->summary.step_time_s;
    window.model().set_position(end * 0.8);
    EXPECT_EQ(window.model().pane(1).wafer, window.model().run(1)->wafer->classes.wafers - 1);
    window.model().set_wafer(1, 1);
    window.model().set_position(end * 0.05);
    EXPECT_EQ(window.model().pane(1).wafer, 1);
}

TEST_F(Window, ATraceOpensAsAMeasuredRunOnTheTimeline) {
    const auto path = temp_file("rank-0.json");
    std::ofstream(path) << R"({"deviceProperties":[{"name":"A100"}],"traceEvents":[{"ph":"X","cat":"kernel","name":"gemm","pid":0,"tid":7,"ts":0,"dur":10},)"
                        << R"({"ph":"X","cat":"kernel","name":"ncclKernel_AllReduce","pid":0,"tid":20,"ts":10,"dur":5}]})";
    window.open_file(QString::fromStdString(path));
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 60'000)) << window.notice().toStdString();
    const auto* run = window.model().run(0);
    ASSERT_NE(run, nullptr) << window.notice().toStdString();
    EXPECT_EQ(run->evidence.kind, "measured");
    EXPECT_EQ(run->timeline.lanes.size(), 2U);
    EXPECT_NEAR(run->summary.step_time_s, 15e-6, 1e-12);
    EXPECT_TRUE(window.notice().contains(QStringLiteral("whole trace"))) << window.notice().toStdString();
    const auto* timeline = window.findChild<views::TimelineView*>();
    EXPECT_TRUE(QTest::qWaitFor([&] { return timeline->height() > window.height() / 2; }, 5'000)) << timeline->height();
    const auto session = QString::fromStdString(temp_file("trace.wsp"));
    ASSERT_TRUE(window.save_to(session)) << window.notice().toStdString();
    app::MainWindow other(*app::load_machines());
    other.open_file(session);
    ASSERT_NE(other.model().run(0), nullptr) << other.notice().toStdString();
    EXPECT_EQ(other.model().run(0)->timeline.lanes.size(), 2U);
    picture("trace");
}

TEST_F(Window, CyclesOfAPlaceOpenBesideTheRun) {
    const std::filesystem::path file = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "onnx/light/light_squeezenet.onnx";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
    const auto path = temp_file("squeezenet.json");
    std::ofstream(path) << R"({"format":"waferscope.scenario","version":1,"name":"SqueezeNet","workload":{"file":")" << file.string() << R"("},"phase":"train","global_batch":64,"precision":"fp16","machine":"cerebras_cs1"})";
    window.open_file(QString::fromStdString(path));
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 60'000)) << window.notice().toStdString();
    ASSERT_NE(window.model().run(0), nullptr) << window.notice().toStdString();
    window.simulate_cycles_here();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 60'000));
    const auto* cycles = window.model().run(2);
    ASSERT_NE(cycles, nullptr) << window.notice().toStdString();
    EXPECT_EQ(cycles->wafer->classes.grid, (core::GridSize{64, 64}));
    EXPECT_TRUE(window.notice().contains(QStringLiteral("Cycle by cycle"))) << window.notice().toStdString();
    window.model().flush();
    QTest::qWait(50);
    picture("cycles");
}

TEST_F(Window, CyclesOfASumOpenBesideADecodeRun) {
    const auto path = temp_file("decode.json");
    std::ofstream(path) << R"({"format":"waferscope.scenario","version":1,"name":"8B","workload":{"llm":{"layers":32,"hidden":4096,"heads":32,"kv_heads":8,"head_dim":128,"ffn":14336,"gated_ffn":true,"vocab":128256}},)"
                        << R"("phase":"decode","global_batch":1,"seq":2048,"output_tokens":10,"precision":"fp16","machine":"cerebras_cs3","chips":1})";
    window.open_file(QString::fromStdString(path));
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 60'000)) << window.notice().toStdString();
    window.simulate_cycles_here();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 60'000));
    const auto* cycles = window.model().run(2);
    ASSERT_NE(cycles, nullptr) << window.notice().toStdString();
    EXPECT_TRUE(window.notice().contains(QStringLiteral("Cycle by cycle the sums of"))) << window.notice().toStdString();
    EXPECT_EQ(std::max(cycles->wafer->classes.grid.columns, cycles->wafer->classes.grid.rows), 300);  // the region's side
    window.model().flush();
    QTest::qWait(50);
    picture("decode_cycles");
}

TEST_F(Window, GraphOfAModelOpensInAPaneAndMarksItsOperatorEverywhere) {
    const std::string file = WAFERSCOPE_SHARED_DATA "/onnx/light/light_resnet50.onnx";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no shared data";
    window.open_file(QString::fromStdString(file));
    ASSERT_TRUE(QTest::qWaitFor([this] { return window.model().run(0) != nullptr; }, 60'000));
    window.model().flush();
    QTest::keyClick(&window, Qt::Key_G);
    window.model().flush();
    ASSERT_EQ(window.model().pane(0).view, views::ViewKind::graph);
    auto* panel = window.findChild<views::GraphPanel*>();
    ASSERT_NE(panel, nullptr);
    ASSERT_TRUE(panel->isVisible());
    const auto& tree = panel->view().graph()->tree;
    EXPECT_GT(tree.seconds, 0);
    const auto hits = views::search_graph(tree, *panel->view().graph()->workload, "gemm", 5);
    ASSERT_FALSE(hits.empty());
    ASSERT_NE(tree.items[hits.front()].op, core::kNoOperator);
    panel->view().jump_to(hits.front());
    window.model().flush();
    EXPECT_EQ(window.model().selection().op, tree.items[hits.front()].op);
    picture("window_graph");
    QTest::qWait(20);  // the first run has arranged the docks
    auto* tabs = window.findChild<QTabWidget*>();
    for (int i = 0; i < tabs->count(); ++i)
        if (qobject_cast<views::OperatorTable*>(tabs->widget(i)) != nullptr) tabs->setCurrentIndex(i);
    picture("window_operators");
    views::apply_theme(*qApp, views::Theme::light());
    QTest::qWait(100);
    picture("window_operators_light");
    views::apply_theme(*qApp, views::Theme::dark());
    QTest::keyClick(&window, Qt::Key_G);
    EXPECT_EQ(window.model().pane(0).view, views::ViewKind::map);
}

TEST_F(Window, GraphKeyWithoutARunSaysWhatIsMissing) {
    QTest::keyClick(&window, Qt::Key_G);
    EXPECT_TRUE(window.notice().contains(QStringLiteral("graph")));
}
