// SPDX-License-Identifier: GPL-3.0-or-later
// A recorded run and its prediction, side by side in the window.
#include "app/window/main_window.hpp"
#include "views/compare/prediction_view.hpp"
#include "views/compare/rank_table.hpp"
#include "views/form/value_form.hpp"
#include "views/theme/apply_theme.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableWidget>
#include <QTest>
#include <cstdlib>
#include <filesystem>
#include <fstream>

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
    void settle() {
        ASSERT_TRUE(QTest::qWaitFor([this] { return !window.busy(); }, 60'000));
    }
    void open(const char* file) {
        window.open_file(QStringLiteral(WAFERSCOPE_SHARED_DATA "/traces/%1").arg(QLatin1String(file)));
        settle();
        QApplication::processEvents();  // the docks take their places
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
    auto* ranks = window.form()->editor("ranks");
    ranks->selectAll();
    QTest::keyClicks(ranks, "0");
    QTest::keyClick(ranks, Qt::Key_Return);
    settle();
    EXPECT_FALSE(window.form()->error("ranks").isEmpty());
    EXPECT_EQ(window.model().run(1)->scenario.chips, 128);  // the last good one stays
    ranks->selectAll();
    QTest::keyClick(ranks, Qt::Key_Delete);
    QTest::keyClick(ranks, Qt::Key_Return);
    settle();
    EXPECT_EQ(ranks->text(), "128");
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

TEST_F(PredictWindow, AFolderOfRanksTellsWhoWasLate) {
    const auto folder = std::filesystem::path(testing::TempDir()) / "waferscope_ranks";
    std::filesystem::create_directories(folder);
    // Rank 1 arrives 4 ms after rank 0 at each of five sums that take 1 ms; its clock is 250 ms ahead.
    for (int rank = 0; rank < 2; ++rank) {
        std::ofstream out(folder / ("rank" + std::to_string(rank) + ".json"));
        out << R"({"distributedInfo":{"rank":)" << rank
            << R"(,"world_size":2},"deviceProperties":[{"name":"NVIDIA A100-SXM4-80GB","totalGlobalMem":84900000000}],"traceEvents":[)";
        for (int i = 0; i < 5; ++i) {
            const int end = 10'000 * (i + 1), length = rank == 0 ? 5000 : 1000;
            if (i > 0) out << ',';
            out << R"({"ph":"X","cat":"kernel","name":"ampere_sgemm_64x64","pid":0,"tid":7,"ts":)"
                << end - 9000 + 250'000 * rank << R"(,"dur":)" << 9000 - length << "},";
            out << R"({"ph":"X","cat":"kernel","name":"ncclDevKernel_AllReduce_Sum_f32_RING_LL","pid":0,"tid":20,"ts":)"
                << end - length + 250'000 * rank << R"(,"dur":)" << length << "}";
        }
        out << "]}";
    }
    window.open_file(QString::fromStdString(folder.string()));
    settle();
    QApplication::processEvents();
    auto& ranks = window.ranks()->ranks();
    ASSERT_EQ(ranks.rowCount(), 2) << window.ranks()->headline().toStdString();
    EXPECT_EQ(ranks.item(1, 2)->text(), "5 times");
    EXPECT_TRUE(ranks.item(1, 3)->text().startsWith("4.00")) << ranks.item(1, 3)->text().toStdString();
    EXPECT_TRUE(ranks.item(1, 5)->text().startsWith("20.0")) << ranks.item(1, 5)->text().toStdString();
    auto& sums = window.ranks()->collectives();
    ASSERT_EQ(sums.rowCount(), 1);
    EXPECT_TRUE(sums.item(0, 2)->text().startsWith("1.00")) << sums.item(0, 2)->text().toStdString();
    for (auto* tabs : window.findChildren<QTabWidget*>()) tabs->setCurrentWidget(window.ranks());
    picture("ranks");
    std::filesystem::remove_all(folder);
}
