// SPDX-License-Identifier: GPL-3.0-or-later
// The window driven as a user would: open, look, save, reopen, bad files.
#include "app/window/main_window.hpp"
#include "views/theme/apply_theme.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QTabWidget>
#include <QTest>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace waferscope;

namespace {

class Window : public testing::Test {
protected:
    static void SetUpTestSuite() { views::apply_theme(*qApp, views::Theme::dark()); }
    Window() : window(*app::load_machines()) {
        window.resize(1600, 1000);
        window.show();
        QApplication::setActiveWindow(&window);  // a virtual display has no window manager to do it
    }
    void open_demo() {
        window.open_demo();
        ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 30'000));
        ASSERT_NE(window.model().run(2), nullptr);
        window.model().flush();
    }
    /// Pictures for people when WAFERSCOPE_PICTURES names a folder.
    void picture(const char* name) {
        if (const char* folder = std::getenv("WAFERSCOPE_PICTURES")) window.grab().save(QString::fromUtf8(folder) + '/' + name + ".png");
    }
    app::MainWindow window;
};

std::string temp_file(const char* name) { return (std::filesystem::path(testing::TempDir()) / name).string(); }

}  // namespace

TEST_F(Window, DemoFillsThreePanesOfTheThreeLayers) {
    open_demo();
    for (int i = 0; i < views::kPanes; ++i) ASSERT_NE(window.model().run(i), nullptr);
    EXPECT_NE(window.model().run(1)->wafer, std::nullopt);
    auto* tabs = window.findChild<QTabWidget*>();
    ASSERT_NE(tabs, nullptr);
    for (int i = 0; i < tabs->count(); ++i) {
        tabs->setCurrentIndex(i);
        picture(("window_tab" + std::to_string(i)).c_str());
    }
}

TEST_F(Window, StepKeyMovesTimeAndChangesThePicture) {
    open_demo();
    window.model().set_position(window.model().run(1)->summary.step_time_s * 0.5);
    window.model().flush();
    const auto before = window.grab().toImage();
    const double time = window.model().position();
    QTest::keyClick(&window, Qt::Key_Period);
    window.model().flush();
    EXPECT_GT(window.model().position(), time);
    EXPECT_NE(window.grab().toImage(), before);
}

TEST_F(Window, SavedSessionReopensWithTheSameNumbers) {
    open_demo();
    const auto path = QString::fromStdString(temp_file("window.wsp"));
    ASSERT_TRUE(window.save_to(path));
    app::MainWindow other(*app::load_machines());
    other.open_file(path);
    ASSERT_NE(other.model().run(2), nullptr);
    for (int i = 0; i < views::kPanes; ++i) EXPECT_EQ(other.model().run(i)->summary.step_time_s, window.model().run(i)->summary.step_time_s);
}

TEST_F(Window, BadScenarioIsANoticeThatNamesTheKey) {
    const auto path = temp_file("bad.json");
    std::ofstream(path) << R"({"format":"waferscope.scenario","version":1,"workload":{"gemm":{"m":1,"n":1,"k":1}},"phase":"inference","machine":"h100_sxm","chipz":2})";
    window.open_file(QString::fromStdString(path));
    EXPECT_TRUE(window.notice().contains(QStringLiteral("chipz"))) << window.notice().toStdString();
    EXPECT_TRUE(window.notice().contains(QStringLiteral("chips")));
    EXPECT_EQ(window.model().run(0), nullptr);
}

TEST_F(Window, MissingFileIsANotice) {
    window.open_file(QStringLiteral("/nowhere/model.onnx"));
    EXPECT_TRUE(window.notice().contains(QStringLiteral("/nowhere/model.onnx")));
}
