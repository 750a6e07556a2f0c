// SPDX-License-Identifier: GPL-3.0-or-later
// The placement explorer in the window: what it is opened on, what it simulates, where layouts are saved.
#include "app/document/floor_document.hpp"
#include "app/document/region_document.hpp"
#include "app/window/main_window.hpp"
#include "app/window/top_bar.hpp"
#include "core/io/kgraph.hpp"
#include "core/io/paint.hpp"
#include "core/io/scenario_json.hpp"
#include "sim/placement/contest_score.hpp"
#include "views/compare/placement_diff.hpp"
#include "views/placement/floor_explorer.hpp"
#include "views/theme/format.hpp"

#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QSaveFile>
#include <QStackedWidget>
#include <algorithm>
#include <array>
#include <utility>

namespace waferscope::app {

using views::FloorExplorer;

void MainWindow::open_kgraph(const QString& path) {
    const auto graph = core::read_kgraph_file(path.toStdString());
    if (!graph) return show_notice(QString::fromStdString(core::to_text(graph.error())));
    edit(std::make_unique<FloorDocument>(floor_source(*graph, machines_)), nullptr);
    const QFileInfo file(path);
    const auto layout = file.dir().filePath(file.completeBaseName() + QStringLiteral(".paint"));
    if (QFileInfo::exists(layout))
        open_paint(layout);
    else {  // never an empty canvas: the search shows its first placement within a blink
        show_notice(tr("Opened %1: %2 kernels, no layout beside it. A placement is searched; drop a .paint file to see another.")
                        .arg(file.fileName(), views::format::count(std::ranges::count_if(graph->nodes, &core::ContestNode::is_kernel))));
        floor_->document->solve();
    }
    opening_ = path;
    finish_opening();
}

void MainWindow::open_paint(const QString& path) {
    if (placement() == nullptr)
        return show_notice(tr("%1 is a layout. Open its kernel graph (.kgraph) first.").arg(path));
    const auto layout = core::read_paint_file(path.toStdString());
    if (!layout) return show_notice(QString::fromStdString(core::to_text(layout.error())));
    auto& document = *placement();
    if (const auto taken = document.take_layout(*layout); !taken)
        return show_notice(QString::fromStdString(core::to_text(taken.error())));
    floor_->path = path;
    document.history().setClean();
    enter_explorer(true);
    const auto& plan = document.plan();
    if (plan.issues.empty())
        return show_notice(tr("Opened %1: legal, %2 kernels.")
                               .arg(path, views::format::count(static_cast<std::int64_t>(plan.now.placed))));
    // The line of what is wrong, as the file has it.
    const auto name = sim::plain_kernel_name(plan.kernels[plan.issues.front().kernel].name.toStdString());
    int line = 0;
    for (const auto& kernel : layout->kernels)
        if (sim::plain_kernel_name(kernel.name) == name) line = kernel.line;
    show_notice(
        line > 0 ? tr("%1, line %2: %3. Legalise moves as little as possible.")
                       .arg(path)
                       .arg(line)
                       .arg(plan.issues.front().text)
                 : tr("%1: %2. Place the rest leaves the others alone.").arg(path, plan.issues.front().text));
}

PlacementDocument* MainWindow::edited() const {
    return floor_ != nullptr ? floor_->document.get() : nullptr;
}

FloorDocument* MainWindow::placement() const {
    return qobject_cast<FloorDocument*>(edited());
}

RegionDocument* MainWindow::regions() const {
    return qobject_cast<RegionDocument*>(edited());
}

/// Edits begin; what was edited before keeps its history until the window closes.
void MainWindow::edit(std::unique_ptr<PlacementDocument> document, const std::shared_ptr<const core::Run>& run) {
    auto edited = std::make_unique<Edited>();
    edited->document = std::move(document);
    if (run) edited->runs.push_back(run);
    connect(edited->document.get(), &PlacementDocument::notice, this, &MainWindow::show_notice);
    edited_.push_back(std::move(edited));
    show_explorer(*edited_.back());
}

void MainWindow::show_explorer(Edited& edited) {
    if (floor_ == &edited) return enter_explorer(true);
    delete explorer_;  // it looks at the other document
    floor_ = &edited;
    explorer_ = new FloorExplorer(*edited.document, this);
    stack_->addWidget(explorer_);
    connect(explorer_, &FloorExplorer::leaveRequested, this, [this] { enter_explorer(false); });
    connect(explorer_, &FloorExplorer::simulateRequested, this, &MainWindow::simulate_placement);
    connect(explorer_, &FloorExplorer::saveRequested, this, &MainWindow::choose_layout_file);
    enter_explorer(true);
}

void MainWindow::enter_explorer(bool on) {
    if (explorer_ == nullptr) return;
    bool runs = false;
    for (int i = 0; i < views::kPanes; ++i) runs |= model_.run(i) != nullptr;
    if (!on && !runs) return show_notice(tr("There is no run yet: Ctrl+Return simulates this placement."));
    for (auto* dock : docks_) dock->setVisible(!on);
    bar_->setVisible(!on);  // the explorer has its own
    if (on)
        stack_->setCurrentWidget(explorer_);
    else
        stack_->setCurrentIndex(1);
    if (on) explorer_->canvas().setFocus();
}

void MainWindow::edit_placement() {
    if (explorer_ != nullptr && stack_->currentWidget() == explorer_) return enter_explorer(false);
    // The active pane when it can be edited, else the busiest wafer, else what was edited before.
    std::vector<int> panes{model_.active_pane()};
    for (int i = 0; i < views::kPanes; ++i)
        if (i != model_.active_pane()) panes.push_back(i);
    std::stable_sort(panes.begin() + 1, panes.end(), [this](int a, int b) {
        const auto use = [this](int p) {
            return model_.run(p) != nullptr ? model_.run(p)->summary.utilisation.value_or(0) : -1;
        };
        return use(a) > use(b);
    });
    QString why = tr("Needs a kernel graph (.kgraph) or a run of a network on a wafer.");
    bool told = false;
    for (const int pane : panes) {
        const auto run = model_.pane(pane).run;
        if (!run || !run->machine || run->machine->wafer() == nullptr) continue;
        for (const auto& edited : edited_)
            for (const auto& known : edited->runs)
                if (known.lock() == run) return show_explorer(*edited);
        auto document = placement_document(*run, machines_);
        if (document) return edit(std::move(*document), run);
        if (!std::exchange(told, true)) why = QString::fromStdString(core::to_text(document.error()));
    }
    if (floor_ != nullptr && !told) return enter_explorer(true);
    show_notice(why);
}

void MainWindow::simulate_placement() {
    if (floor_ == nullptr)
        return show_notice(
            tr("Nothing to simulate: open a kernel graph (.kgraph), or press E on a run of a network on a "
               "wafer."));
    const auto& document = *floor_->document;
    if (busy()) return show_notice(tr("A simulation is running. Cancel it first."));
    const auto request = document.request();
    if (!request.machine)
        return show_notice(tr("No machine has a wafer large enough for this fabric."));
    if (document.plan().search != views::FloorSearch::idle) return show_notice(tr("Stop the search first."));
    if (const auto* issue = document.plan().blocked())
        return show_notice(tr("The placement cannot be simulated: %1.").arg(issue->text));
    // A and B in turn, beside the run it came from: two placements side by side.
    int pane = floor_->pane == 0 ? 1 : 0;
    if (floor_->pane < 0 && !floor_->runs.empty() && model_.pane(0).run == floor_->runs.front().lock())
        pane = 1;
    floor_->pane = pane;
    start(std::make_unique<RunJob>(pane, [request](const std::stop_token& stop) {
        return sim::simulate(request, sim::Detail::full, stop, {});
    }));
    connect(job_.get(), &RunJob::runReady, this,
            [this, edited = floor_](int ready, const std::shared_ptr<const core::Run>& run) {
                edited->runs.push_back(run);
                model_.set_active_pane(ready);
                const auto& s = run->summary;
                const bool kernels = s.interval_s.has_value();
                const auto letter = QChar('A' + ready);
                const auto time = views::format::quantity(kernels ? s.interval_s : s.tpot_s ? s.tpot_s : s.ttft_s, "s");
                show_notice(kernels    ? tr("Pane %1: the placement, one sample every %2. E goes back to it.").arg(letter).arg(time)
                            : s.tpot_s ? tr("Pane %1: the regions, %2 per token. E goes back to them.").arg(letter).arg(time)
                                       : tr("Pane %1: the regions, the prompts in %2. E goes back to them.").arg(letter).arg(time));
            });
}

/// Rows of panes A and B, worked out when they can be seen.
void MainWindow::refresh_placement_diff() {
    if (tabs_->currentWidget() != placement_diff_) return;
    const auto a = model_.pane(0).run, b = model_.pane(1).run;
    if (!a || !b)
        return placement_diff_->show_reason(tr("Needs two runs: Ctrl+Return in the explorer puts a placement in a pane."));
    std::array<std::unique_ptr<PlacementDocument>, 2> documents;
    for (std::size_t i = 0; i < 2; ++i) {
        auto document = placement_document(i == 0 ? *a : *b, machines_);
        if (!document)
            return placement_diff_->show_reason(
                tr("Pane %1: %2").arg(QChar('A' + static_cast<int>(i))).arg(QString::fromStdString(core::to_text(document.error()))));
        documents.at(i) = std::move(*document);
    }
    const auto &first = documents[0]->plan(), &second = documents[1]->plan();
    if (first.regions != second.regions)
        return placement_diff_->show_reason(tr("A and B do not run the same way: regions on one side, kernels on the other."));
    placement_diff_->show_rows(views::placement_diff(first, second), std::max(first.wafers, second.wafers) > 1);
}

/// The map of pane B minus that of A, with the outlines of both; and back.
void MainWindow::toggle_difference() {
    if (model_.pane(1).view == views::ViewKind::difference) return model_.set_view(1, views::ViewKind::map);
    if (model_.run(0) == nullptr || model_.run(1) == nullptr) return show_notice(tr("A difference needs runs in panes A and B."));
    model_.set_difference(1, 0);
}

void MainWindow::choose_layout_file() {
    if (floor_ == nullptr) return show_notice(tr("There is no placement to save."));
    auto path = floor_->path;
    const bool kernels = placement() != nullptr;
    if (path.isEmpty()) path = floor_->document->plan().title + (kernels ? QStringLiteral(".paint") : QStringLiteral(".json"));
    path = kernels ? QFileDialog::getSaveFileName(this, tr("Save layout"), path, tr("Layouts (*.paint)"))
                   : QFileDialog::getSaveFileName(this, tr("Save scenario"), path, tr("Scenarios (*.json)"));
    if (!path.isEmpty()) save_layout(path);
}

bool MainWindow::save_layout(const QString& path) {
    if (floor_ == nullptr) return false;
    QSaveFile file(path);
    const auto text = placement() != nullptr ? core::write_paint(placement()->layout())
                                             : core::scenario_json(floor_->document->request().scenario);
    const bool saved =
        file.open(QIODevice::WriteOnly) &&
        file.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size()) &&
        file.commit();
    show_notice(saved ? tr("Saved %1").arg(path)
                      : tr("Could not save to %1: %2. Your work is kept here and nothing is lost.")
                            .arg(path, file.errorString()));
    if (saved) floor_->path = path, floor_->document->history().setClean();
    return saved;
}

}  // namespace waferscope::app
