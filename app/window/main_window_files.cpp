// SPDX-License-Identifier: GPL-3.0-or-later
// Files in and out of the window, and the jobs they start.
#include "app/window/main_window.hpp"
#include "app/window/top_bar.hpp"

#include "app/document/demos.hpp"
#include "app/document/floor_document.hpp"
#include "app/document/symbol_document.hpp"
#include "app/window/recent_files.hpp"
#include "app/window/welcome.hpp"
#include "core/io/bound_workload.hpp"
#include "core/io/file_source.hpp"
#include "core/io/formats.hpp"
#include "core/io/trace_files.hpp"
#include "core/session/session.hpp"
#include "sim/wafer/cycle_run.hpp"
#include "views/placement/floor_explorer.hpp"
#include "views/theme/format.hpp"

#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>
#include <QToolButton>
#include <QUrl>
#include <algorithm>
#include <utility>

namespace waferscope::app {

void MainWindow::choose_file() {
    const auto path = QFileDialog::getOpenFileName(this, tr("Open"), {}, tr("Workloads and sessions (*.onnx *.json *.wsp *.kgraph *.paint *.csv *.et *.gguf *.safetensors *.txt *.gz);;All files (*)"));
    if (!path.isEmpty()) open_file(path);
}

void MainWindow::save() {
    if (explorer_ != nullptr && stack_->currentWidget() == explorer_) return choose_layout_file();
    auto path = session_path_;
    if (path.isEmpty()) path = QFileDialog::getSaveFileName(this, tr("Save session"), QStringLiteral("session.wsp"), tr("Session (*.wsp)"));
    if (!path.isEmpty()) save_to(path);
}

bool MainWindow::save_to(const QString& path) {
    core::Session session;
    for (int i = 0; i < views::kPanes; ++i)
        if (model_.pane(i).run) session.runs.push_back(model_.pane(i).run);
    const auto saved = core::save_session(session, path.toStdString());
    show_notice(saved ? tr("Saved %1").arg(path) : QString::fromStdString(core::to_text(saved.error())));
    if (saved) session_path_ = path, opening_ = path, finish_opening();
    return saved.has_value();
}

/// What was opened is on screen: keep its picture for the recent list, start a demo's clock.
void MainWindow::finish_opening() {
    model_.flush();
    if (!opening_.isEmpty()) remember_file(std::exchange(opening_, {}), stack_->grab());
    welcome_->refresh_recent();
    if (std::exchange(play_when_done_, false)) model_.set_playing(true);
}

void MainWindow::open_file(const QString& path) {
    const auto name = path.toStdString();
    drop_form();
    opened_ = path;
    if (path.endsWith(QStringLiteral(".wsp"))) {
        const auto session = core::open_session(name);
        if (!session) return show_notice(QString::fromStdString(core::to_text(session.error())));
        for (std::size_t i = 0; i < session->runs.size() && i < views::kPanes; ++i) show_run(static_cast<int>(i), session->runs[i]);
        session_path_ = path;
        std::vector<core::Scenario> scenarios;
        for (const auto& run : session->runs)
            if (scenarios.size() < views::kPanes && run->evidence.kind != "measured") scenarios.push_back(run->scenario);
        if (!session->runs.empty() && session->runs.front()->workload) graph_batch_ = session->runs.front()->workload->batch;
        find_symbols(std::move(scenarios));
        show_notice(session->damage.empty() ? tr("Opened %1").arg(path) : tr("%1 parts of %2 are damaged. The rest is open.").arg(session->damage.size()).arg(path));
        opening_ = path;
        return finish_opening();
    }
    if (core::is_trace(name)) return open_trace(path);
    const auto file = core::FileSource::open(name);
    const auto* format = file ? core::detect_format(file->bytes()) : nullptr;
    if (format != nullptr && format->id == "scenario") return open_scenario(path);
    if (format != nullptr && format->id == "kgraph") return open_kgraph(path);
    if (file && path.endsWith(QStringLiteral(".paint"))) return open_paint(path);
    open_workload(path);
}

void MainWindow::open_scenario(const QString& path) {
    const auto request = load_request(path.toStdString(), machines_);
    if (!request) return show_notice(QString::fromStdString(core::to_text(request.error())));
    opening_ = path;
    if (request->workload) graph_batch_ = request->workload->batch;
    find_symbols({request->scenario});
    simulate({*request});
}

/// A bare workload graph runs as inference on one machine of each layer.
void MainWindow::open_workload(const QString& path) {
    auto read = core::read_bound_workload(path.toStdString(), {}, 0);
    if (!read) return show_notice(QString::fromStdString(core::to_text(read.error())));
    const auto bound = std::make_shared<const core::BoundWorkload>(std::move(*read));
    const std::shared_ptr<const core::Workload> workload(bound, &bound->workload);
    core::Scenario scenario{.name = QFileInfo(path).completeBaseName().toStdString()};
    scenario.workload = core::FileWorkload{QFileInfo(path).absoluteFilePath().toStdString()};  // a session may lie elsewhere
    scenario.source_path = path.toStdString();
    scenario.phase = workload->llm ? core::Phase::decode : core::Phase::inference;
    scenario.seq = workload->llm ? 4096 : 0;
    graph_batch_ = workload->batch;
    std::vector<core::Scenario> scenarios;
    std::vector<sim::Request> requests;
    for (const char* machine : {"h100_sxm", "cerebras_cs2", "tpu_v5p"}) {
        scenario.machine = machine;
        auto request = make_request(scenario, machines_, workload);
        if (!request) return show_notice(QString::fromStdString(core::to_text(request.error())));
        scenarios.push_back(scenario);
        requests.push_back(std::move(*request));
    }
    opening_ = path;
    edit_symbols(bound, std::move(scenarios));
    simulate(std::move(requests));
}

void MainWindow::open_demo(int index) {
    auto requests = demo_requests(demos()[static_cast<std::size_t>(index)], machines_);
    if (!requests) return show_notice(QString::fromStdString(core::to_text(requests.error())));
    drop_form();
    auto range = model_.color_range();
    range.mode = views::ColorRange::Mode::percentile;
    model_.set_color_range(range);
    play_when_done_ = true;
    simulate(std::move(*requests));
}

void MainWindow::run_again() {
    std::vector<sim::Request> requests = last_requests_;
    if (requests.empty()) return show_notice(tr("Run needs a workload: open a file or a demo."));
    simulate(std::move(requests));
}

void MainWindow::simulate(std::vector<sim::Request> requests) {
    last_requests_ = requests;
    start(std::make_unique<RunJob>(std::move(requests)));
}

void MainWindow::start(std::unique_ptr<RunJob> job) {
    job_ = std::move(job);
    jobs_->setText(tr("simulating..."));
    cancel_->show();
    connect(job_.get(), &RunJob::runReady, this, &MainWindow::show_run);
    connect(job_.get(), &RunJob::runReady, this, [this] { jobs_->setText(tr("simulated %1 %").arg(qRound(100 * job_->progress()))); });
    connect(job_.get(), &RunJob::leversReady, &model_, &views::WorkbenchModel::set_levers);
    connect(job_.get(), &RunJob::allShown, this, [this] {
        jobs_->setText(tr("trying what would help..."));
        finish_opening();
    });
    connect(job_.get(), &RunJob::refused, this, [this](int, const QString& text) { show_notice(text); });
    connect(job_.get(), &RunJob::finished, this, [this] {
        jobs_->clear();
        cancel_->hide();
        job_.release()->deleteLater();
    });
}

void MainWindow::simulate_cycles_here() {
    const auto& place = model_.selection();
    int pane = place.pane >= 0 ? place.pane : model_.active_pane();
    for (int i = 0; i < views::kPanes && (model_.run(pane) == nullptr || !model_.run(pane)->wafer); ++i) pane = i;
    const auto* run = model_.run(pane);
    if (run == nullptr || !run->wafer) return show_notice(tr("Needs a run on a wafer."));
    constexpr int kSide = 64, kMostSide = 256;
    const auto grid = run->wafer->classes.grid;
    core::Rect around{grid.columns / 2, grid.rows / 2, 1, 1};
    if (!run->bottlenecks.empty() && run->bottlenecks.front().place) around = *run->bottlenecks.front().place;
    if (place.kind == views::Place::Kind::core || place.kind == views::Place::Kind::link) around = {place.x, place.y, 1, 1};
    core::Rect window{around.x + around.width / 2 - kSide / 2, around.y + around.height / 2 - kSide / 2, kSide, kSide};
    if (place.kind == views::Place::Kind::area) window = place.area;
    window.width = std::clamp(window.width, 2, std::min(kMostSide, grid.columns)), window.height = std::clamp(window.height, 2, std::min(kMostSide, grid.rows));
    window.x = std::clamp(window.x, 0, grid.columns - window.width), window.y = std::clamp(window.y, 0, grid.rows - window.height);
    auto scenario = run->scenario;
    const auto request = make_request(scenario, machines_);
    if (!request) return show_notice(QString::fromStdString(core::to_text(request.error())));
    const int target = pane == 2 ? 1 : 2;
    start(std::make_unique<RunJob>(target, [request = *request, window](const std::stop_token& stop) { return sim::simulate_cycles(request, window, stop); }));
    connect(job_.get(), &RunJob::runReady, this, [this, target](int, const std::shared_ptr<const core::Run>& ready) {  // after it is shown
        model_.set_view(target, views::ViewKind::fabric);
        model_.set_alignment(views::Alignment::normalised);  // microseconds beside milliseconds
        show_notice(QString::fromStdString(ready->bottlenecks.front().text));
    });
    jobs_->setText(tr("simulating %1 cores cycle by cycle...").arg(views::format::dimensions(window.width, window.height)));
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const auto& url : event->mimeData()->urls()) open_file(url.toLocalFile());
}

}  // namespace waferscope::app
