// SPDX-License-Identifier: GPL-3.0-or-later
// A recorded run beside its prediction: form, job, table.
#include "app/document/memory_limit.hpp"
#include "app/document/trace_prediction.hpp"
#include "app/window/announcement.hpp"
#include "app/window/badge_button.hpp"
#include "app/window/fact_fields.hpp"
#include "app/window/main_window.hpp"
#include "app/window/symbol_fields.hpp"
#include "app/window/top_bar.hpp"
#include "app/window/trace_loader.hpp"
#include "views/compare/prediction_view.hpp"
#include "views/compare/rank_table.hpp"
#include "views/form/value_form.hpp"
#include "views/theme/format.hpp"

#include <QFileInfo>
#include <QLabel>
#include <QScrollArea>
#include <QSettings>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

namespace waferscope::app {

/// A recorded run stands in pane A, where a prediction of it can be laid beside.
void MainWindow::open_trace(const QString& path) {
    opening_ = path;
    traces_->open(path);
}

void MainWindow::build_trace_loader() {
    traces_ = new TraceLoader(model_, [this](std::unique_ptr<RunJob> job) { start(std::move(job)); }, this);
    traces_->set_memory_limit(memory_limit(QSettings().value(QStringLiteral("memory_bytes")).toULongLong()));
    addToolBarBreak();  // a row of its own
    addToolBar(traces_->strip());
    statusBar()->addPermanentWidget(traces_->chip());
    traces_->chip()->hide();
    connect(traces_, &TraceLoader::cancelRequested, cancel_, &QToolButton::click);
    connect(traces_, &TraceLoader::started, this, [this](RunJob* job) {
        jobs_->setText(tr("reading the trace..."));
        connect(job, &RunJob::runReady, this, [this, holder = traces_->recorded()](int, const std::shared_ptr<const core::Run>& run) { show_recorded(holder, *run); });
    });
}

void MainWindow::show_recorded(const std::shared_ptr<RecordedRun>& recorded, const core::Run& run) {
    recorded_ = recorded;
    ranks_->show_report(recorded->waits);
    QString text = run.assumptions.empty() ? QString() : QString::fromStdString(run.assumptions.front());
    for (const auto& warning : run.warnings) text += QLatin1Char(' ') + QString::fromStdString(warning);
    show_notice(text + tr(" Run, Predict this run lays the model beside it."));
    prediction_->show_reason(tr("Run, Predict this run compares this recording with the model."));
    QTimer::singleShot(0, this, [this] { set_workspace(Workspace::timeline); });  // a trace knows when, not where
}

void MainWindow::predict_this_run() {
    if (!recorded_) {
        // Execution traces open as models; they say what they lack.
        const auto why = read_recorded(opened_.toStdString());
        return show_notice(opened_.isEmpty() || why
                               ? tr("Needs a recorded run: open a profiler trace or a folder of rank traces.")
                               : QString::fromStdString(core::to_text(why.error())));
    }
    form_->set_title(
        tr("Prediction of %1").arg(QFileInfo(QString::fromStdString(recorded_->path)).fileName()),
        tr("What the recording tells about its scenario. Change what is wrong, give what is unknown."));
    form_->set_totals({});
    refresh_facts();
    show_form();
    set_workspace(Workspace::compare);
    tabs_->setCurrentWidget(prediction_);
    run_prediction();
}

void MainWindow::refresh_facts() {
    form_->set_fields(fact_fields(recorded_->told, recorded_->facts, machines_));
}

void MainWindow::edit_fact(const QString& key, const QString& text) {
    const auto id = key.toStdString();
    auto facts = recorded_->facts;
    if (const auto value = text.trimmed().toStdString(); !value.empty()) {
        if (const auto given = core::give_fact(facts, id, value); !given)
            return form_->set_error(key, refusal_text(given.error()));
    } else {  // emptied: what the recording tells
        *std::ranges::find(facts, id, &core::Fact::id) = core::fact(recorded_->told, id);
    }
    form_->set_error(key, {});
    recorded_ = std::make_shared<RecordedRun>(RecordedRun{.run = {},
                                                          .step = recorded_->step,
                                                          .told = recorded_->told,
                                                          .facts = std::move(facts),
                                                          .path = recorded_->path,
                                                          .waits = recorded_->waits});
    refresh_facts();
    run_prediction();
}

void MainWindow::run_prediction() {
    struct Outcome {
        core::Prediction prediction;
        core::Error error;
    };
    auto outcome = std::make_shared<Outcome>();
    const auto work = [recorded = recorded_, machines = machines_,
                       outcome](const std::stop_token& stop) -> core::Result<core::Run> {
        auto predicted = predict_run(*recorded, recorded->facts, machines, stop);
        if (!predicted) {
            outcome->error = predicted.error();
            return tl::unexpected(predicted.error());
        }
        outcome->prediction = std::move(predicted->prediction);
        return std::move(predicted->run);
    };
    start(std::make_unique<RunJob>(1, work));
    connect(job_.get(), &RunJob::runReady, this, [this, outcome] {
        form_->set_message({});
        prediction_->show_prediction(outcome->prediction);
    });
    connect(job_.get(), &RunJob::refused, this, [this, outcome] {
        model_.set_run(1, nullptr);  // what stands there belongs to other values
        const auto text = refusal_text(outcome->error);
        form_->set_message(text);
        prediction_->show_reason(tr("No prediction. %1").arg(text));
    });
    jobs_->setText(tr("predicting..."));
}

}  // namespace waferscope::app
