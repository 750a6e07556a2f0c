// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/main_window.hpp"

#include "app/document/demos.hpp"
#include "app/document/floor_document.hpp"
#include "app/document/symbol_document.hpp"
#include "app/document/workload_graph.hpp"
#include "app/window/collective_map.hpp"
#include "app/window/top_bar.hpp"
#include "app/window/welcome.hpp"
#include "views/charts/run_charts.hpp"
#include "views/compare/compare_table.hpp"
#include "views/compare/placement_diff.hpp"
#include "views/compare/prediction_view.hpp"
#include "views/compare/rank_table.hpp"
#include "views/graph/graph_panel.hpp"
#include "views/graph/operator_table.hpp"
#include "views/inspector/inspector.hpp"
#include "views/map/facts.hpp"
#include "views/map/legend.hpp"
#include "views/map/pane_frame.hpp"
#include "views/placement/floor_explorer.hpp"
#include "views/scene/relief_view.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"
#include "views/timeline/timeline_view.hpp"
#include "views/timeline/transport.hpp"

#include <QApplication>
#include <QDockWidget>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QMenuBar>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace waferscope::app {

using views::WorkbenchModel;

constexpr int kBottomHeight = 290;

MainWindow::MainWindow(core::MachineLibrary machines, QWidget* parent) : QMainWindow(parent), machines_(std::move(machines)) {
    setWindowTitle(tr("Waferscope"));
    setAcceptDrops(true);
    setMinimumSize(900, 500);
    build_tool_bar();
    build_centre();
    build_docks();
    build_status_bar();
    build_trace_loader();
    build_actions();
    model_.set_graph_source([this](const core::Run& run) {
        return graph_of(run, QFileInfo(session_path_).absolutePath().toStdString());
    });
    connect(&model_, &WorkbenchModel::timeChanged, this, &MainWindow::refresh_status);
    connect(&model_, &WorkbenchModel::hoverChanged, this, &MainWindow::refresh_status);
    connect(&model_, &WorkbenchModel::runsChanged, this, &MainWindow::refresh_session_tree);
    for (auto* dock : docks_) dock->hide();
}

MainWindow::~MainWindow() {
    delete explorer_;  // it looks at the placement
}

QPixmap MainWindow::grab_panes() { return stack_->grab(); }

QString MainWindow::notice() const { return notice_->text(); }

void MainWindow::build_actions() {
    const auto add = [this](QMenu* menu, const QString& text, const QKeySequence& key, auto action) {
        auto* a = menu->addAction(text, this, action);
        a->setShortcut(key);
    };
    auto* file = menuBar()->addMenu(tr("File"));
    add(file, tr("Open..."), QKeySequence::Open, [this] { choose_file(); });
    int index = 0;
    for (const auto& demo : demos()) {
        add(file, tr("Demo: %1").arg(QCoreApplication::translate("Demo", demo.title)), {}, [this, index] { open_demo(index); });
        ++index;
    }
    add(file, tr("Save"), QKeySequence::Save, [this] { save(); });
    file->addSeparator();
    add(file, tr("Quit"), QKeySequence::Quit, [this] { close(); });
    auto* edit = menuBar()->addMenu(tr("Edit"));
    add(edit, tr("Undo"), QKeySequence::Undo, [this] { undo(false); });
    auto* redo = edit->addAction(tr("Redo"), this, [this] { undo(true); });
    redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    edit->addSeparator();
    add(edit, tr("Edit placement"), Qt::Key_E, [this] { edit_placement(); });
    add(edit, tr("Save layout as .paint..."), {}, [this] { choose_layout_file(); });
    auto* view = menuBar()->addMenu(tr("View"));
    const QStringList themes{tr("Dark theme"), tr("Light theme"), tr("High contrast")};
    for (int i = 0; i < themes.size(); ++i) add(view, themes[i], {}, [this, i] { set_theme(i); });
    view->addSeparator();
    add(view, tr("Pane B as difference to A"), {}, [this] { toggle_difference(); });
    add(view, tr("Workload graph"), Qt::Key_G, [this] { toggle_graph(); });
    add(view, tr("Find an operator"), QKeySequence(Qt::CTRL | Qt::Key_P), [this] { find_operator(); });
    view->addSeparator();
    for (auto* dock : docks_) view->addAction(dock->toggleViewAction());
    auto* run = menuBar()->addMenu(tr("Run"));
    add(run, tr("Simulate again"), Qt::Key_F5, [this] { run_again(); });
    add(run, tr("Predict this run"), Qt::CTRL | Qt::Key_R, [this] { predict_this_run(); });
    add(run, tr("Simulate the placement"), Qt::CTRL | Qt::Key_Return, [this] { simulate_placement(); });
    add(run, tr("Simulate cycles here"), Qt::CTRL | Qt::ALT | Qt::Key_C, [this] { simulate_cycles_here(); });
    add(run, tr("Play or pause"), Qt::Key_Space, [this] { model_.set_playing(!model_.playing()); });
    add(run, tr("Step forward"), Qt::Key_Period, [this] { model_.step_by(1); });
    add(run, tr("Step back"), Qt::Key_Comma, [this] { model_.step_by(-1); });
    add(run, tr("Faster"), Qt::Key_BracketRight, [this] { model_.change_speed(1); });
    add(run, tr("Slower"), Qt::Key_BracketLeft, [this] { model_.change_speed(-1); });
    auto* help = menuBar()->addMenu(tr("Help"));
    add(help, tr("Keys"), Qt::Key_Question, [this] { show_notice(explorer_ != nullptr && stack_->currentWidget() == explorer_ ? (edited()->region_editing() != nullptr ? views::region_keys() : views::floor_keys()) : tr("Space play   , . step   [ ] speed   W S zoom   A D pan   Home fit   F frame   E edit placement   G workload graph   Ctrl+P find an operator   Ctrl+O open   Ctrl+S save")); });
}

/// In the explorer the placement, else the sizes of the form.
void MainWindow::undo(bool again) {
    QUndoStack* history = symbols_ ? &symbols_->history() : nullptr;
    if (explorer_ != nullptr && explorer_->isVisible()) history = edited()->plan().search == views::FloorSearch::idle ? &edited()->history() : nullptr;
    if (history != nullptr) again ? history->redo() : history->undo();
}

bool MainWindow::busy() const { return job_ != nullptr || reading_ != nullptr || (symbols_ && symbols_->busy()); }

void MainWindow::build_tool_bar() {
    bar_ = new TopBar(model_, this);
    addToolBar(bar_);
    connect(bar_, &TopBar::workspaceChosen, this, &MainWindow::set_workspace);
    connect(bar_, &TopBar::openRequested, this, &MainWindow::choose_file);
    connect(bar_, &TopBar::saveRequested, this, &MainWindow::save);
    connect(bar_, &TopBar::runRequested, this, &MainWindow::run_again);
}

/// The same docks in other proportions: maps, numbers or time first.
void MainWindow::set_workspace(Workspace workspace) {
    constexpr int kTimelineTab = 0, kCompareTab = 2;
    bar_->set_workspace(workspace);
    tabs_->setCurrentIndex(workspace == Workspace::compare ? kCompareTab : kTimelineTab);
    const int bottom = workspace == Workspace::explore ? kBottomHeight : workspace == Workspace::compare ? height() / 2 : height() * 2 / 3;
    resizeDocks({docks_.back()}, {bottom}, Qt::Vertical);
}

void MainWindow::build_centre() {
    stack_ = new QStackedWidget(this);
    welcome_ = new Welcome(static_cast<int>(machines_.all().size()), this);
    connect(welcome_, &Welcome::demoRequested, this, [this](int index) { open_demo(index); });
    connect(welcome_, &Welcome::openRequested, this, &MainWindow::choose_file);
    connect(welcome_, &Welcome::recentRequested, this, &MainWindow::open_file);
    // It scrolls: a stack is as tall as its tallest page needs, shown or not, and the timeline wants that room.
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(welcome_);
    stack_->addWidget(scroll);
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    fair_fight_ = new QLabel(page);
    fair_fight_->setContentsMargins(10, 4, 10, 0);
    column->addWidget(fair_fight_);
    auto* splitter = new QSplitter(Qt::Horizontal, page);
    splitter->setHandleWidth(5);
    for (int i = 0; i < views::kPanes; ++i) {
        auto* pane = new views::PaneFrame(model_, i, splitter);
        pane->set_scene_factory([this, i](QWidget* owner) -> QWidget* { return new views::ReliefWidget(model_, i, owner); });
        connect(pane, &views::PaneFrame::swapRequested, this, [this](int p) { model_.swap_panes(p, (p + 1) % views::kPanes); });
        connect(pane, &views::PaneFrame::maximiseRequested, this, [this](int p) { model_.set_maximised_pane(model_.maximised_pane() == p ? -1 : p); });
        splitter->addWidget(pane);
        splitter->setCollapsible(i, false);
        panes_[static_cast<std::size_t>(i)] = pane;
    }
    connect(&model_, &WorkbenchModel::viewsChanged, this, [this] {
        const int only = model_.maximised_pane();
        for (int i = 0; i < views::kPanes; ++i) panes_[static_cast<std::size_t>(i)]->setVisible(model_.run(i) != nullptr && (only < 0 || only == i));
    });
    splitter->setSizes({360, 440, 360});
    column->addWidget(splitter, 1);
    column->addWidget(new views::Legend(model_, page));
    stack_->addWidget(page);
    setCentralWidget(stack_);
}

void MainWindow::build_docks() {
    const auto dock = [this](const QString& title, const char* name, QWidget* body, Qt::DockWidgetArea area) {
        auto* d = new QDockWidget(title, this);
        d->setObjectName(QString::fromLatin1(name));
        d->setWidget(body);
        addDockWidget(area, d);
        docks_.push_back(d);
        return d;
    };
    tree_ = new QTreeWidget(this);
    tree_->setHeaderHidden(true);
    tree_->setColumnCount(2);
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    tree_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->setAccessibleName(tr("Session"));
    auto* session = dock(tr("Session"), "session", build_session(), Qt::LeftDockWidgetArea);
    auto* inspector = dock(tr("Inspector"), "inspector", new views::Inspector(model_, this), Qt::RightDockWidgetArea);
    auto* time = new QWidget(this);
    auto* column = new QVBoxLayout(time);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new views::Transport(model_, time));
    column->addWidget(new views::TimelineView(model_, time), 1);
    tabs_ = new QTabWidget(this);
    tabs_->setTabPosition(QTabWidget::South);
    tabs_->setDocumentMode(true);
    tabs_->addTab(time, tr("Timeline"));
    tabs_->addTab(new views::RunCharts(model_, this), tr("Charts"));
    tabs_->addTab(new views::CompareTable(model_, this), tr("Compare table"));
    placement_diff_ = new views::PlacementDiffTable(this);
    tabs_->addTab(placement_diff_, tr("Placement A | B"));
    connect(tabs_, &QTabWidget::currentChanged, this, &MainWindow::refresh_placement_diff);
    connect(&model_, &WorkbenchModel::runsChanged, this, &MainWindow::refresh_placement_diff);
    prediction_ = new views::PredictionView(this);
    tabs_->addTab(prediction_, tr("Prediction"));
    ranks_ = new views::RankTable(this);
    tabs_->addTab(ranks_, tr("Ranks"));
    tabs_->addTab(new views::OperatorTable(model_, this), tr("Operators"));
    constexpr double kRampCycles = 2;
    tabs_->addTab(new views::ChoiceMapView(reduce_crossover(kRampCycles), this), tr("Collectives"));
    auto* bottom = dock(tr("Time"), "time", tabs_, Qt::BottomDockWidgetArea);
    bottom->setTitleBarWidget(new QWidget(bottom));  // its tabs name it
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    resizeDocks({session, inspector}, {232, 296}, Qt::Horizontal);
    resizeDocks({bottom}, {kBottomHeight}, Qt::Vertical);
}

void MainWindow::build_status_bar() {
    where_ = new QLabel(this);
    time_ = new QLabel(this);
    where_->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("(8888, 8888) utilisation 88.8 %")) + 12);
    time_->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("t 8888.8 ms")) + 12);
    notice_ = new QLabel(this);
    notice_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    notice_->setWordWrap(false);
    jobs_ = new QLabel(this);
    cancel_ = new QToolButton(this);
    cancel_->setText(tr("Cancel"));
    cancel_->hide();
    connect(cancel_, &QToolButton::clicked, this, [this] {
        if (job_) job_->cancel();
    });
    statusBar()->addWidget(where_);
    statusBar()->addWidget(time_);
    statusBar()->addWidget(notice_, 1);
    statusBar()->addPermanentWidget(jobs_);
    statusBar()->addPermanentWidget(cancel_);
}

/// The active pane shows its workload graph, or its map again.
void MainWindow::toggle_graph() {
    const int pane = model_.active_pane();
    if (model_.run(pane) == nullptr) return show_notice(tr("The graph needs a run: open a model or a demo."));
    if (model_.pane(pane).view == views::ViewKind::graph) return model_.set_view(pane, views::ViewKind::map);
    if (const auto& answer = model_.graph(pane); !answer.graph) return show_notice(answer.why);
    model_.set_view(pane, views::ViewKind::graph);
    model_.flush();
    if (auto* graph = panes_[static_cast<std::size_t>(pane)]->graph(); graph != nullptr) graph->view().setFocus();
}

void MainWindow::find_operator() {
    const int pane = model_.active_pane();
    if (model_.pane(pane).view != views::ViewKind::graph) toggle_graph();
    if (auto* graph = panes_[static_cast<std::size_t>(pane)]->graph(); graph != nullptr && graph->isVisible())
        graph->start_search();
}

void MainWindow::show_notice(const QString& text) {
    notice_->setText(text);
    notice_->setToolTip(text);
}

void MainWindow::set_theme(int index) {
    using views::Theme;
    views::apply_theme(*qApp, index == 0 ? Theme::dark() : index == 1 ? Theme::light() : Theme::high_contrast());
    model_.set_light_theme(index == 1);
    update();
}

void MainWindow::show_run(int pane, const std::shared_ptr<const core::Run>& run) {
    if (stack_->currentIndex() != 1) {
        const bool first = stack_->currentWidget() != explorer_;  // back from the explorer, tabs and docks stay as they were
        for (auto* dock : docks_) dock->show();
        bar_->show();
        stack_->setCurrentIndex(1);
        // Docks have their size only after the first layout.
        if (first) QTimer::singleShot(0, this, [this] { set_workspace(Workspace::explore); });
    }
    model_.set_run(pane, run);
    if (pane == 0 || model_.duration() > 0) model_.set_speed(model_.duration() / 10);
}

void MainWindow::refresh_session_tree() {
    tree_->clear();
    auto* runs = new QTreeWidgetItem(tree_, {tr("Runs")});
    std::vector<std::shared_ptr<const core::Run>> shown;
    for (int i = 0; i < views::kPanes; ++i) {
        panes_[static_cast<std::size_t>(i)]->setVisible(model_.run(i) != nullptr);
        if (const auto* run = model_.run(i)) {
            shown.push_back(model_.pane(i).run);
            new QTreeWidgetItem(runs, {QStringLiteral("%1  %2 × %3").arg(QChar('A' + i)).arg(run->scenario.chips).arg(QString::fromStdString(run->machine->name)), views::format::quantity(run->summary.step_time_s, "s")});
        }
    }
    auto* workload = new QTreeWidgetItem(tree_, {tr("Workload")});
    if (!shown.empty()) new QTreeWidgetItem(workload, {QString::fromStdString(shown.front()->scenario.name)});
    auto* placement = new QTreeWidgetItem(tree_, {tr("Placement")});
    for (const auto& run : shown)
        if (run->wafer)
            for (const auto& kernel : run->wafer->placement.kernels) new QTreeWidgetItem(placement, {QString::fromStdString(kernel.name), views::format::dimensions(kernel.rect.width, kernel.rect.height)});
    runs->setExpanded(true);
    workload->setExpanded(true);
    fair_fight_->setText(views::fair_fight_line(shown));
}

void MainWindow::refresh_status() {
    time_->setText(QStringLiteral("t %1").arg(views::format::quantity(model_.position(), "s", {.digits = 4})));
    const auto& place = model_.hover();
    const auto* run = place.pane >= 0 ? model_.run(place.pane) : nullptr;
    if (run == nullptr || place.kind == views::Place::Kind::none) return where_->setText(tr("Ready"));
    const auto facts = views::describe(*run, place, model_.metric_of(place.pane).id, model_.step_of(place.pane));
    QString text = facts.title;
    if (!facts.pairs.empty()) text += QStringLiteral("  %1 %2").arg(facts.pairs.front().label, facts.pairs.front().value);
    where_->setText(text);
}

}  // namespace waferscope::app
