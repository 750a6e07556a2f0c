// SPDX-License-Identifier: GPL-3.0-or-later
// Regions of resident inference edited as an engineer would: drag, pull, split, merge, layers, roles, wafers.
#include "app/document/region_document.hpp"
#include "app/document/resources.hpp"
#include "app/window/main_window.hpp"
#include "core/io/scenario_json.hpp"
#include "views/compare/placement_diff.hpp"
#include "views/placement/floor_explorer.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTest>
#include <QUndoStack>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace waferscope;

namespace {

std::string scenario(const char* llm, const char* phase, int batch, int chips) {
    return std::string(R"({"format":"waferscope.scenario","version":1,"name":"model","workload":{"llm":)") +
           llm + R"(},"phase":")" + phase + R"(","global_batch":)" + std::to_string(batch) +
           R"(,"seq":2048,"output_tokens":20,"precision":"fp16","machine":"cerebras_cs3","chips":)" +
           std::to_string(chips) + "}";
}
constexpr const char* k8b =
    R"({"layers":32,"hidden":4096,"heads":32,"kv_heads":8,"head_dim":128,"ffn":14336,"gated_ffn":true,"vocab":128256})";
constexpr const char* k70b =
    R"({"layers":80,"hidden":8192,"heads":64,"kv_heads":8,"head_dim":128,"ffn":28672,"gated_ffn":true,"vocab":128256})";

class Regions : public testing::Test {
protected:
    static void SetUpTestSuite() { QStandardPaths::setTestModeEnabled(true); }
    Regions() : window(*app::load_machines()) {
        views::apply_theme(*qApp, views::Theme::dark());
        folder = std::filesystem::path(testing::TempDir()) /
                 testing::UnitTest::GetInstance()->current_test_info()->name();
        std::filesystem::create_directories(folder);
        window.resize(1600, 1000);
        window.show();
        QApplication::setActiveWindow(&window);
    }
    void open(const std::string& text) {
        const auto path = folder / "s.json";
        std::ofstream(path) << text;
        window.open_file(QString::fromStdString(path.string()));
        ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
        ASSERT_NE(window.model().run(0), nullptr) << window.notice().toStdString();
        window.edit_placement();
        ASSERT_NE(window.regions(), nullptr) << window.notice().toStdString();
        QApplication::processEvents();
    }
    app::RegionDocument& document() { return *window.regions(); }
    const views::Floorplan& plan() { return document().plan(); }
    const core::RegionPlan& regions() { return document().regions(); }
    views::FloorCanvas& canvas() { return window.explorer()->canvas(); }
    QPoint middle(std::size_t region) {
        return canvas().viewport().core_rect(plan().kernels[region].rect).center().toPoint();
    }
    void key(int k, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&canvas(), static_cast<Qt::Key>(k), modifiers);
    }
    /// Nothing overlaps, all layers are held, the numbers are those of a computation from scratch.
    void expect_sound() {
        const auto request = document().request();
        const auto pricer = sim::RegionPricer::make(request);
        ASSERT_TRUE(pricer);
        EXPECT_TRUE((*pricer)->issues(regions()).empty());
        EXPECT_EQ(plan().now.region.token_s, (*pricer)->figures(regions()).token_s);
    }
    void picture(const char* name) {
        for (int i = 0; i < 5; ++i) QApplication::processEvents();
        if (const char* out = std::getenv("WAFERSCOPE_PICTURES"))
            window.grab().save(QString::fromUtf8(out) + "/regions_" + name + ".png");
    }
    std::filesystem::path folder;
    app::MainWindow window;
};

}  // namespace

TEST_F(Regions, AResidentRunOpensItsRegionsWithTheNumbersOfTheRun) {
    open(scenario(k8b, "decode", 1, 1));
    ASSERT_TRUE(window.explorer()->isVisible());
    EXPECT_EQ(regions().layers(), 32);
    EXPECT_NEAR(plan().now.region.token_s, *window.model().run(0)->summary.tpot_s,
                1e-9 * plan().now.region.token_s);
    EXPECT_TRUE(plan().issues.empty());
    expect_sound();
    picture("8b");
    views::apply_theme(*qApp, views::Theme::light());
    picture("8b_light");
}

TEST_F(Regions, DraggingNeverOverlapsAndIsOneStepToUndo) {
    open(scenario(k8b, "decode", 1, 1));
    ASSERT_GE(regions().regions.size(), 2U);
    const auto before = regions();
    QTest::mousePress(&canvas(), Qt::LeftButton, {}, middle(1));
    const QPoint from = middle(1);
    for (int i = 1; i <= 40; ++i) {
        QTest::mouseMove(&canvas(), from + QPoint(-6 * i, 12 * i));
        expect_sound();
    }
    QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, from + QPoint(-240, 480));
    EXPECT_NE(regions(), before);
    EXPECT_EQ(document().history().index(), 1);
    document().history().undo();
    EXPECT_EQ(regions(), before);
}

TEST_F(Regions, APulledEdgeSnapsToSizesThatHoldTheLayers) {
    open(scenario(k8b, "decode", 1, 1));
    const auto pricer = *sim::RegionPricer::make(document().request());
    const auto own = regions().regions[0];
    const auto sides = pricer->fitting_sides(own.layers);
    document().pull(0, {own.x, own.y, 10, own.side}, Qt::RightEdge, 0);
    EXPECT_EQ(regions().regions[0].side, sides.front());
    EXPECT_EQ(regions().regions[0].side, *pricer->smallest_side(own.layers));
    document().pull(0, {own.x, own.y, own.side, own.side}, Qt::RightEdge, 0);
    EXPECT_TRUE(std::ranges::find(sides, regions().regions[0].side) != sides.end());
    expect_sound();
}

TEST_F(Regions, SplitHalvesTheLayersAndMergeJoinsThem) {
    open(scenario(k8b, "decode", 1, 2));
    const auto before = regions();
    const auto layers = before.regions[0].layers;
    canvas().setFocus();
    document().select({0});
    key(Qt::Key_D);
    ASSERT_EQ(regions().regions.size(), before.regions.size() + 1) << window.notice().toStdString();
    EXPECT_EQ(regions().regions[0].layers + regions().regions[1].layers, layers);
    EXPECT_EQ(regions().regions[1].layers, layers / 2);
    expect_sound();
    picture("split");
    document().select({0});
    key(Qt::Key_M);
    ASSERT_EQ(regions().regions.size(), before.regions.size()) << window.notice().toStdString();
    EXPECT_EQ(regions().regions[0].layers, layers);
    expect_sound();
    document().history().setIndex(0);
    EXPECT_EQ(regions(), before);
}

TEST_F(Regions, PlusAndMinusPassLayersAndTooManyAreSaid) {
    open(scenario(k8b, "decode", 1, 1));
    ASSERT_GE(regions().regions.size(), 2U);
    document().select({0});
    const auto own = regions().regions[0].layers;
    key(Qt::Key_Minus);
    EXPECT_EQ(regions().regions[0].layers, own - 1);
    key(Qt::Key_Plus);
    EXPECT_EQ(regions().regions[0].layers, own);
    document().select({regions().regions.size() - 1});
    for (int i = 0; i < 6; ++i) key(Qt::Key_Minus);
    EXPECT_EQ(regions().layers(), 32);
    if (!plan().issues.empty()) {
        EXPECT_EQ(plan().blocked(), nullptr) << "too little memory does not block";
    }
}

TEST_F(Regions, LockedRegionsStay) {
    open(scenario(k8b, "decode", 1, 1));
    document().select({0});
    key(Qt::Key_L);
    const auto before = regions();
    key(Qt::Key_D);
    key(Qt::Key_Minus);
    document().pull(0, {0, 0, 60, 60}, Qt::RightEdge, 0);
    EXPECT_EQ(regions(), before);
    EXPECT_TRUE(window.notice().contains(QStringLiteral("locked"))) << window.notice().toStdString();
}

TEST_F(Regions, ServeAssignsARegionToPrompts) {
    open(scenario(k8b, "serve", 1, 2));
    if (regions().regions.size() < 2) document().split(0);
    document().select({0});
    const auto before = plan().now.region.prompt_s;
    EXPECT_EQ(before, 0);
    key(Qt::Key_P);
    EXPECT_EQ(regions().regions[0].role, core::RegionRole::prefill) << window.notice().toStdString();
    EXPECT_GT(plan().now.region.prompt_s, 0);
    EXPECT_EQ(regions().layers(), 32);
    picture("serve");
}

TEST_F(Regions, SeveralWafersArePagedAndRegionsSentAcross) {
    open(scenario(k70b, "decode", 1, 8));
    ASSERT_GT(regions().wafers(), 1);
    key(Qt::Key_PageDown);
    EXPECT_EQ(plan().wafer, 1);
    for (std::size_t r = 0; r < plan().kernels.size(); ++r)
        EXPECT_EQ(plan().kernels[r].placed, regions().regions[r].wafer == 1);
    picture("70b");
    document().select({regions().regions.size() - 1});
    document().send_to_wafer(regions().regions.size() - 1, 7);
    EXPECT_EQ(regions().regions.back().wafer, 7);
    EXPECT_EQ(plan().wafer, 7);
    expect_sound();
}

TEST_F(Regions, SimulatedRegionsRoundTripThroughSessionAndScenario) {
    open(scenario(k8b, "decode", 1, 2));
    document().split(0);
    const auto edited = regions();
    const double token_s = plan().now.region.token_s;
    window.simulate_placement();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
    const auto* run = window.model().run(1);
    ASSERT_NE(run, nullptr) << window.notice().toStdString();
    EXPECT_EQ(*run->scenario.regions, edited);
    EXPECT_NEAR(*run->summary.tpot_s, token_s, 1e-9 * token_s);
    const auto path = (folder / "s.wsp").string();
    ASSERT_TRUE(window.save_to(QString::fromStdString(path)));
    app::MainWindow again(*app::load_machines());
    again.open_file(QString::fromStdString(path));
    ASSERT_TRUE(
        QTest::qWaitFor([&again] { return !again.busy() && again.model().run(1) != nullptr; }, 50'000));
    EXPECT_EQ(*again.model().run(1)->scenario.regions, edited);
    const auto reopened = app::placement_document(*again.model().run(1), *app::load_machines());
    ASSERT_TRUE(reopened) << core::to_text(reopened.error());
    EXPECT_NEAR((*reopened)->plan().now.region.token_s, token_s, 1e-9 * token_s);
    const auto parsed = core::parse_scenario(core::scenario_json(document().request().scenario), "s.json");
    ASSERT_TRUE(parsed) << core::to_text(parsed.error());
    const auto request = app::make_request(*parsed, *app::load_machines());
    ASSERT_TRUE(request);
    const auto rerun = sim::simulate(*request, sim::Detail::summary, {}, {});
    ASSERT_TRUE(rerun) << core::to_text(rerun.error());
    EXPECT_EQ(*rerun->summary.tpot_s, *run->summary.tpot_s);
    // The diff of both panes, and the difference map with both outlines.
    const auto first = app::placement_document(*window.model().run(0), *app::load_machines());
    ASSERT_TRUE(first);
    const auto rows = views::placement_diff((*first)->plan(), plan());
    ASSERT_EQ(rows.size(), edited.regions.size());
    EXPECT_TRUE(rows.front().reshaped());
    EXPECT_FALSE(rows.back().a);
    const auto* table = window.findChild<views::PlacementDiffTable*>();
    ASSERT_NE(table, nullptr);
    if (!window.explorer()->isHidden()) window.edit_placement();
    QTest::qWait(20);
    for (auto* t : window.findChildren<QTabWidget*>())
        for (int i = 0; i < t->count(); ++i)
            if (t->tabText(i) == QStringLiteral("Placement A | B")) t->setCurrentIndex(i);
    EXPECT_EQ(table->rowCount(), static_cast<int>(rows.size()));
    EXPECT_EQ(table->item(0, 7)->text(),
              views::format::percent(*rows[0].change(), {.digits = 3, .sign = true}));
    picture("diff_table");
    window.model().set_difference(1, 0);
    window.model().flush();
    QTest::qWait(60);
    picture("two_panes");
}

// Numbers for people: milliseconds from mouse event to repainted canvas. Nothing is asserted of wall time.
TEST_F(Regions, PrintsTheTimeOfAMouseMove) {
    for (const auto& [model, chips] : {std::pair{k8b, 1}, std::pair{k70b, 8}}) {
        open(scenario(model, "decode", 1, chips));
        const auto last = regions().regions.size() - 1;
        document().show_wafer(regions().regions[last].wafer);
        const QPoint from = middle(last);
        QTest::mousePress(&canvas(), Qt::LeftButton, {}, from);
        std::vector<double> moves;
        int moved = 0;
        for (int i = 1; i <= 60; ++i) {
            const auto before = regions();
            QElapsedTimer clock;
            clock.start();
            QTest::mouseMove(&canvas(), from + QPoint(3 * i, 2 * i));
            canvas().repaint();
            QApplication::processEvents();
            moves.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
            moved += regions() != before ? 1 : 0;
        }
        QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, from);
        std::ranges::sort(moves);
        std::printf("regions: %zu, moved in %d of 60, ms per mouse move: median %.2f, worst %.2f\n",
                    regions().regions.size(), moved, moves[moves.size() / 2], moves.back());
        EXPECT_GT(moved, 0);
    }
}

TEST_F(Regions, WeightStreamingSaysWhyNothingCanBeDragged) {
    const auto path = folder / "t.json";
    std::ofstream(path) << scenario(k8b, "train", 8, 1);
    window.open_file(QString::fromStdString(path.string()));
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 50'000));
    window.edit_placement();
    EXPECT_EQ(window.edited(), nullptr);
    EXPECT_TRUE(window.notice().contains(QStringLiteral("Nothing can be dragged: weights stream")))
        << window.notice().toStdString();
}
