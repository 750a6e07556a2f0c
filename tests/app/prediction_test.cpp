// SPDX-License-Identifier: GPL-3.0-or-later
// A recorded run and its prediction, side by side in the window.
#include "app/window/main_window.hpp"
#include "views/compare/prediction_view.hpp"
#include "views/form/value_form.hpp"
#include "views/theme/apply_theme.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QStandardPaths>
#include <QTableWidget>
#include <QTest>
#include <cstdlib>
#include <filesystem>

using namespace waferscope;

namespace {

class PredictWindow : public testing::Test {
protected:
    static void SetUpTestSuite() {
        QStandardPaths::setTestModeEnabled(true);
        views::apply_theme(*qApp, views::Theme::dark());
    }
    PredictWindow() : window(*app::load_machines()) {
        window.resize(1600, 1000);
        window.show();
    }
    void SetUp() override {
        if (!std::filesystem::exists(WAFERSCOPE_SHARED_DATA)) GTEST_SKIP() << "no shared data";
    }
    void settle() { ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 60'000)); }
    void open(const char* file) {
        window.open_file(QStringLiteral(WAFERSCOPE_SHARED_DATA "/traces/%1").arg(QLatin1String(file)));
        settle();
    }
    void predict() {
        window.predict_this_run();
        settle();
        window.model().flush();
    }
    void picture(const char* name) {
        const char* folder = std::getenv("WAFERSCOPE_PICTURES");
        if (folder == nullptr) return;
        for (const bool light : {false, true}) {
            views::apply_theme(*qApp, light ? views::Theme::light() : views::Theme::dark());
            QApplication::processEvents();
            window.grab().save(QString::fromUtf8(folder) + '/' + name + (light ? "_light.png" : "_dark.png"));
        }
        views::apply_theme(*qApp, views::Theme::dark());
    }
    app::MainWindow window;
};

}  // namespace

TEST_F(PredictWindow, MeasuredStandsInAAndPredictedInB) {
    open("kineto/control.json.gz");
    predict();
    ASSERT_NE(window.model().run(1), nullptr) << window.notice().toStdString();
    EXPECT_EQ(window.model().run(0)->evidence.kind, "measured");
    EXPECT_NE(window.model().run(1)->evidence.kind, "measured");
    EXPECT_EQ(window.model().run(1)->machine->id, "a100_sxm_80g");
    auto& table = window.prediction()->table();
    ASSERT_GT(table.rowCount(), 5);
    EXPECT_EQ(table.item(0, 0)->text(), "all-to-all");
    EXPECT_EQ(window.form()->editor("model")->text(), "recorded operators");
    picture("prediction");
}

TEST_F(PredictWindow, AnUnknownFieldIsAskedAndThenPredicted) {
    open("kineto/sampled_rank-0.json.gz");
    predict();
    EXPECT_EQ(window.model().run(1), nullptr);
    EXPECT_TRUE(window.prediction()->headline().contains("machine"));
    picture("prediction_asks");
    auto* machine = window.form()->chooser("machine");
    ASSERT_NE(machine, nullptr);
    machine->setCurrentIndex(machine->findData("a100_sxm_80g"));
    Q_EMIT machine->activated(machine->currentIndex());
    settle();
    ASSERT_NE(window.model().run(1), nullptr);
    EXPECT_EQ(window.model().run(1)->scenario.chips, 128);
}

TEST_F(PredictWindow, ATraceWithoutSizesSaysSo) {
    open("kineto/rank-0.Apr_03_18_51_38.1102.pt.trace.json.gz");
    predict();
    EXPECT_EQ(window.model().run(1), nullptr);
    EXPECT_TRUE(window.prediction()->headline().contains("record_shapes"));
    auto* model = window.form()->editor("model");
    ASSERT_NE(model, nullptr);
    QTest::keyClicks(model, "/nowhere.onnx");
    QTest::keyClick(model, Qt::Key_Return);
    settle();
    EXPECT_EQ(window.model().run(1), nullptr);
    EXPECT_FALSE(window.form()->editor("batch") == nullptr);
}

TEST_F(PredictWindow, ExecutionTracesSayWhatTheyLack) {
    open("pytorch_et/resnet_1gpu_et.json.gz");
    window.predict_this_run();
    EXPECT_TRUE(window.notice().contains("no measured time")) << window.notice().toStdString();
    open("chakra/resnet_rank0.et");
    window.predict_this_run();
    EXPECT_TRUE(window.notice().contains("not the sizes")) << window.notice().toStdString();
}
