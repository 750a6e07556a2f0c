// SPDX-License-Identifier: GPL-3.0-or-later
// The placement explorer driven as an engineer would: open, drag, keys, search, simulate, bad layouts.
#include "app/document/floor_document.hpp"
#include "app/document/resources.hpp"
#include "app/window/main_window.hpp"
#include "core/io/kgraph.hpp"
#include "core/io/paint.hpp"
#include "sim/placement/contest_score.hpp"
#include "views/placement/floor_explorer.hpp"
#include "views/theme/apply_theme.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTest>
#include <QUndoStack>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

using namespace waferscope;

namespace {

/// Four convolutions one after another and a skip tensor on a fabric of 120 x 120.
constexpr const char* kGraph = R"((* header
test=small
width=120
height=120
wdeltat=1
wlength=2
wadapter=1
memlimit=24576
*)
(* Node Definitions *)
conv[ 1] W=16 H=16 R=3 S=3 C=8 K=16 T=1 U=1 name='k1'
conv[ 2] W=16 H=16 R=1 S=1 C=16 K=16 T=1 U=1 name='k2'
conv[ 3] W=16 H=16 R=3 S=3 C=16 K=32 T=1 U=1 name='k3'
conv[ 4] W=16 H=16 R=1 S=1 C=32 K=16 T=1 U=1 name='k4'
(* Connectivity *)
conv[1]:y -> conv[2]:x, shape:[16][16][16]
conv[2]:y -> conv[3]:x, shape:[16][16][16]
conv[3]:y -> conv[4]:x, shape:[16][16][32]
conv[1]:y -> conv[4]:x, shape:[16][16][16]
)";
constexpr const char* kLayout = R"(k1 = conv( 16 16 8 16 3 3 1 1 2 2 4 4 )
k1 : place(10 10 R0)
k2 = conv( 16 16 16 16 1 1 1 1 2 2 4 4 )
k2 : place(40 10 R0)
k3 = conv( 16 16 16 32 3 3 1 1 2 2 8 8 )
k3 : place(70 10 R0)
k4 = conv( 16 16 32 16 1 1 1 1 2 2 8 4 )
k4 : place(10 70 R0)
)";

class Placement : public testing::Test {
protected:
    static void SetUpTestSuite() {
        QStandardPaths::setTestModeEnabled(true);
        views::apply_theme(*qApp, views::Theme::dark());
    }
    Placement()
        : folder(std::filesystem::path(testing::TempDir()) /
                 testing::UnitTest::GetInstance()->current_test_info()->name()),
          window(*app::load_machines()) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        window.resize(1600, 1000);
        window.show();
        QApplication::setActiveWindow(&window);
    }
    QString write(const char* name, const std::string& text) {
        const auto path = folder / name;
        std::ofstream(path) << text;
        return QString::fromStdString(path.string());
    }
    void open(const std::string& layout = kLayout) {
        const auto path = write("small.kgraph", kGraph);
        if (!layout.empty()) write("small.paint", layout);
        window.open_file(path);
        ASSERT_NE(window.placement(), nullptr) << window.notice().toStdString();
        QApplication::processEvents();
    }
    app::FloorDocument& document() { return *window.placement(); }
    views::FloorCanvas& canvas() { return window.explorer()->canvas(); }
    const views::Floorplan& plan() { return document().plan(); }
    QPoint middle(std::size_t kernel) {
        return canvas().viewport().core_rect(plan().kernels[kernel].rect).center().toPoint();
    }
    void key(int k, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&canvas(), static_cast<Qt::Key>(k), modifiers);
    }
    void expect_exact() {
        const sim::FlowModel fresh(document().model().problem(), document().model().slots());
        const auto a = fresh.estimate();
        EXPECT_EQ(plan().now.time, a.time);
        EXPECT_EQ(plan().now.link_time, a.link_time);
        EXPECT_EQ(plan().now.wire_length, a.wire_length);
        EXPECT_EQ(plan().now.cost, a.cost);
        EXPECT_EQ(plan().issues.size(), a.violations.size());
        std::vector<float> loads(plan().grid.cells(), 0);
        fresh.hottest({0, 0, plan().grid.columns, plan().grid.rows}, loads);
        EXPECT_EQ(plan().link_wavelets, loads);
    }
    void picture(const char* name) {
        if (const char* out = std::getenv("WAFERSCOPE_PICTURES"))
            window.grab().save(QString::fromUtf8(out) + '/' + name + ".png");
    }
    std::filesystem::path folder;
    app::MainWindow window;
};

}  // namespace

TEST_F(Placement, AKernelGraphOpensTheExplorerWithItsLayout) {
    open();
    ASSERT_TRUE(window.explorer()->isVisible());
    EXPECT_EQ(plan().now.placed, 4U);
    EXPECT_TRUE(plan().issues.empty());
    const auto graph = core::read_kgraph(kGraph, "small").value();
    const auto score = sim::score_contest(graph, core::read_paint(kLayout, "small").value(), 0);
    EXPECT_EQ(plan().now.time, score.time);
    EXPECT_EQ(plan().now.wire_length, score.wire_length);
    EXPECT_EQ(plan().now.cost, score.cost);
    expect_exact();
}

TEST_F(Placement, TheSampleLayoutHasItsGoldenScoreOnScreen) {
    const auto data = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "kgraph";
    if (!std::filesystem::exists(data / "D.kgraph")) GTEST_SKIP() << data << " is not here";
    window.open_file(QString::fromStdString((data / "D.kgraph").string()));
    window.open_file(QString::fromStdString((data / "D_sample.paint").string()));
    ASSERT_NE(window.placement(), nullptr);
    EXPECT_EQ(plan().now.time, 56448);
    EXPECT_EQ(plan().kernels[plan().now.slowest].name, QStringLiteral("k24"));
    EXPECT_EQ(plan().now.wire_length, 5443.5);
    EXPECT_NEAR(plan().now.area_fraction, 0.733, 0.0005);
    EXPECT_TRUE(plan().issues.empty());
    expect_exact();
    picture("sample");
}

TEST_F(Placement, EveryWindowSizeAndThemeShowsCanvasAndNumbers) {
    const auto data = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "kgraph";
    if (!std::filesystem::exists(data / "D.kgraph")) GTEST_SKIP() << data << " is not here";
    window.open_file(QString::fromStdString((data / "D.kgraph").string()));
    window.open_file(QString::fromStdString((data / "D_sample.paint").string()));
    document().select({23});
    for (const QSize size : {QSize(911, 512), QSize(1280, 720), QSize(1600, 1000)})
        for (const auto* theme :
             {&views::Theme::light(), &views::Theme::high_contrast(), &views::Theme::dark()}) {
            views::apply_theme(*qApp, *theme);
            window.resize(size);
            QApplication::processEvents();
            EXPECT_EQ(window.size(), size);
            EXPECT_GE(canvas().width(), 320);
            const QRect all(QPoint(), size);
            EXPECT_TRUE(all.contains(QRect(canvas().mapTo(&window, QPoint()), canvas().size())));
            EXPECT_LE(
                window.explorer()->panel().mapTo(&window, QPoint(window.explorer()->panel().width(), 0)).x(),
                size.width());
            const auto pressed = middle(10);
            QTest::mousePress(&canvas(), Qt::LeftButton, {}, pressed);
            QTest::mouseMove(&canvas(), pressed + QPoint(70, 40));
            ASSERT_TRUE(canvas().dragging());
            picture(QStringLiteral("size_%1_%2")
                        .arg(size.width())
                        .arg(static_cast<int>(theme->id))
                        .toUtf8()
                        .constData());
            key(Qt::Key_Escape);
            document().select({23});
        }
}

TEST_F(Placement, DraggingShowsLiveNumbersAndIsOneStepToUndo) {
    open();
    const auto before = plan().now;
    const auto slots = document().model().slots();
    const int steps = document().history().index();
    QTest::mousePress(&canvas(), Qt::LeftButton, {}, middle(1));
    const QPoint from = middle(1);
    QTest::mouseMove(&canvas(), from + QPoint(60, 200));
    const auto halfway = plan().now;
    EXPECT_NE(halfway.wire_length, before.wire_length);
    EXPECT_TRUE(canvas().dragging());
    EXPECT_EQ(canvas().scene().drag->origins.front(), (core::Rect{40, 10, 12, 20}));
    picture("dragging");
    const auto dragged = canvas().grab().toImage();
    QTest::mouseMove(&canvas(), from + QPoint(180, 260));
    EXPECT_NE(plan().now.wire_length, halfway.wire_length);
    EXPECT_NE(canvas().grab().toImage(), dragged);
    expect_exact();
    QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, from + QPoint(180, 260));
    EXPECT_EQ(document().history().index(), steps + 1);
    const auto moved = document().model().slots();
    QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(document().model().slots(), slots);
    EXPECT_EQ(plan().now, before);
    expect_exact();
    QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(document().model().slots(), moved);
}

TEST_F(Placement, EscapeDuringADragPutsTheKernelBack) {
    open();
    const auto slots = document().model().slots();
    const QPoint from = middle(2);
    QTest::mousePress(&canvas(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&canvas(), from + QPoint(-90, 150));
    ASSERT_NE(document().model().slots(), slots);
    key(Qt::Key_Escape);
    EXPECT_EQ(document().model().slots(), slots);
    EXPECT_FALSE(canvas().dragging());
}

TEST_F(Placement, AnOverlapIsNamedAndLegaliseMovesIt) {
    open();
    const QPoint from = middle(1);
    QTest::mousePress(&canvas(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&canvas(), middle(2));
    QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, middle(2));
    ASSERT_FALSE(plan().issues.empty());
    EXPECT_TRUE(plan().issues.front().text.contains(QStringLiteral("k2 and k3 overlap in")))
        << plan().issues.front().text.toStdString();
    EXPECT_TRUE(plan().issues.front().overlap);
    EXPECT_FALSE(plan().kernels[1].problem.isEmpty());
    picture("overlap");
    const auto k3 = document().model().slots()[2];
    document().legalise();
    EXPECT_TRUE(plan().issues.empty());
    EXPECT_EQ(document().model().slots()[2], k3);  // the larger one stays
    expect_exact();
}

TEST_F(Placement, PullingAnEdgeTakesTheNextLegalShapeInTheBox) {
    open();
    document().select({1});
    const auto old = plan().kernels[1];
    const QRectF box = canvas().viewport().core_rect(old.rect);
    const QPoint handle(static_cast<int>(box.right()), static_cast<int>(box.center().y()));
    QTest::mousePress(&canvas(), Qt::LeftButton, {}, handle);
    QTest::mouseMove(&canvas(), handle + QPoint(120, 0));
    QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, handle + QPoint(120, 0));
    const auto& now = plan().kernels[1];
    EXPECT_LT(now.time, old.time);  // more room, faster
    EXPECT_GT(now.rect.width, old.rect.width);
    EXPECT_LE(now.rect.height, old.rect.height);
    EXPECT_EQ(now.rect.x, old.rect.x);
    EXPECT_LE(now.memory, plan().memory_limit);
    expect_exact();
}

TEST_F(Placement, KeysMoveTurnReshapeLockAndUnplace) {
    open();
    key(Qt::Key_Tab);
    ASSERT_EQ(document().selection(), views::FloorEditor::Kernels{plan().pipeline[0]});
    key(Qt::Key_Tab);
    ASSERT_EQ(document().selection(), views::FloorEditor::Kernels{plan().pipeline[1]});
    const auto k = plan().pipeline[1];
    const auto start = document().model().slots();
    const auto rect = plan().kernels[k].rect;
    key(Qt::Key_Right);
    EXPECT_EQ(plan().kernels[k].rect.x, rect.x + 1);
    key(Qt::Key_Down, Qt::ShiftModifier);
    EXPECT_EQ(plan().kernels[k].rect.y, rect.y + 10);
    key(Qt::Key_Left, Qt::ControlModifier);
    bool touches = plan().kernels[k].rect.x == 0;
    for (std::size_t other = 0; other < plan().kernels.size(); ++other)
        touches |= other != k && plan().kernels[other].rect.x + plan().kernels[other].rect.width ==
                                     plan().kernels[k].rect.x;
    EXPECT_TRUE(touches);
    EXPECT_LT(plan().kernels[k].rect.x, rect.x);
    key(Qt::Key_Escape);
    EXPECT_EQ(document().model().slots(), start);  // the whole run of keys
    key(Qt::Key_R);
    EXPECT_EQ(plan().kernels[k].rect.width, rect.height);
    EXPECT_TRUE(plan().kernels[k].rotated);
    key(Qt::Key_R);
    const double time = plan().kernels[k].time;
    key(Qt::Key_Up, Qt::AltModifier);
    EXPECT_LT(plan().kernels[k].time, time);
    key(Qt::Key_Return);
    const auto kept = document().model().slots();
    key(Qt::Key_Escape);  // kept: Esc has nothing to put back but the selection
    EXPECT_EQ(document().model().slots(), kept);
    EXPECT_TRUE(document().selection().empty());
    document().select({k});
    const int wide = plan().kernels[k].rect.width;
    key(Qt::Key_Right, Qt::AltModifier);
    EXPECT_GT(plan().kernels[k].rect.width, wide);
    key(Qt::Key_L);
    EXPECT_TRUE(plan().kernels[k].locked);
    const auto locked = document().model().slots();
    key(Qt::Key_Right);
    key(Qt::Key_Delete);
    key(Qt::Key_R);
    EXPECT_EQ(document().model().slots(), locked);
    EXPECT_TRUE(window.notice().contains(QStringLiteral("locked")));
    key(Qt::Key_L);
    key(Qt::Key_Delete);
    EXPECT_FALSE(plan().kernels[k].placed);
    EXPECT_TRUE(plan().issues.back().text.contains(QStringLiteral("is not placed yet")));
    expect_exact();
}

TEST_F(Placement, SwapAlignAndAddAreSteps) {
    open();
    const auto a = plan().kernels[0].rect, b = plan().kernels[3].rect;
    document().swap(0, 3);
    EXPECT_EQ(plan().kernels[0].rect.y, b.y);
    EXPECT_EQ(plan().kernels[3].rect.y, a.y);
    document().align({0, 1}, Qt::BottomEdge);
    EXPECT_EQ(plan().kernels[1].rect.y + plan().kernels[1].rect.height,
              plan().kernels[0].rect.y + plan().kernels[0].rect.height);
    document().unplace({2});
    document().add(2, 60, 60);
    EXPECT_TRUE(plan().kernels[2].placed);
    expect_exact();
    document().history().setIndex(0);
    EXPECT_EQ(plan().now.placed, 0U);  // before the layout was opened
}

TEST_F(Placement, AHundredRandomEditsStayExact) {
    open();
    std::mt19937 random(4);
    const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    for (int i = 0; i < 100; ++i) {
        const auto k = static_cast<std::size_t>(upto(4));
        switch (upto(6)) {
            case 0:
                document().rotate({k});
                break;
            case 1:
                document().step_shape(k, static_cast<views::ShapeStep>(upto(4)));
                break;
            case 2:
                document().history().undo();
                break;
            case 3:
                document().pull(k, {upto(60), upto(60), 10 + upto(50), 10 + upto(50)}, Qt::RightEdge, 0);
                break;
            default:
                document().move({k}, {{upto(100), upto(100), 0, 0}}, 0);
        }
        expect_exact();
        if (HasFailure()) return;
    }
}

TEST_F(Placement, BadLayoutsNameTheLineAndChangeNothing) {
    open();
    const auto slots = document().model().slots();
    std::string text = kLayout;
    const auto refused = [&](const std::string& layout, const char* line, const char* word) {
        window.open_file(write("bad.paint", layout));
        EXPECT_TRUE(window.notice().contains(QString::fromUtf8(line))) << window.notice().toStdString();
        EXPECT_TRUE(window.notice().contains(QString::fromUtf8(word))) << window.notice().toStdString();
        EXPECT_EQ(document().model().slots(), slots);
    };
    refused("k9" + text.substr(2), "bad.paint:2", "k1");  // k1 is placed without a definition
    auto bad = text;
    bad.replace(bad.find("k4 = "), 2, "k8"), bad.replace(bad.find("k4 : "), 2, "k8");
    refused(bad, "bad.paint:7", "k8");
    bad = text;
    bad.replace(bad.find("2 2 4 4 )\nk2"), 9, "2 2 -4 4 )");
    refused(bad, "bad.paint:3", "-4");
}

TEST_F(Placement, IllegalAndUnfinishedLayoutsOpenAndCanBeCured) {
    std::string text = kLayout;
    text.replace(text.find("place(40 10"), 11, "place(75 10");  // onto k3
    text = text.substr(0, text.find("k4 : place"));             // k4 has no place
    open(text);
    EXPECT_TRUE(window.notice().contains(QStringLiteral("line 3"))) << window.notice().toStdString();
    EXPECT_TRUE(window.notice().contains(QStringLiteral("overlap")));
    ASSERT_EQ(plan().issues.size(), 2U);
    document().legalise();
    const auto placed = document().model().slots();
    document().place_rest();
    EXPECT_TRUE(plan().issues.empty());
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(document().model().slots()[k], placed[k]);
    const auto path = folder / "cured.paint";
    ASSERT_TRUE(window.save_layout(QString::fromStdString(path.string())));
    const auto graph = core::read_kgraph(kGraph, "small").value();
    const auto score = sim::score_contest(graph, core::read_paint_file(path.string()).value(), 0);
    EXPECT_TRUE(score.legal);
    EXPECT_EQ(score.cost, plan().now.cost);
}

TEST_F(Placement, TheSearchShowsItsFindsAndIsOneStep) {
    open();
    const auto by_hand = document().model().slots();
    const auto hand = plan().now;
    const int steps = document().history().index();
    document().solve();
    ASSERT_EQ(plan().search, views::FloorSearch::searching);
    ASSERT_TRUE(QTest::qWaitFor([this] { return plan().search == views::FloorSearch::idle; }, 50'000));
    EXPECT_EQ(document().history().index(), steps + 1);
    EXPECT_TRUE(plan().issues.empty());
    ASSERT_TRUE(plan().automatic);
    EXPECT_LT(plan().automatic->cost, hand.cost);
    EXPECT_GE(plan().automatic->time, plan().lower_bound);
    EXPECT_EQ(plan().hand->cost, hand.cost);  // bars hand | automatic
    const auto best = document().model().slots();
    document().replay();
    EXPECT_EQ(plan().search, views::FloorSearch::replaying);
    ASSERT_TRUE(QTest::qWaitFor([this] { return plan().search == views::FloorSearch::idle; }, 20'000));
    EXPECT_EQ(document().model().slots(), best);
    for (int tab = 0; tab < 3; ++tab) {
        window.explorer()->panel().tabs().setCurrentIndex(tab);
        picture(("searched" + std::to_string(tab)).c_str());
    }
    document().history().undo();
    EXPECT_EQ(document().model().slots(), by_hand);
    expect_exact();
}

TEST_F(Placement, StoppingTheSearchKeepsTheBestFound) {
    open("");
    document().solve();
    ASSERT_TRUE(
        QTest::qWaitFor([this] { return plan().now.placed == 4; }, 30'000));  // the first find is on screen
    document().pause(true);
    EXPECT_EQ(plan().search, views::FloorSearch::paused);
    document().stop();
    ASSERT_TRUE(QTest::qWaitFor([this] { return plan().search == views::FloorSearch::idle; }, 30'000));
    EXPECT_EQ(plan().now.placed, 4U);
    EXPECT_TRUE(plan().issues.empty());
}

TEST_F(Placement, SimulatedPlacementsGoIntoPanesAAndB) {
    open();
    window.simulate_placement();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
    ASSERT_NE(window.model().run(0), nullptr) << window.notice().toStdString();
    EXPECT_FALSE(window.explorer()->isVisible());
    const auto& kernels = window.model().run(0)->wafer->placement.kernels;
    ASSERT_EQ(kernels.size(), 4U);
    for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(kernels[k].rect, plan().kernels[k].rect);
    picture("simulated");
    window.edit_placement();
    EXPECT_TRUE(window.explorer()->isVisible());
    document().move({1}, {{100, 60, 0, 0}}, 0);
    window.simulate_placement();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
    ASSERT_NE(window.model().run(1), nullptr);
    EXPECT_EQ(window.model().run(1)->wafer->placement.kernels[1].rect.x, 100);
    EXPECT_EQ(window.model().run(0)->wafer->placement.kernels[1].rect.x, 40);
    window.model().flush();
    QTest::qWait(50);
    picture("compared");
}

TEST_F(Placement, ASavedRunIsEditedAgainAfterReopening) {
    open();
    window.simulate_placement();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
    const auto session = QString::fromStdString((folder / "placed.wsp").string());
    ASSERT_TRUE(window.save_to(session)) << window.notice().toStdString();
    const auto slots = document().model().slots();
    app::MainWindow other(*app::load_machines());
    other.open_file(session);
    other.edit_placement();
    ASSERT_NE(other.placement(), nullptr) << other.notice().toStdString();
    EXPECT_EQ(other.placement()->model().slots(), slots);
}

TEST_F(Placement, EachRunKeepsItsOwnEditsAndHistory) {
    open();
    document().move({1}, {{100, 60, 0, 0}}, 0);
    auto* first = &document();
    window.simulate_placement();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
    document().move({1}, {{90, 60, 0, 0}}, 0);
    window.edit_placement();  // on the run it became: the same edits, further on
    EXPECT_EQ(&document(), first);
    EXPECT_EQ(plan().kernels[1].rect.x, 90);
    EXPECT_TRUE(document().history().canUndo());
}

TEST_F(Placement, AnIllegalPlacementIsNotSimulatedAndTheReasonIsTold) {
    open();
    const auto first = plan().kernels[0].rect;
    document().move({1}, {{first.x, first.y, 0, 0}}, 0);
    window.simulate_placement();
    EXPECT_FALSE(window.busy());
    EXPECT_TRUE(window.notice().contains(QStringLiteral("k1 and k2 overlap"))) << window.notice().toStdString();
}

TEST_F(Placement, AGraphWithoutALayoutIsPlacedAtOnceAndALayoutEndsTheSearch) {
    open("");
    ASSERT_TRUE(QTest::qWaitFor([this] { return plan().now.placed == plan().kernels.size(); }, 20'000));
    EXPECT_TRUE(plan().issues.empty());
    open();
    EXPECT_EQ(plan().search, views::FloorSearch::idle);
    EXPECT_FALSE(plan().kernels[0].rect.width == 0);
}

TEST_F(Placement, StreamingRunsSayWhyNothingCanBeDragged) {
    const auto path = write(
        "stream.json",
        R"({"format":"waferscope.scenario","version":1,"name":"s","workload":{"llm":{"layers":2,"hidden":1024,"heads":8,"ffn":4096,"vocab":32000}},"phase":"train","global_batch":8,"seq":1024,"precision":"fp16","machine":"cerebras_cs2"})");
    window.open_file(path);
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
    ASSERT_NE(window.model().run(0), nullptr) << window.notice().toStdString();
    window.edit_placement();
    EXPECT_EQ(window.placement(), nullptr);
    EXPECT_TRUE(window.notice().contains(QStringLiteral("weights stream"))) << window.notice().toStdString();
}

TEST_F(Placement, AnOnnxRunIsEditedAndItsEditSimulatedBesideIt) {
    const std::filesystem::path file =
        std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "onnx/light/light_squeezenet.onnx";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
    window.open_file(write(
        "squeezenet.json",
        R"({"format":"waferscope.scenario","version":1,"name":"SqueezeNet","workload":{"file":")" +
            file.string() +
            R"("},"phase":"inference","global_batch":64,"precision":"fp16","machine":"cerebras_cs1"})"));
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
    ASSERT_NE(window.model().run(0), nullptr) << window.notice().toStdString();
    window.edit_placement();
    ASSERT_NE(window.placement(), nullptr) << window.notice().toStdString();
    EXPECT_TRUE(plan().issues.empty());
    const auto& run = *window.model().run(0);
    // The explorer's interval is the run's.
    EXPECT_NEAR(plan().now.interval() / plan().clock_hz, *run.summary.interval_s,
                1e-9 * *run.summary.interval_s);
    expect_exact();
    picture("onnx");
    document().solve();
    ASSERT_TRUE(QTest::qWaitFor([this] { return plan().search == views::FloorSearch::idle; }, 50'000));
    window.simulate_placement();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
    ASSERT_NE(window.model().run(1), nullptr) << window.notice().toStdString();
    EXPECT_EQ(window.model().run(0), &run);
    EXPECT_NEAR(plan().now.interval() / plan().clock_hz, *window.model().run(1)->summary.interval_s,
                1e-9 * *run.summary.interval_s);
}
