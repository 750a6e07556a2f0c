// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/format.hpp"

#include <gtest/gtest.h>

#include <QLocale>

#include <cmath>
#include <limits>

using namespace waferscope;
using namespace waferscope::views;

namespace {

/// No-break spaces as plain ones, so that the table below is readable.
std::string plain(QString text) {
    return text.replace(QChar(0x00A0), u' ').toStdString();
}

struct Row {
    double value;
    const char* unit;
    const char* text;
};

class Quantities : public testing::TestWithParam<Row> {};

TEST_P(Quantities, AreWrittenAsInTheTable) {
    EXPECT_EQ(plain(format::quantity(GetParam().value, GetParam().unit)), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Quantities,
    testing::Values(Row{0.00135, "s", "1.35 ms"}, Row{0.0006984, "s", "698 µs"}, Row{0, "s", "0 s"},
                    Row{0.0009996, "s", "1 ms"}, Row{12345, "s", "12,345 s"}, Row{2.5e-9, "s", "2.5 ns"},
                    Row{-0.00023, "s", "−230 µs"}, Row{742.4, "tok/s", "742 tok/s"},
                    Row{56448, "tok/s", "56,448 tok/s"}, Row{1234.4, "tok/s", "1234 tok/s"},
                    Row{12.3e6, "tok/s", "12.3 Mtok/s"}, Row{3.35e12, "B/s", "3.35 TB/s"},
                    Row{42598, "B", "42.6 kB"}, Row{92000, "W", "92 kW"}, Row{16.4, "$", "$16.4"},
                    Row{352, "$/h", "$352/h"}, Row{-1.5, "$", "−$1.5"}, Row{2.5e9, "$", "$2.5 bn"},
                    Row{0.30000000000000004, "", "0.3"}, Row{1e6, "", "1,000,000"},
                    Row{875e6, "Hz", "875 MHz"}, Row{0.5, "B", "0.5 B"}));

TEST(Format, BriefRatesTakeAPrefix) {
    EXPECT_EQ(format::quantity(255230, "tok/s", {.brief = true}).toStdString(), "255\u00a0ktok/s");
    EXPECT_EQ(format::quantity(742.4, "tok/s", {.brief = true}).toStdString(), "742\u00a0tok/s");
}

TEST(Format, MissingIsADash) {
    const std::string dash = "–";
    EXPECT_EQ(format::quantity(std::nullopt, "s").toStdString(), dash);
    EXPECT_EQ(format::percent(std::numeric_limits<double>::quiet_NaN()).toStdString(), dash);
    EXPECT_EQ(format::number(std::numeric_limits<double>::infinity()).toStdString(), dash);
    EXPECT_EQ(format::estimated(format::missing()).toStdString(), dash);
    EXPECT_EQ(format::range(0, NAN, "s").toStdString(), dash);
}

TEST(Format, SharesAndPoints) {
    EXPECT_EQ(plain(format::percent(0.832)), "83.2 %");
    EXPECT_EQ(plain(format::percent(1)), "100 %");
    EXPECT_EQ(plain(format::percent(0.9996)), "100 %");
    EXPECT_EQ(plain(format::points(0.031)), "+3.1 pt");
    EXPECT_EQ(plain(format::points(-0.5)), "−50 pt");
    EXPECT_EQ(plain(format::points(0)), "0 pt");
}

TEST(Format, BinaryBytesOfCores) {
    EXPECT_EQ(plain(format::bytes_binary(49152)), "48 KiB");
    EXPECT_EQ(plain(format::bytes_binary(42598)), "41.6 KiB");
    EXPECT_EQ(plain(format::bytes_binary(512)), "512 B");
    EXPECT_EQ(plain(format::metric(*core::find_metric("sram"), 42598.0)), "41.6 KiB");
}

TEST(Format, MetricsFollowTheirTable) {
    EXPECT_EQ(plain(format::metric(*core::find_metric("utilisation"), 0.832)), "83.2 %");
    EXPECT_EQ(plain(format::metric(*core::find_metric("step_time_s"), 0.0096)), "9.6 ms");
    EXPECT_EQ(plain(format::metric(*core::find_metric("usd_per_mtok"), 6.27)), "$6.27");
    EXPECT_EQ(plain(format::metric_difference(*core::find_metric("utilisation"), 0.1)), "+10 pt");
    EXPECT_EQ(plain(format::metric_difference(*core::find_metric("step_time_s"), -0.00023)), "−230 µs");
}

TEST(Format, CountsGroupFromTenThousand) {
    EXPECT_EQ(format::count(9999).toStdString(), "9999");
    EXPECT_EQ(format::count(893064).toStdString(), "893,064");
    EXPECT_EQ(format::count(-12000).toStdString(), "−12,000");
    EXPECT_EQ(plain(format::dimensions(762, 1172)), "762 × 1172");
}

TEST(Format, KeepsZerosOnRequest) {
    EXPECT_EQ(plain(format::quantity(0.0096, "s", {.keep_zeros = true})), "9.60 ms");
    EXPECT_EQ(plain(format::quantity(0.001, "s", {.digits = 4, .keep_zeros = true})), "1.000 ms");
}

TEST(Format, RangeSharesOnePrefix) {
    EXPECT_EQ(plain(format::range(0.00031, 0.0018, "s")), "0.31 to 1.8 ms");
}

TEST(Format, ExactLosesNothing) {
    EXPECT_EQ(plain(format::exact(0.1 + 0.2, "s")), "0.30000000000000004 s");
    EXPECT_EQ(plain(format::exact(-2, "B")), "−2 B");
}

TEST(Format, NamesOfCores) {
    EXPECT_EQ(plain(format::core_name(412, 377)), "(412, 377)");
    EXPECT_EQ(plain(format::core_name(412, 377, 2)), "w2 (412, 377)");
    EXPECT_EQ(plain(format::ratio(1.08)), "1.08×");
}

TEST(Format, FollowsTheLocale) {
    QLocale::setDefault(QLocale(QLocale::German));
    EXPECT_EQ(plain(format::quantity(0.00135, "s")), "1,35 ms");
    EXPECT_EQ(format::count(893064).toStdString(), "893.064");
    QLocale::setDefault(QLocale::c());
}

}  // namespace
