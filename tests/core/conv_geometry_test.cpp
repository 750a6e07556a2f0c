// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/conv_geometry.hpp"

#include <gtest/gtest.h>
#include <vector>

using namespace waferscope::core;

namespace {
using Ints = std::vector<std::int64_t>;

std::int64_t length(std::int64_t in, std::int64_t kernel, const Ints& strides, const Ints& pads,
                    bool round_up = false, std::string_view auto_pad = "", const Ints& dilations = {}) {
    Window window;
    window.spatial = 1;
    window.kernel = Dims{kernel};
    window.strides = strides;
    window.pads = pads;
    window.dilations = dilations;
    window.auto_pad = auto_pad;
    return window.out_length(0, in, round_up);
}
}  // namespace

TEST(ConvGeometry, FollowsTheFormula) {
    EXPECT_EQ(length(224, 7, {2}, {3, 3}), 112);  // (224 + 6 - 7) / 2 + 1
    EXPECT_EQ(length(7, 3, {1}, {}), 5);
    EXPECT_EQ(length(7, 3, {1}, {}, false, "", {2}), 3);  // reach 5
}

TEST(ConvGeometry, RoundsUpWhenAsked) {
    EXPECT_EQ(length(8, 3, {2}, {}), 3);
    EXPECT_EQ(length(8, 3, {2}, {}, true), 4);
}

TEST(ConvGeometry, KnowsAutomaticPadding) {
    EXPECT_EQ(length(7, 3, {2}, {}, false, "SAME_UPPER"), 4);
    EXPECT_EQ(length(7, 3, {2}, {9, 9}, false, "VALID"), 3);
}

TEST(ConvGeometry, GivesUnknownForNonsense) {
    EXPECT_EQ(length(-1, 3, {1}, {}), -1);
    EXPECT_EQ(length(7, 3, {0}, {}), -1);
    EXPECT_EQ(length(2, 3, {1}, {}), -1);
    EXPECT_EQ(length(7, 1LL << 50, {1}, {}, false, "", {1LL << 50}), -1);
}
