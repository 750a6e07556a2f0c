// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/timeline_painter.hpp"

#include "tests/views/sample_runs.hpp"

#include <gtest/gtest.h>

#include <QImage>
#include <QPainter>

using namespace waferscope;
using namespace waferscope::views;

namespace {

QImage painted(const std::vector<core::Slice>& slices, std::uint32_t op, int height = 70) {
    auto run = std::make_shared<core::Run>(*test::gpu_node());
    run->timeline.names = {"work"};
    run->timeline.lanes = {{.name = "GPU 0", .slices = slices}};
    QImage image(kTimelineGutter + 100, height, QImage::Format_RGB32);
    QPainter painter(&image);
    paint_timeline(painter, image.rect(), {{run, 'A'}}, {.from_s = 0, .to_s = 100, .op = op}, Theme::dark());
    return image;
}

/// Pixels of `color` in the column of second `s`; one pixel is one second.
int pixels(const QImage& image, int s, const QColor& color) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        count += image.pixelColor(kTimelineGutter + s, y) == color ? 1 : 0;
    return count;
}

}  // namespace

TEST(TimelinePainter, LongSliceBehindATinyOneInTheSamePixelIsDrawn) {
    const auto image =
        painted({{.start_s = 20, .end_s = 20.2}, {.start_s = 20.2, .end_s = 60}}, core::kNoOperator);
    EXPECT_EQ(pixels(image, 56, Theme::dark().kind(core::SliceKind::gemm).fill), 20);  // the height of a lane
}

TEST(TimelinePainter, MarksTheSlicesOfTheSelectedOperator) {
    const std::vector<core::Slice> slices{{.start_s = 10, .end_s = 40, .op = 3},
                                          {.start_s = 50, .end_s = 90, .op = 4}};
    const auto plain = painted(slices, core::kNoOperator), marked = painted(slices, 4);
    const auto& fill = Theme::dark().kind(core::SliceKind::gemm).fill;
    EXPECT_EQ(pixels(plain, 30, fill), pixels(marked, 30, fill));  // another operator
    EXPECT_GT(pixels(plain, 85, fill), pixels(marked, 85, fill));  // its outline covers some
    EXPECT_GE(pixels(marked, 85, fill), 6);                        // and does not fill it
}

TEST(TimelinePainter, ManyThinSlicesKeepTheColourOfTheMost) {
    std::vector<core::Slice> slices;
    for (int i = 0; i < 100'000; ++i)
        slices.push_back({.start_s = i * 1e-3, .end_s = (i + 0.9) * 1e-3, .kind = i % 10 == 0 ? core::SliceKind::wait : core::SliceKind::collective});
    const auto image = painted(std::move(slices), core::kNoOperator);
    for (const int s : {10, 50, 90}) EXPECT_EQ(pixels(image, s, Theme::dark().kind(core::SliceKind::collective).fill), 20) << s;
}

TEST(TimelinePainter, FewLanesShareTheRoomAndALegendShowsTheirColours) {
    const std::vector<core::Slice> slices{{.start_s = 20, .end_s = 60, .kind = core::SliceKind::collective}};
    const auto& fill = Theme::dark().kind(core::SliceKind::collective).fill;
    EXPECT_EQ(pixels(painted(slices, core::kNoOperator, 100), 22, fill), 39);  // all but the gap
    const auto roomy = painted(slices, core::kNoOperator, 200);
    EXPECT_EQ(pixels(roomy, 22, fill), 40);     // twice the usual height, not more
    EXPECT_GT(pixels(roomy, 6, fill), 5);       // the swatch of the legend, before the slice
    EXPECT_EQ(pixels(painted(slices, core::kNoOperator), 6, fill), 0);  // no room for one
}
