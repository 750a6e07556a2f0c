// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_wire.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

using namespace waferscope::core;
using namespace std::string_literals;

TEST(WireCursor, ReadsEachKindOfField) {
    const auto message =
        "\x08\x96\x01\x12\x03"
        "abc"
        "\x1D\x00\x00\x80\x3F"s;
    WireCursor in(message);
    ASSERT_TRUE(in.next());
    EXPECT_TRUE(in.is(1, WireCursor::Type::varint));
    EXPECT_EQ(in.integer(), 150);
    ASSERT_TRUE(in.next());
    EXPECT_EQ(in.bytes(), "abc");
    ASSERT_TRUE(in.next());
    EXPECT_EQ(in.float32(), 1.0F);
    EXPECT_FALSE(in.next());
    EXPECT_FALSE(in.failed());
}

TEST(WireCursor, TellsAFieldThatIsCutOff) {
    const auto message =
        "\x12\x7F"
        "abc"s;
    WireCursor in(message);
    EXPECT_FALSE(in.next());
    EXPECT_TRUE(in.overran());
    EXPECT_EQ(in.announced(), 127U);
    EXPECT_EQ(in.position(), message.data());
    EXPECT_FALSE(in.next());
}

TEST(WireCursor, RefusesUnknownTypesAndFieldZero) {
    for (const auto& message : {"\x0B\x00"s, "\x02\x00"s, "\x0E\x00"s}) {
        WireCursor in(message);
        EXPECT_FALSE(in.next());
        EXPECT_TRUE(in.failed());
        EXPECT_FALSE(in.overran());
    }
}

TEST(WireCursor, RefusesAVarintWithoutEnd) {
    const std::string message = "\x08" + std::string(11, '\xFF');
    WireCursor in(message);
    EXPECT_FALSE(in.next());
    EXPECT_FALSE(in.overran());
}

TEST(WireCursor, VisitsPackedAndSingleNumbers) {
    for (const auto& message : {"\x0A\x02\x05\x06"s, "\x08\x05\x08\x06"s}) {
        std::vector<std::int64_t> seen;
        WireCursor in(message);
        while (in.next()) EXPECT_TRUE(for_each_varint(in, [&](std::int64_t v) { seen.push_back(v); }));
        EXPECT_EQ(seen, (std::vector<std::int64_t>{5, 6}));
    }
    const auto cut = "\x0A\x01\x85"s;
    WireCursor in(cut);
    ASSERT_TRUE(in.next());
    EXPECT_FALSE(for_each_varint(in, [](std::int64_t) {}));
}
