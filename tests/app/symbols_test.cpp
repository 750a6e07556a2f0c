// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes of the symbols of a workload file, typed in the window.
#include "app/window/main_window.hpp"
#include "core/io/bound_workload.hpp"
#include "views/form/value_form.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <gtest/gtest.h>

#include <QAction>
#include <QApplication>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QStandardPaths>
#include <QTest>
#include <cstdlib>
#include <filesystem>

using namespace waferscope;

namespace {

const std::string kBert =
    WAFERSCOPE_SHARED_DATA "/onnx/transformer/TFBertForQuestionAnswering_tiny24L_keras2onnx.onnx";

class SymbolForm : public testing::Test {
protected:
    static void SetUpTestSuite() {
        QStandardPaths::setTestModeEnabled(true);
        views::apply_theme(*qApp, views::Theme::dark());
    }
    SymbolForm() : window(*app::load_machines()) {
        window.resize(1600, 1000);
        window.show();
    }
    void SetUp() override {
        if (!std::filesystem::exists(kBert)) GTEST_SKIP() << "no shared data";
        window.open_file(QString::fromStdString(kBert));
        settle();
    }
    void settle() {
        ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 60'000));
    }
    /// Types as a person does; the form waits for the last key.
    void type(const char* key, const char* text) {
        auto* editor = window.form()->editor(QString::fromUtf8(key));
        ASSERT_NE(editor, nullptr);
        editor->selectAll();
        QTest::keyClicks(editor, QString::fromUtf8(text));
        QTest::keyClick(editor, Qt::Key_Return);
        settle();
    }
    void trigger(const char* text) {
        for (auto* action : window.findChildren<QAction*>())
            if (action->text() == QString::fromUtf8(text)) action->trigger();
        settle();
    }
    [[nodiscard]] double macs() { return core::total_macs(*window.model().run(0)->workload); }
    [[nodiscard]] std::map<std::string, std::int64_t> bind() {
        return std::get<core::FileWorkload>(window.model().run(0)->scenario.workload).bind;
    }
    void picture(const char* name) {
        if (const char* folder = std::getenv("WAFERSCOPE_PICTURES"))
            window.grab().save(QString::fromUtf8(folder) + '/' + name + ".png");
    }
    app::MainWindow window;
};

}  // namespace

TEST_F(SymbolForm, OpensWithAssumedSizesAndTotals) {
    ASSERT_TRUE(window.form()->isVisible());
    EXPECT_EQ(window.form()->editor("batch_size")->text(), "1");
    EXPECT_EQ(window.form()->total(0), views::format::quantity(macs(), "MAC", {.digits = 4}));
    EXPECT_EQ(window.form()->total(3), "0");
    EXPECT_TRUE(bind().empty());
}

TEST_F(SymbolForm, ATypedSizeGivesWhatBindGives) {
    const double one = macs();
    type("batch_size", "3");
    const auto by_command = core::read_bound_workload(kBert, {{"batch_size", 3}}, 0);
    EXPECT_EQ(macs(), core::total_macs(by_command->workload));
    EXPECT_EQ(macs(), 3 * one);
    EXPECT_EQ(window.model().run(0)->scenario.global_batch, 3);
    EXPECT_EQ(window.form()->total(0), views::format::quantity(3 * one, "MAC", {.digits = 4}));
    picture("symbols_typed");
}

TEST_F(SymbolForm, BadSizesSayWhyAndKeepTheLastGoodResult) {
    type("batch_size", "3");
    const auto* run = window.model().run(0);
    for (const char* bad : {"0", "-2", "99999999999999999999", "two"}) {
        type("batch_size", bad);
        EXPECT_FALSE(window.form()->error("batch_size").isEmpty()) << bad;
        EXPECT_EQ(window.model().run(0), run) << bad;
        EXPECT_EQ(window.form()->editor("batch_size")->text(), bad);
    }
    picture("symbols_refused");
    type("batch_size", "2");
    EXPECT_TRUE(window.form()->error("batch_size").isEmpty());
    EXPECT_EQ(bind().at("batch_size"), 2);
}

TEST_F(SymbolForm, UndoGivesBackTheSizeBefore) {
    const double one = macs();
    type("batch_size", "4");
    trigger("Undo");
    EXPECT_EQ(macs(), one);
    EXPECT_TRUE(bind().empty());
    EXPECT_EQ(window.form()->editor("batch_size")->text(), "1");
    EXPECT_EQ(window.model().run(0)->scenario.global_batch, 1);
    trigger("Redo");
    EXPECT_EQ(macs(), 4 * one);
    EXPECT_EQ(window.form()->editor("batch_size")->text(), "4");
}

TEST_F(SymbolForm, AnEmptiedLineIsAssumedAgain) {
    type("batch_size", "4");
    auto* editor = window.form()->editor("batch_size");
    editor->setFocus();
    editor->selectAll();
    QTest::keyClick(editor, Qt::Key_Delete);
    QTest::keyClick(editor, Qt::Key_Return);
    settle();
    EXPECT_TRUE(bind().empty());
    EXPECT_EQ(editor->text(), "1");
}

TEST_F(SymbolForm, ASessionKeepsTheSizes) {
    type("batch_size", "5");
    const double five = macs();
    const auto path =
        QString::fromStdString((std::filesystem::path(testing::TempDir()) / "sizes.wsp").string());
    ASSERT_TRUE(window.save_to(path));
    app::MainWindow again(*app::load_machines());
    again.show();
    again.open_file(path);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !again.busy(); }, 60'000));
    ASSERT_NE(again.form()->editor("batch_size"), nullptr);
    EXPECT_EQ(again.form()->editor("batch_size")->text(), "5");
    EXPECT_EQ(again.form()->total(0), views::format::quantity(five, "MAC", {.digits = 4}));
    again.open_demo();
    EXPECT_FALSE(again.form()->isVisible());
}
