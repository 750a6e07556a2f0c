// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/ticks.hpp"

#include "views/theme/color_bar.hpp"
#include "views/theme/format.hpp"

#include <gtest/gtest.h>

#include <QImage>
#include <QPainter>

#include <algorithm>
#include <cmath>

using namespace waferscope::views;

namespace {

QString label(double value) {
    return format::number(value);
}

TEST(Ticks, NeverOverlapAtAnyWidthAndRange) {
    for (double width = 40; width < 900; width *= 1.31)
        for (const double high : {0.003, 0.7, 1.0, 3.0, 48.0, 12345.0, 9.9e8})
            for (const bool vertical : {false, true}) {
                const auto ticks = make_ticks({.high = high,
                                               .from_px = vertical ? width : 0,
                                               .to_px = vertical ? 0 : width,
                                               .vertical = vertical,
                                               .font = Theme::dark().font(TextRole::axis),
                                               .label = label});
                auto sorted = ticks;
                std::ranges::sort(sorted, {}, &Tick::position);
                for (std::size_t i = 1; i < sorted.size(); ++i)
                    EXPECT_GE(sorted[i].label_from, sorted[i - 1].label_from + sorted[i - 1].label_extent + 8)
                        << width << " px, 0.." << high;
                for (const auto& tick : ticks) {
                    EXPECT_GE(tick.label_from, -1e-9);
                    if (tick.label_extent <= width) {
                        EXPECT_LE(tick.label_from + tick.label_extent, width + 1e-9);
                    }
                }
                EXPECT_LE(ticks.size(), 8U);
            }
}

TEST(Ticks, AreOneTwoFive) {
    const auto ticks =
        make_ticks({.high = 100, .to_px = 400, .font = Theme::dark().font(TextRole::axis), .label = label});
    ASSERT_EQ(ticks.size(), 6U);  // 0 20 40 60 80 100
    EXPECT_DOUBLE_EQ(ticks[1].value, 20);
    EXPECT_DOUBLE_EQ(ticks.back().position, 400);
}

TEST(Ticks, LogAxesShowDecades) {
    const auto ticks = make_ticks({.low = 0.001,
                                   .high = 10,
                                   .to_px = 600,
                                   .log = true,
                                   .font = Theme::dark().font(TextRole::axis),
                                   .label = label});
    ASSERT_EQ(ticks.size(), 5U);
    EXPECT_NEAR(ticks[2].value, 0.1, 1e-12);
    EXPECT_NEAR(ticks[2].position, 300, 1e-6);
}

TEST(Ticks, EmptyRangesGiveNone) {
    EXPECT_TRUE(make_ticks({.low = 1, .high = 1, .label = label}).empty());
    EXPECT_TRUE(make_ticks({.low = 0, .high = NAN, .label = label}).empty());
}

TEST(Ticks, RoundStepIsAtLeastWhatIsAsked) {
    for (double least = 1e-7; least < 1e7; least *= 1.7) {
        const double step = round_step(least);
        EXPECT_GE(step, least * (1 - 1e-9));
        EXPECT_LE(step, least * 2.5 * (1 + 1e-9));
    }
}

TEST(ColorBar, ShowsItsMapAndClipMarks) {
    const auto& theme = Theme::dark();
    QImage image(700, 44, QImage::Format_RGB32);
    image.fill(theme.panel);
    ColorBarSpec spec{.name = QStringLiteral("Core utilisation"),
                      .label = label,
                      .unit = QStringLiteral("%"),
                      .clipped_high = 0.01};
    {
        QPainter painter(&image);
        paint_color_bar(painter, QRectF(image.rect()), spec, theme);
    }
    int low = 0;
    int high = 0;
    for (int x = 0; x < image.width(); ++x) {
        low += image.pixel(x, 21) == spec.scale.color(0) ? 1 : 0;
        high += image.pixel(x, 21) == spec.scale.color(1) ? 1 : 0;
    }
    EXPECT_GE(low, 1);
    EXPECT_GE(high, 3);  // the end of the bar and the filled triangle
}

}  // namespace
