// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures for people: set WAFERSCOPE_PICTURES=/some/folder and run views_test --gtest_filter='Pictures.*'.
#include "tests/views/sample_runs.hpp"
#include "views/map/legend.hpp"
#include "views/map/pane_frame.hpp"
#include "views/map/render_map.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/glyphs.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QRadioButton>
#include <QTabBar>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

using namespace waferscope;
using namespace waferscope::views;

namespace {

class Pictures : public testing::TestWithParam<ThemeId> {
protected:
    void SetUp() override {
        folder_ = qEnvironmentVariable("WAFERSCOPE_PICTURES");
        if (folder_.isEmpty()) GTEST_SKIP() << "WAFERSCOPE_PICTURES is not set";
        QDir().mkpath(folder_);
        apply_theme(*qApp, Theme::of(GetParam()));
    }
    void save(const QImage& image, const char* name) const {
        const char* theme = GetParam() == ThemeId::dark    ? "dark"
                            : GetParam() == ThemeId::light ? "light"
                                                           : "hc";
        EXPECT_TRUE(image.save(
            QStringLiteral("%1/%2_%3.png").arg(folder_, QLatin1String(name), QLatin1String(theme))));
    }
    QString folder_;
};

TEST_P(Pictures, ThreePanes) {
    WorkbenchModel model;
    model.set_run(0, test::gpu_node());
    model.set_run(1, test::full_wafer());
    model.set_run(2, test::torus());
    model.set_position(4.2e-4);
    model.set_active_pane(1);
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    column->setContentsMargins(5, 5, 5, 5);
    column->setSpacing(5);
    auto* row = new QHBoxLayout;
    row->setSpacing(5);
    std::vector<PaneFrame*> frames;
    for (int i = 0; i < kPanes; ++i) {
        frames.push_back(new PaneFrame(model, i));
        row->addWidget(frames.back(), i == 1 ? 122 : 100);
    }
    column->addLayout(row, 1);
    column->addWidget(new Legend(model));
    window.resize(1060, 640);
    window.show();
    model.flush();
    QTest::mouseMove(&frames[1]->map(), QPoint(190, 260));
    frames[2]->set_progress(0.62, QStringLiteral("simulating C: 62 %"));
    model.select({.kind = Place::Kind::device, .pane = 0, .index = 4});
    model.flush();
    save(window.grab().toImage(), "panes");
}

TEST_P(Pictures, Controls) {
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    auto* row = new QHBoxLayout;
    auto* primary = new QPushButton(QStringLiteral("Run F5"));
    primary->setProperty("role", "primary");
    primary->setIcon(make_icon(Icon::play));
    auto* combo = new QComboBox;
    combo->addItems({QStringLiteral("Core utilisation"), QStringLiteral("Link load")});
    auto* off = new QPushButton(QStringLiteral("Add slide"));
    off->setEnabled(false);
    auto* on = new QPushButton(QStringLiteral("Explore"));
    on->setCheckable(true);
    on->setChecked(true);
    row->addWidget(primary);
    row->addWidget(new QPushButton(QStringLiteral("Compare")));
    row->addWidget(on);
    row->addWidget(off);
    row->addWidget(combo);
    row->addWidget(new QLineEdit(QStringLiteral("Search or run a command")));
    column->addLayout(row);
    auto* checks = new QHBoxLayout;
    auto* ticked = new QCheckBox(QStringLiteral("Own scale"));
    ticked->setChecked(true);
    checks->addWidget(ticked);
    checks->addWidget(new QCheckBox(QStringLiteral("Log")));
    checks->addWidget(new QRadioButton(QStringLiteral("Start")));
    auto* tabs = new QTabBar;
    for (const char* name : {"Charts", "Compare table", "Economics"}) tabs->addTab(QLatin1String(name));
    checks->addWidget(tabs);
    column->addLayout(checks);
    auto* icons = new QHBoxLayout;
    for (int i = 0; i <= static_cast<int>(Icon::help); ++i) {
        auto* button = new QToolButton;
        button->setAutoRaise(true);
        button->setIcon(make_icon(static_cast<Icon>(i)));
        icons->addWidget(button);
    }
    column->addLayout(icons);
    QMenu menu;
    menu.addAction(make_icon(Icon::open), QStringLiteral("&Open...\tCtrl+O"));
    menu.addAction(QStringLiteral("Save\tCtrl+S"))->setEnabled(false);
    menu.addSeparator();
    auto* log = menu.addAction(QStringLiteral("Logarithmic"));
    log->setCheckable(true);
    log->setChecked(true);
    menu.setActiveAction(log);
    menu.ensurePolished();
    menu.resize(menu.sizeHint());
    window.resize(1060, 150);
    window.show();
    QImage all(1060, 300, QImage::Format_RGB32);
    all.fill(Theme::of(GetParam()).window);
    QPainter painter(&all);
    painter.drawPixmap(0, 0, window.grab());
    painter.drawPixmap(10, 160, menu.grab());
    const auto& theme = Theme::of(GetParam());
    draw_badge(painter, theme, {300, 170}, BadgeKind::estimate, QStringLiteral("~ est. ±15 %"));
    draw_badge(painter, theme, {420, 170}, BadgeKind::measured, QStringLiteral("measured"));
    draw_badge(painter, theme, {520, 170}, BadgeKind::warning, QStringLiteral("1 % clipped ×"));
    draw_badge(painter, theme, {640, 170}, BadgeKind::error, QStringLiteral("1 overlap"));
    for (int i = 0; i < 3; ++i) {
        draw_layer_glyph(painter, theme, static_cast<char>('A' + i), QPointF(310 + i * 30, 215), 18);
        draw_layer_glyph(painter, theme, static_cast<char>('A' + i), QPointF(410 + i * 30, 215), 14);
        draw_layer_glyph(painter, theme, static_cast<char>('A' + i), QPointF(510 + i * 30, 215), 11);
    }
    painter.end();
    save(all, "controls");
}

TEST_P(Pictures, Renders) {
    RenderRequest request{
        .run = test::small_wafer(), .time_s = 3e-4, .size = {1100, 760}, .theme = GetParam()};
    save(render_map(request), "small_map");
    request.range = {.mode = ColorRange::Mode::locked, .low = 0.1, .high = 0.6};
    save(render_map(request), "small_clipped");
    request.range = {};
    request.window = core::Rect{11, 2, 12, 8};
    save(render_fabric(request), "fabric_detail");
    request.run = test::full_wafer();
    request.window.reset();
    save(render_fabric(request), "fabric_full");
    request.window = core::Rect{140, 280, 120, 90};
    request.dpr = 2;
    request.size = {2200, 1520};
    save(render_map(request), "full_window_200");
    request.dpr = 1;
    request.size = {1100, 760};
    request.window.reset();
    request.run = test::gpu_node();
    save(render_map(request), "gpu");
    request.run = test::full_wafer();
    request.minus = test::full_wafer();
    request.wafer = 1;
    save(render_map(request), "difference");
    request.run.reset();
    request.minus.reset();
    save(render_map(request), "empty");
}

INSTANTIATE_TEST_SUITE_P(Themes, Pictures,
                         testing::Values(ThemeId::dark, ThemeId::light, ThemeId::high_contrast));

}  // namespace
