// SPDX-License-Identifier: GPL-3.0-or-later
// The form in the session dock: sizes of the symbols of a workload file.
#include "app/document/symbol_document.hpp"
#include "app/document/trace_prediction.hpp"
#include "app/window/main_window.hpp"
#include "app/window/symbol_fields.hpp"
#include "views/compare/prediction_view.hpp"
#include "views/compare/rank_table.hpp"
#include "views/form/value_form.hpp"

#include <QFileInfo>
#include <QScrollArea>
#include <QSplitter>
#include <QTreeWidget>
#include <filesystem>

namespace waferscope::app {

QWidget* MainWindow::build_session() {
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(tree_);
    form_area_ = new QScrollArea(splitter);
    form_area_->setFrameShape(QFrame::NoFrame);
    form_area_->setWidgetResizable(true);
    form_area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    form_ = new views::ValueForm(form_area_);
    form_->setBackgroundRole(QPalette::Base);
    form_->setAutoFillBackground(true);
    form_area_->setWidget(form_);
    splitter->addWidget(form_area_);
    splitter->setChildrenCollapsible(false);
    form_area_->hide();
    connect(form_, &views::ValueForm::edited, this, [this](const QString& key, const QString& text) {
        if (recorded_)
            edit_fact(key, text);
        else if (symbols_)
            symbols_->set_text(key.toStdString(), text.toStdString());
    });
    return splitter;
}

/// The tree keeps the height its few rows need.
void MainWindow::show_form() {
    constexpr int kTreeHeight = 150, kRest = 2000;
    form_area_->show();
    static_cast<QSplitter*>(form_area_->parentWidget())->setSizes({kTreeHeight, kRest});
}

void MainWindow::drop_form() {
    reading_.reset();
    symbols_.reset();
    recorded_.reset();
    prediction_->show_reason(
        tr("No prediction. Open a recorded run (a profiler trace or a folder of rank traces) and choose Run, "
           "Predict this run."));
    ranks_->show_report({.why = "No recorded run of several ranks is open."});
    scenarios_.clear();
    form_area_->hide();
}

/// Sizes of the file the scenarios share; nothing when it has no symbols.
void MainWindow::edit_symbols(std::shared_ptr<const core::BoundWorkload> bound,
                              std::vector<core::Scenario> scenarios) {
    const auto* file = std::get_if<core::FileWorkload>(&scenarios.front().workload);
    if (file == nullptr || bound->symbols.empty()) return;
    auto bind = file->bind;
    const auto path = workload_path(scenarios.front()).string();
    symbols_ =
        std::make_unique<SymbolDocument>(path, std::move(bind), scenarios.front().seq, std::move(bound));
    scenarios_ = std::move(scenarios);
    connect(symbols_.get(), &SymbolDocument::changed, this, [this] {
        refresh_symbols();
        run_bound();
    });
    connect(symbols_.get(), &SymbolDocument::accepted, this,
            [this](const std::string& symbol) { form_->set_error(QString::fromStdString(symbol), {}); });
    connect(symbols_.get(), &SymbolDocument::refused, this,
            [this](const std::string& symbol, const core::Error& error) {
                form_->set_error(QString::fromStdString(symbol), refusal_text(error));
            });
    form_->set_title(
        tr("Sizes of %1").arg(QFileInfo(QString::fromStdString(path)).fileName()),
        tr("The file leaves these open. Empty a line to assume its size again. Ctrl+Z takes a change back."));
    refresh_symbols();
    show_form();
}

/// The same for runs whose file was not read here: a session, a scenario. A file that is gone leaves no form.
void MainWindow::find_symbols(std::vector<core::Scenario> scenarios) {
    const auto* file =
        scenarios.empty() ? nullptr : std::get_if<core::FileWorkload>(&scenarios.front().workload);
    if (file == nullptr) return;
    reading_ = std::make_unique<ReadJob>(workload_path(scenarios.front()).string(), file->bind,
                                         scenarios.front().seq);
    connect(reading_.get(), &ReadJob::done, this,
            [this, scenarios = std::move(scenarios)](const BoundAnswer& answer) mutable {
                reading_.release()->deleteLater();
                if (answer.bound) edit_symbols(answer.bound, std::move(scenarios));
            });
}

void MainWindow::refresh_symbols() {
    const auto& bound = symbols_->bound();
    form_->set_fields(symbol_fields(bound.symbols));
    form_->set_totals(workload_totals(bound.workload));
    form_->set_message(symbols_message(bound));
}

/// The panes with the new sizes. A run of just what one pass of the graph holds goes on doing that.
void MainWindow::run_bound() {
    const auto workload =
        std::shared_ptr<const core::Workload>(symbols_->shared(), &symbols_->bound().workload);
    std::vector<sim::Request> requests;
    for (auto& scenario : scenarios_) {
        std::get<core::FileWorkload>(scenario.workload).bind = symbols_->given();
        if (scenario.global_batch == graph_batch_) scenario.global_batch = workload->batch;
        auto request = make_request(scenario, machines_, workload);
        if (!request) return show_notice(QString::fromStdString(core::to_text(request.error())));
        requests.push_back(std::move(*request));
    }
    graph_batch_ = workload->batch;
    simulate(std::move(requests));
}

}  // namespace waferscope::app
