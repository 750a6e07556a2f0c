// SPDX-License-Identifier: GPL-3.0-or-later
// Opening recorded traces in the window: announced, read in part, and what is missing said.
#include "app/window/announcement.hpp"
#include "app/window/badge_button.hpp"
#include "app/window/main_window.hpp"
#include "app/window/trace_loader.hpp"
#include "views/theme/apply_theme.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cstdlib>
#include <fstream>

using namespace waferscope;

namespace {

constexpr int kEvents = 60'000;

/// Calls of the host each 20 us, every fourth with a kernel: 1.2 s.
void write_trace(const std::string& path) {
    std::ofstream out(path);
    out << "{\"traceEvents\":[\n";
    for (int i = 0; i < kEvents; ++i) {
        const bool kernel = i % 4 == 0;
        out << (i == 0 ? "" : ",\n") << R"({"ph":"X","cat":")" << (kernel ? "kernel" : "cpu_op")
            << R"(","name":")" << (kernel ? "gemm" : "aten::mm") << R"(","pid":0,"tid":)" << (kernel ? 7 : 1)
            << R"(,"ts":)" << 20 * i << R"(,"dur":15})";
    }
    out << "]}";
}

core::SizeEstimate gigabyte() {
    return {.format = "kineto",
            .file_bytes = 1'000'000'000,
            .events = 4.02e6,
            .seconds = 4.1,
            .memory_bytes = 130e6,
            .device_memory_bytes = 21e6,
            .span = core::TimeSpan{5'000'000'000, 45'000'000'000}};
}

class TraceWindow : public testing::Test {
protected:
    static void SetUpTestSuite() {
        QStandardPaths::setTestModeEnabled(true);
        views::apply_theme(*qApp, views::Theme::dark());
    }
    TraceWindow()
        : window(*app::load_machines()),
          path((folder.path() + QStringLiteral("/rank-0.json")).toStdString()) {
        write_trace(path);
        window.resize(1600, 1000);
        window.show();
    }
    void open(std::size_t limit) {
        window.traces().set_memory_limit(limit);
        window.open_file(QString::fromStdString(path));
        wait();
    }
    void wait() {
        ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 30'000));
        ASSERT_NE(window.model().run(0), nullptr);
        window.model().flush();
    }
    [[nodiscard]] std::size_t slices() { return window.model().run(0)->timeline.slices(); }
    void picture(const char* name) {
        const char* to = std::getenv("WAFERSCOPE_PICTURES");
        if (to == nullptr) return;
        for (const bool light : {false, true}) {
            views::apply_theme(*qApp, light ? views::Theme::light() : views::Theme::dark());
            QApplication::processEvents();
            window.grab().save(QStringLiteral("%1/%2_%3.png")
                                   .arg(QString::fromUtf8(to), QString::fromUtf8(name),
                                        light ? QStringLiteral("light") : QStringLiteral("dark")));
        }
        views::apply_theme(*qApp, views::Theme::dark());
    }
    QTemporaryDir folder;
    app::MainWindow window;
    std::string path;
};

}  // namespace

TEST(Announcement, SaysWhatAFileWillTake) {
    const auto nbsp = QChar(0x00A0);
    auto text = app::announcement_text(gigabyte());
    EXPECT_EQ(text.replace(nbsp, QLatin1Char(' ')).toStdString(),
              "Kineto trace, 1 GB, about 4 million events: ~4 s, ~130 MB of memory");
    auto graph = gigabyte();
    graph.format = "onnx", graph.device_memory_bytes = 0, graph.events = 12'345;
    EXPECT_TRUE(app::announcement_text(graph).contains(QStringLiteral("12,000 nodes")));
}

TEST(Announcement, OffersAPartAroundATime) {
    app::Announcement strip;
    strip.announce(gigabyte(), 1'000'000'000);
    QSignalSpy window(&strip, &app::Announcement::windowRequested);
    auto* centre = strip.findChild<QDoubleSpinBox*>();
    EXPECT_DOUBLE_EQ(centre->maximum(), 40);
    EXPECT_DOUBLE_EQ(centre->value(), 20);
    centre->setValue(10);
    for (auto* button : strip.findChildren<QPushButton*>())
        if (button->text().contains(QStringLiteral("around"))) button->click();
    ASSERT_EQ(window.count(), 1);
    EXPECT_DOUBLE_EQ(window.front().at(0).toDouble(), 9);
    EXPECT_DOUBLE_EQ(window.front().at(1).toDouble(), 11);
}

TEST(Announcement, MoreThanIsAllowedIsSaid) {
    app::Announcement strip;
    strip.announce(gigabyte(), 1'000'000'000);
    EXPECT_FALSE(strip.text().contains(QStringLiteral("allowed")));
    strip.announce(gigabyte(), 50'000'000);
    EXPECT_TRUE(strip.text().contains(QStringLiteral("allowed")));
}

TEST_F(TraceWindow, AWholeTraceLeavesNoTrace) {
    open(1'000'000'000);
    EXPECT_EQ(slices(), static_cast<std::size_t>(kEvents));
    EXPECT_FALSE(window.traces().chip()->isVisible());
    EXPECT_FALSE(window.traces().strip()->isVisible());
}

TEST_F(TraceWindow, BeyondTheLimitTheChipSaysWhatIsOutsideAndLoadsIt) {
    open(1'000'000);
    EXPECT_LT(slices(), static_cast<std::size_t>(kEvents) / 2);
    EXPECT_GT(slices(), 5'000U);
    auto* chip = window.traces().chip();
    ASSERT_TRUE(chip->isVisible());
    EXPECT_TRUE(chip->text().contains(QStringLiteral("outside the loaded window")))
        << chip->text().toStdString();
    EXPECT_FALSE(window.traces().strip()->isVisible());
    picture("trace_part");
    chip->click();
    wait();
    EXPECT_EQ(slices(), static_cast<std::size_t>(kEvents));
    EXPECT_FALSE(chip->isVisible());
}

TEST_F(TraceWindow, TheStripRestartsWithLess) {
    window.traces().set_memory_limit(1'000'000);
    window.open_file(QString::fromStdString(path));
    auto* strip = window.traces().strip();
    ASSERT_TRUE(QTest::qWaitFor([&] { return strip->isVisible() || !window.busy(); }, 30'000));
    if (!strip->isVisible()) GTEST_SKIP() << "read before it was announced";
    EXPECT_TRUE(strip->text().contains(QStringLiteral("Kineto trace")));
    Q_EMIT strip->onlyDevicesRequested();
    wait();
    EXPECT_EQ(slices(), static_cast<std::size_t>(kEvents) / 4);
    EXPECT_EQ(window.model().run(0)->outside.host_events, kEvents * 3 / 4);
    EXPECT_TRUE(window.traces().chip()->text().contains(QStringLiteral("host events")));
    Q_EMIT strip->windowRequested(0.2, 0.4);
    wait();
    EXPECT_NEAR(static_cast<double>(slices()), kEvents / 6.0, 200);
}

TEST_F(TraceWindow, ThePictureOfAnAnnouncement) {
    open(1'000'000'000);
    window.traces().strip()->announce(gigabyte(), 60'000'000);
    window.traces().strip()->set_progress(0.4);
    QApplication::processEvents();
    EXPECT_GE(window.traces().strip()->height(), 24);
    picture("trace_announced");
    window.resize(911, 512);
    QApplication::processEvents();
    picture("trace_announced_small");
}

TEST_F(TraceWindow, CancelLeavesWhatWasThere) {
    open(1'000'000'000);
    const auto before = window.model().pane(0).run;
    window.open_file(QString::fromStdString(path));
    Q_EMIT window.traces().strip()->cancelRequested();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 30'000));
    EXPECT_EQ(window.model().pane(0).run, before);
    EXPECT_TRUE(window.notice().contains(QStringLiteral("cancelled"))) << window.notice().toStdString();
    EXPECT_FALSE(window.traces().strip()->isVisible());
}
