// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/theme.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/color_map.hpp"
#include "views/theme/glyphs.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QPainter>

#include <algorithm>

using namespace waferscope::views;

namespace {

class EveryTheme : public testing::TestWithParam<ThemeId> {
protected:
    const Theme& theme = Theme::of(GetParam());
};

TEST_P(EveryTheme, TextReachesContrastOnEverySurface) {
    for (const auto* text : {&theme.text, &theme.text2, &theme.text3, &theme.accent_text, &theme.warning,
                             &theme.error, &theme.ok, &theme.layer_a, &theme.layer_b, &theme.layer_c})
        for (const auto* ground : {&theme.window, &theme.panel, &theme.raised, &theme.sunken})
            EXPECT_GE(contrast(*text, *ground), 4.5)
                << text->name().toStdString() << " on " << ground->name().toStdString();
}

TEST_P(EveryTheme, TextReachesContrastOnFills) {
    EXPECT_GE(contrast(theme.on_accent, theme.accent), 4.5);
    EXPECT_GE(contrast(theme.on_selection, theme.selection), 4.5);
    EXPECT_GE(contrast(theme.text, theme.hover), 4.5);
    EXPECT_GE(contrast(theme.text2, theme.tooltip), 4.5);
    EXPECT_GE(contrast(theme.error, theme.tooltip), 4.5);
    EXPECT_GE(contrast(theme.warning, theme.warn_bg), 4.5);
    EXPECT_GE(contrast(theme.error, theme.err_bg), 4.5);
    EXPECT_GE(contrast(theme.ok, theme.ok_bg), 4.5);
    for (const auto& kind : theme.kinds) EXPECT_GE(contrast(kind.label, kind.fill), 4.5);
}

TEST_P(EveryTheme, LinesReachThreeToOne) {
    for (const auto* line : {&theme.focus, &theme.border_strong, &theme.accent, &theme.axis})
        EXPECT_GE(contrast(*line, theme.panel), 3.0);
}

TEST_P(EveryTheme, PaletteIsWholeInEveryGroup) {
    const auto palette = theme.palette();
    for (const auto group : {QPalette::Active, QPalette::Inactive}) {
        EXPECT_EQ(palette.color(group, QPalette::Window), theme.window);
        EXPECT_EQ(palette.color(group, QPalette::Base), theme.sunken);
        EXPECT_EQ(palette.color(group, QPalette::Highlight), theme.selection);
        EXPECT_EQ(palette.color(group, QPalette::HighlightedText), theme.on_selection);
    }
    EXPECT_EQ(palette.color(QPalette::Disabled, QPalette::Text), theme.disabled);
    EXPECT_EQ(palette.color(QPalette::Disabled, QPalette::WindowText), theme.disabled);
}

TEST_P(EveryTheme, ComesIntoForceAtOnce) {
    apply_theme(*qApp, theme);
    EXPECT_EQ(active_theme().id, GetParam());
    EXPECT_EQ(QApplication::palette().color(QPalette::Window), theme.window);
}

INSTANTIATE_TEST_SUITE_P(All, EveryTheme,
                         testing::Values(ThemeId::dark, ThemeId::light, ThemeId::high_contrast));

TEST(Theme, EveryTokenIsSet) {
    for (const auto& row : theme_tokens())
        for (const auto id : {ThemeId::dark, ThemeId::light, ThemeId::high_contrast})
            EXPECT_TRUE((Theme::of(id).*row.member).isValid()) << row.name;
    EXPECT_EQ(Theme::dark().accent, QColor(QStringLiteral("#4C9DF5")));
    EXPECT_EQ(Theme::light().layer('C'), QColor(QStringLiteral("#00705F")));
}

TEST(Theme, FontsGrowWithTheScale) {
    Theme theme = Theme::dark();
    const int plain = theme.font(TextRole::base).pixelSize();
    theme.font_scale = 2;
    EXPECT_EQ(theme.font(TextRole::base).pixelSize(), 2 * plain);
    EXPECT_EQ(theme.scaled(32), 64);
}

TEST(ColorMap, EndsAndMiddleAreTheStops) {
    const auto& map = ColorMap::of(ColorMapId::cividis);
    EXPECT_EQ(QColor(map.at(0)), QColor(QStringLiteral("#00224E")));
    EXPECT_EQ(QColor(map.at(1)), QColor(QStringLiteral("#FEE838")));
    EXPECT_EQ(map.at(-3), map.at(0));
    EXPECT_EQ(map.at(7), map.at(1));
}

TEST(ColorMap, SequentialMapsButTurboGetLighter) {
    for (const auto id : sequential_maps()) {
        if (id == ColorMapId::turbo) continue;
        int before = -1;
        for (const QRgb color : ColorMap::of(id).table()) {
            EXPECT_GE(qGray(color) + 2, before) << color_map_name(id).toStdString();
            before = qGray(color);
        }
    }
}

TEST(ColorScale, GoesThereAndBack) {
    for (const bool log : {false, true}) {
        const ColorScale scale{.low = 0.01, .high = 10, .log = log};
        for (const double share : {0.0, 0.25, 0.5, 1.0})
            EXPECT_NEAR(scale.share(scale.value_at(share)), share, 1e-9);
    }
}

TEST(ColorScale, ReverseSwapsTheEnds) {
    const ColorScale plain;
    ColorScale reversed;
    reversed.reverse = true;
    EXPECT_EQ(plain.color(0), reversed.color(1));
}

TEST(ColorScale, ClipsOutsideOnly) {
    const ColorScale scale{.low = 0.1, .high = 0.9};
    EXPECT_FALSE(scale.clipped(0.1));
    EXPECT_FALSE(scale.clipped(0.9));
    EXPECT_TRUE(scale.clipped(0.95));
    EXPECT_TRUE(scale.clipped(0.05));
}

TEST(Glyphs, EveryIconDrawsSomething) {
    for (int i = 0; i <= static_cast<int>(Icon::help); ++i) {
        const auto path = icon_path(static_cast<Icon>(i));
        EXPECT_FALSE(path.stroke.isEmpty() && path.fill.isEmpty()) << i;
        for (const QRectF& box : {path.stroke.boundingRect(), path.fill.boundingRect()}) {
            EXPECT_GE(std::min(box.left(), box.top()), 0) << i;
            EXPECT_LE(std::max(box.right(), box.bottom()), 16) << i;
        }
    }
}

TEST(Glyphs, LayersDifferInShape) {
    const QPointF corner(-6, -6);  // inside the square only
    EXPECT_TRUE(layer_shape('A', {}, 14).contains(corner));
    EXPECT_FALSE(layer_shape('B', {}, 14).contains(corner));
    EXPECT_FALSE(layer_shape('C', {}, 14).contains(QPointF(5.5, 5.5)));
    EXPECT_TRUE(layer_shape('B', {}, 14).contains(QPointF(5, 5)));
}

}  // namespace
