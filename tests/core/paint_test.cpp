// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/paint.hpp"

#include "tests/core/shared_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace waferscope::core;
using testing::HasSubstr;

TEST(Paint, ReadsTheSample) {
    REQUIRE_SHARED_DATA();
    const auto layout = read_paint_file(shared_data("kgraph/D_sample.paint").string());
    ASSERT_TRUE(layout) << to_text(layout.error());
    ASSERT_EQ(layout->kernels.size(), 52U);
    const auto& first = layout->kernels.front();
    EXPECT_EQ(first.name, "k01");
    EXPECT_EQ(first.kind, ContestKind::conv);
    EXPECT_THAT(first.given, testing::ElementsAre(14, 14, 1024, 512, 1, 1, 1, 1));
    EXPECT_EQ(first.slot, (Slot{.x = 30, .y = 438, .rotated = false, .arguments = {1, 2, 34, 34}}));
    EXPECT_EQ(first.line, 2);
    EXPECT_TRUE(first.placed);
}

TEST(Paint, WrittenLayoutsReadBackEqual) {
    ContestLayout layout;
    layout.kernels = {
        {"k1", ContestKind::dblock, {56, 56, 256}, {0, 148, false, {4, 4, 8, 8, 8, 8, 64, 16}}, true, 1},
        {"k2",
         ContestKind::cblock,
         {56, 56, 512},
         {150, -3, true, {4, 4, 8, 8, 8, 8, 32, 32, 8, 19}},
         true,
         2},
        {"k3", ContestKind::conv, {14, 14, 1024, 512, 1, 1, 1, 1}, {0, 0, false, {1, 2, 34, 34}}, false, 3},
    };
    const auto again = read_paint(write_paint(layout), "again");
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(again->kernels, layout.kernels);
}

TEST(Paint, AcceptsExtrasAndKeepsRepeatedKernels) {
    const auto layout = read_paint(
        "\xEF\xBB\xBFinclude \"common.paint\"\r\n\nk1 = dblock( 7 7 4 1 1 1 1 1 1 1 1 )\r\nk1 : name('k1)\n"
        "k1 : place(1 2 R90)\nk1 = dblock( 7 7 4 1 1 1 1 1 1 1 1 )\nkmap = union( k1\n k1 )",
        "x");
    ASSERT_TRUE(layout) << to_text(layout.error());
    ASSERT_EQ(layout->kernels.size(), 2U);
    EXPECT_TRUE(layout->kernels[0].slot.rotated);
    EXPECT_FALSE(layout->kernels[1].placed);
}

TEST(Paint, RefusalsNameLineAndReason) {
    const struct {
        const char* text;
        const char* where;
        const char* message;
    } cases[] = {
        {"", "x:0", "holds no kernel"},
        {"k1 = conv( 1 2 3 )\n", "x:1", "has 12 arguments, not 3"},
        {"k1 = conv( 1 2 3 4 5 6 7 8 9 10 11 12 13 )\n", "x:1", "not 13"},
        {"k1 = conv( 1 2 3", "x:1", "line is cut"},
        {"k1 = conv( 1 2 x )\n", "x:1", "Expected an integer"},
        {"k1 = conv( 1 2 99999999999 )\n", "x:1", "32 bits"},
        {"k1 = pool( 1 )\n", "x:1", "no kernel type"},
        {"\nk1 : place(0 0 R0)\n", "x:2", "before it is defined"},
        {"k1 = dblock( 7 7 4 1 1 1 1 1 1 1 1 )\nk1 : place(0 0 R1)\n", "x:2", "no R0 or R90"},
        {"k1 = dblock( 7 7 4 1 1 1 1 1 1 1 1 )\nk1 : place(0 0 R0)\nk1 : place(0 0 R0)\n", "x:3",
         "placed twice"},
        {"k1 = dblock( 7 7 4 1 1 1 1 1 1 1 1 )\nk1 : move(0 0 R0)\n", "x:2", "Expected place("},
        {"k1 = dblock( 7 7 4 1 1 1 1 1 1 1 1 )\nkmap = union( k1\n", "x:2", "not closed"},
        {"!\n", "x:1", "no line of a layout"},
    };
    for (const auto& c : cases) {
        const auto layout = read_paint(c.text, "x");
        ASSERT_FALSE(layout) << c.text;
        EXPECT_EQ(layout.error().where, c.where) << c.text;
        EXPECT_THAT(layout.error().message, HasSubstr(c.message)) << c.text;
    }
}
