// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/map_view.hpp"

#include "tests/views/sample_runs.hpp"
#include "views/map/fabric_image.hpp"
#include "views/map/legend.hpp"
#include "views/map/pane_frame.hpp"
#include "views/map/render_map.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

using namespace waferscope;
using namespace waferscope::views;

namespace {

class MapViewTest : public testing::Test {
protected:
    void SetUp() override {
        apply_theme(*qApp, Theme::dark());
        view.resize(520, 460);
        model.set_run(0, test::small_wafer());
        model.flush();
        view.show();
    }
    QPoint middle(int x, int y) const { return view.viewport().core_rect(x, y).center().toPoint(); }

    WorkbenchModel model;
    MapView view{model, 0};
};

TEST_F(MapViewTest, ClickSelectsTheRightCoreAtSeveralZooms) {
    for (const double zoom : {1.0, 1.5, 2.0, 1.0}) {
        view.zoom(zoom, QPointF(260, 230));
        const auto seen = view.viewport().visible().toAlignedRect().adjusted(1, 1, -1, -1);
        for (int y = seen.top(); y < seen.bottom(); y += 4)
            for (int x = seen.left(); x < seen.right(); x += 5) {
                const QPoint at = middle(x, y);
                if (view.place_at(at).kind == Place::Kind::link) continue;  // the ring of the hot spot
                QTest::mouseClick(&view, Qt::LeftButton, {}, at);
                EXPECT_EQ(model.selection().kind, Place::Kind::core);
                EXPECT_EQ(QPoint(model.selection().x, model.selection().y), QPoint(x, y));
            }
    }
}

TEST_F(MapViewTest, HoverTellsTheValueOfTheCore) {
    QTest::mouseMove(&view, middle(3, 4));
    EXPECT_EQ(QPoint(model.hover().x, model.hover().y), QPoint(3, 4));
    const auto facts = view.tooltip();
    ASSERT_FALSE(facts.empty());
    EXPECT_EQ(facts.pairs.front().label, QStringLiteral("Core utilisation"));
    EXPECT_EQ(facts.pairs.front().value,
              format::percent(core_value(*model.run(0), "utilisation", model.step_of(0), 0, 3, 4)));
    EXPECT_EQ(facts.subtitle, QStringLiteral("layer 1 attention part 1"));
}

TEST_F(MapViewTest, ClickOnTheRingSelectsTheHotLink) {
    const auto spot = model.hot_spot(0);
    ASSERT_TRUE(spot);
    QTest::mouseClick(&view, Qt::LeftButton, {}, middle(spot->x, spot->y));
    EXPECT_EQ(model.selection().kind, Place::Kind::link);
    EXPECT_EQ(model.selection().direction, core::Direction::south);
    EXPECT_EQ(QPoint(model.selection().x, model.selection().y), QPoint(17, 9));
}

TEST_F(MapViewTest, PlayingChangesTheImage) {
    const QImage first = view.grab().toImage();
    model.set_speed(1e-4);
    model.advance(3);
    EXPECT_NE(view.grab().toImage(), first);
    model.set_position(0);
    model.flush();
    EXPECT_EQ(view.grab().toImage(), first);
}

TEST_F(MapViewTest, ArrowsMoveTheCoreCursor) {
    QTest::keyClick(&view, Qt::Key_Right);  // puts the cursor in the middle
    ASSERT_TRUE(view.cursor_core());
    const QPoint start = *view.cursor_core();
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Down);
    EXPECT_EQ(*view.cursor_core(), start + QPoint(1, 2));
    EXPECT_EQ(QPoint(model.selection().x, model.selection().y), start + QPoint(1, 2));
    EXPECT_FALSE(view.accessibleDescription().isEmpty());
    for (int i = 0; i < 60; ++i) QTest::keyClick(&view, Qt::Key_Left);
    EXPECT_EQ(view.cursor_core()->x(), 0);
}

TEST_F(MapViewTest, ShiftArrowsGrowASelection) {
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
    QTest::keyClick(&view, Qt::Key_Down, Qt::ShiftModifier);
    EXPECT_EQ(model.selection().kind, Place::Kind::area);
    EXPECT_EQ(model.selection().area.width, 2);
    EXPECT_EQ(model.selection().area.height, 2);
}

TEST_F(MapViewTest, KeysZoomAndHomeFits) {
    QTest::keyClick(&view, Qt::Key_W);
    QTest::keyClick(&view, Qt::Key_Plus);
    EXPECT_FALSE(view.viewport().is_fit());
    QTest::keyClick(&view, Qt::Key_Home);
    EXPECT_TRUE(view.viewport().is_fit());
    QTest::keyClick(&view, Qt::Key_F);  // nothing selected: the hot spot
    EXPECT_TRUE(view.viewport().visible().contains(QPointF(17.5, 9.5)));
    EXPECT_FALSE(view.viewport().is_fit());
}

TEST_F(MapViewTest, WheelZoomsAboutThePointer) {
    const QPointF at = middle(5, 5);
    const QPointF before = view.viewport().to_world(at);
    QWheelEvent wheel(at, view.mapToGlobal(at), {}, QPoint(0, 480), Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&view, &wheel);
    EXPECT_FALSE(view.viewport().is_fit());
    EXPECT_NEAR(view.viewport().to_world(at).x(), before.x(), 0.6);
}

TEST_F(MapViewTest, DragPansWithoutSelecting) {
    view.zoom(3, QPointF(260, 230));
    const auto before = view.viewport().centre;
    QTest::mousePress(&view, Qt::LeftButton, {}, QPoint(260, 230));
    QTest::mouseMove(&view, QPoint(220, 210));
    QTest::mouseMove(&view, QPoint(200, 200));
    QTest::mouseRelease(&view, Qt::LeftButton, {}, QPoint(200, 200));
    EXPECT_GT(view.viewport().centre.x(), before.x());
    EXPECT_EQ(model.selection().kind, Place::Kind::none);
}

TEST_F(MapViewTest, DoubleClickAsksForTheWholeWindow) {
    QSignalSpy asked(&view, &MapView::maximiseRequested);
    QTest::mouseDClick(&view, Qt::LeftButton, {}, middle(3, 3));
    EXPECT_EQ(asked.count(), 1);
}

TEST_F(MapViewTest, FabricLinksCanBePointedAt) {
    model.set_view(0, ViewKind::fabric);
    model.flush();
    view.show_area(QRectF(14, 6, 8, 8));
    ASSERT_GE(view.viewport().cell(), kFabricDetailCell);
    const auto at = link_rect(view.viewport(), 17, 8, core::Direction::south).center();
    EXPECT_EQ(view.place_at(at).kind, Place::Kind::link);
    QTest::mouseMove(&view, at.toPoint());
    EXPECT_EQ(view.tooltip().pairs.front().label, QStringLiteral("Load now"));
}

TEST_F(MapViewTest, PageKeysChangeTheWafer) {
    model.set_run(0, test::full_wafer(3));
    model.flush();
    QTest::keyClick(&view, Qt::Key_PageDown);
    EXPECT_EQ(model.pane(0).wafer, 1);
    for (int i = 0; i < 5; ++i) QTest::keyClick(&view, Qt::Key_PageDown);
    EXPECT_EQ(model.pane(0).wafer, 2);
}

TEST_F(MapViewTest, EmptyPanesSayWhatToDo) {
    model.set_run(0, nullptr);
    model.flush();
    EXPECT_FALSE(empty_reason(frame_of(model, 0)).isEmpty());
    view.grab();
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(100, 100));
    EXPECT_EQ(model.selection().kind, Place::Kind::none);
}

TEST_F(MapViewTest, DeviceMapsTakeArrowsAndClicks) {
    model.set_run(0, test::gpu_node());
    model.flush();
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_Right);
    EXPECT_EQ(model.selection().index, 1U);
    const auto rect = device_rect(view.viewport(), *model.run(0)->devices, 6);
    QTest::mouseClick(&view, Qt::LeftButton, {}, rect.center().toPoint());
    EXPECT_EQ(model.selection().index, 6U);
}

/// A window with all three panes and the legend.
struct Window {
    WorkbenchModel model;
    QWidget widget;
    Window() {
        model.set_run(0, test::gpu_node());
        model.set_run(1, test::small_wafer());
        model.set_run(2, test::torus());
        auto* column = new QVBoxLayout(&widget);
        auto* row = new QHBoxLayout;
        for (int i = 0; i < kPanes; ++i) row->addWidget(new PaneFrame(model, i));
        column->addLayout(row, 1);
        column->addWidget(new Legend(model));
        widget.resize(900, 520);
        widget.show();
        model.flush();
    }
    QImage picture() {
        if (auto* focus = QApplication::focusWidget()) focus->clearFocus();
        return widget.grab().toImage();
    }
};

TEST(Themes, LeaveNoColourBehindAfterALiveChange) {
    for (const auto from : {ThemeId::dark, ThemeId::light, ThemeId::high_contrast})
        for (const auto to : {ThemeId::dark, ThemeId::light, ThemeId::high_contrast}) {
            if (from == to) continue;
            apply_theme(*qApp, Theme::of(from));
            Window changed;
            changed.picture();
            apply_theme(*qApp, Theme::of(to));
            QApplication::processEvents();  // palettes travel through the event loop
            changed.model.flush();
            Window fresh;
            EXPECT_EQ(changed.picture(), fresh.picture())
                << static_cast<int>(from) << " -> " << static_cast<int>(to);
        }
    apply_theme(*qApp, Theme::dark());
}

TEST(PaneFrame, NamesMachineAndNumbers) {
    const auto run = test::gpu_node();
    EXPECT_EQ(machine_title(*run), QStringLiteral("8 × H100 SXM"));
    EXPECT_EQ(machine_subtitle(*run), QStringLiteral("TP 8, FP16"));
    const auto figures = key_figures(*run);
    EXPECT_EQ(figures[0].label, QStringLiteral("User speed"));
    EXPECT_EQ(figures[0].value.number, QStringLiteral("104"));
    EXPECT_TRUE(figures[0].estimate);
    EXPECT_EQ(figures[1].value.prefix + figures[1].value.number, QStringLiteral("$6.27"));
    EXPECT_EQ(figures[2].value.text(), format::percent(2.0 / 9.6));
}

TEST(PaneFrame, MissingNumbersAreDashes) {
    const auto figures = key_figures(core::Run{});
    for (const auto& one : figures) {
        EXPECT_EQ(one.value.number, format::missing());
        EXPECT_FALSE(one.estimate);
    }
}

TEST(PaneFrame, MeasuredNumbersCarryNoTilde) {
    core::Run run = *test::gpu_node();
    run.evidence.kind = "measured";
    EXPECT_FALSE(key_figures(run)[0].estimate);
}

TEST(Legend, SaysNameUnitAndLock) {
    WorkbenchModel model;
    model.set_run(0, test::small_wafer());
    auto spec = legend_spec(model, 0);
    EXPECT_EQ(spec.name, QStringLiteral("Core utilisation"));
    EXPECT_EQ(spec.unit, QStringLiteral("%"));
    EXPECT_EQ(spec.label(1), QStringLiteral("100"));
    EXPECT_FALSE(spec.histogram.empty());
    Legend legend(model);
    Q_EMIT legend.lockRequested(true);
    EXPECT_EQ(model.color_range().mode, ColorRange::Mode::locked);
    EXPECT_TRUE(legend_spec(model, 0).locked);
    model.set_metric("sram");
    EXPECT_EQ(legend_spec(model, 0).unit, QStringLiteral("KiB"));
    EXPECT_EQ(legend_spec(model, 0).label(49152), QStringLiteral("48"));
}

TEST(RenderMap, SameInputSameBytes) {
    const RenderRequest request{.run = test::small_wafer(), .time_s = 3e-4, .size = {640, 480}};
    EXPECT_EQ(render_map(request), render_map(request));
    EXPECT_EQ(render_map(request).size(), QSize(640, 480));
}

TEST(RenderMap, ShowsTheMetricAndTheTime) {
    RenderRequest request{.run = test::small_wafer(), .time_s = 1e-4, .size = {640, 480}};
    const auto first = render_map(request);
    request.time_s = 6e-4;
    EXPECT_NE(render_map(request), first);
    request.metric = "sram";
    EXPECT_NE(render_map(request), first);
    EXPECT_NE(render_fabric(request), first);
}

TEST(RenderMap, DrawsInEveryThemeAndRatioWithoutARun) {
    for (const auto theme : {ThemeId::dark, ThemeId::light, ThemeId::high_contrast})
        for (const double dpr : {1.0, 1.25, 1.5, 2.0}) {
            const RenderRequest request{
                .size = QSize(400, 300) * dpr, .dpr = dpr, .theme = theme, .title = false, .legend = false};
            EXPECT_EQ(QColor(render_map(request).pixel(2, 2)), Theme::of(theme).sunken);
        }
}

}  // namespace
