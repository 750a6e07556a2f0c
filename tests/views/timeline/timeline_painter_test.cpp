// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/timeline_painter.hpp"

#include "views/theme/theme.hpp"

#include <QImage>
#include <QPainter>
#include <gtest/gtest.h>

using namespace waferscope;

namespace {

constexpr double kScale = 1000;  ///< px of the lane, one second long

QImage painted(std::vector<core::Slice> slices) {
    auto run = std::make_shared<core::Run>();
    run->machine = std::make_shared<const core::Machine>();
    const auto name = run->timeline.intern("x");
    for (auto& slice : slices) slice.name = name;
    run->timeline.lanes.push_back({.name = "lane", .slices = std::move(slices)});
    QImage image(static_cast<int>(kScale) + views::kTimelineGutter, 120, QImage::Format_RGB32);
    QPainter painter(&image);
    views::paint_timeline(painter, image.rect(), {{run, 'A'}}, {.from_s = 0, .to_s = 1}, views::Theme::dark());
    return image;
}

/// Colour of the only lane at `seconds`.
QColor at(const QImage& image, double seconds) { return image.pixelColor(views::kTimelineGutter + static_cast<int>(seconds * kScale), 56); }

}  // namespace

TEST(TimelinePainter, ALongSliceBehindAThinOneInItsPixelIsDrawn) {
    const auto gemm = core::SliceKind::gemm, send = core::SliceKind::send_recv;
    const auto image = painted({{.start_s = 0.1001, .end_s = 0.1003, .kind = send}, {.start_s = 0.1003, .end_s = 0.2, .kind = gemm}});
    EXPECT_EQ(at(image, 0.15), views::Theme::dark().kind(gemm).fill);
    EXPECT_NE(at(image, 0.25), views::Theme::dark().kind(gemm).fill);
}

TEST(TimelinePainter, ManyThinSlicesKeepTheColourOfTheMost) {
    std::vector<core::Slice> slices;
    for (int i = 0; i < 100'000; ++i) slices.push_back({.start_s = i * 1e-5, .end_s = i * 1e-5 + 0.9e-5, .kind = i % 10 == 0 ? core::SliceKind::wait : core::SliceKind::collective});
    const auto image = painted(std::move(slices));
    for (const double s : {0.1, 0.5, 0.9}) EXPECT_EQ(at(image, s), views::Theme::dark().kind(core::SliceKind::collective).fill) << s;
}
