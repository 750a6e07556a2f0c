// SPDX-License-Identifier: GPL-3.0-or-later
// Files in and out of the window, and the jobs they start.
#include "app/window/main_window.hpp"

#include "app/document/demos.hpp"
#include "app/window/recent_files.hpp"
#include "app/window/welcome.hpp"
#include "core/io/file_source.hpp"
#include "core/io/formats.hpp"
#include "core/session/session.hpp"

#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QStackedWidget>
#include <QToolButton>
#include <QUrl>
#include <utility>

namespace waferscope::app {

void MainWindow::choose_file() {
    const auto path = QFileDialog::getOpenFileName(this, tr("Open"), {}, tr("Workloads and sessions (*.onnx *.json *.wsp);;All files (*)"));
    if (!path.isEmpty()) open_file(path);
}

void MainWindow::save() {
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
    if (path.endsWith(QStringLiteral(".wsp"))) {
        const auto session = core::open_session(name);
        if (!session) return show_notice(QString::fromStdString(core::to_text(session.error())));
        for (std::size_t i = 0; i < session->runs.size() && i < views::kPanes; ++i) show_run(static_cast<int>(i), session->runs[i]);
        session_path_ = path;
        show_notice(session->damage.empty() ? tr("Opened %1").arg(path) : tr("%1 parts of %2 are damaged. The rest is open.").arg(session->damage.size()).arg(path));
        opening_ = path;
        return finish_opening();
    }
    const auto file = core::FileSource::open(name);
    const auto* format = file ? core::detect_format(file->bytes()) : nullptr;
    if (format != nullptr && format->id == "scenario") return open_scenario(path);
    open_workload(path);
}

void MainWindow::open_scenario(const QString& path) {
    const auto request = load_request(path.toStdString(), machines_);
    if (!request) return show_notice(QString::fromStdString(core::to_text(request.error())));
    opening_ = path;
    simulate({*request});
}

/// A bare workload graph runs as inference on one machine of each layer.
void MainWindow::open_workload(const QString& path) {
    const auto workload = core::read_workload(path.toStdString(), {});
    if (!workload) return show_notice(QString::fromStdString(core::to_text(workload.error())));
    core::Scenario scenario{.name = QFileInfo(path).completeBaseName().toStdString()};
    scenario.workload = core::FileWorkload{QFileInfo(path).fileName().toStdString()};
    scenario.source_path = path.toStdString();
    scenario.phase = workload->llm ? core::Phase::decode : core::Phase::inference;
    scenario.seq = workload->llm ? 4096 : 0;
    std::vector<sim::Request> requests;
    for (const char* machine : {"h100_sxm", "cerebras_cs2", "tpu_v5p"}) {
        scenario.machine = machine;
        if (auto request = make_request(scenario, machines_)) requests.push_back(std::move(*request));
    }
    opening_ = path;
    simulate(std::move(requests));
}

void MainWindow::open_demo(int index) {
    auto requests = demo_requests(demos()[static_cast<std::size_t>(index)], machines_);
    if (!requests) return show_notice(QString::fromStdString(core::to_text(requests.error())));
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
    job_ = std::make_unique<RunJob>(std::move(requests));
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

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const auto& url : event->mimeData()->urls()) open_file(url.toLocalFile());
}

}  // namespace waferscope::app
