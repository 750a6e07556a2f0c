// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/main_window.hpp"

#include "app/window/welcome.hpp"
#include "core/io/file_source.hpp"
#include "core/io/formats.hpp"
#include "core/session/session.hpp"
#include "views/charts/run_charts.hpp"
#include "views/compare/compare_table.hpp"
#include "views/inspector/inspector.hpp"
#include "views/map/legend.hpp"
#include "views/map/pane_frame.hpp"
#include "views/scene/relief_view.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"
#include "views/timeline/timeline_view.hpp"
#include "views/timeline/transport.hpp"

#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>
#include <QTreeWidget>
#include <QUrl>
#include <QVBoxLayout>

namespace waferscope::app {

using views::WorkbenchModel;

MainWindow::MainWindow(core::MachineLibrary machines, QWidget* parent) : QMainWindow(parent), machines_(std::move(machines)) {
    setWindowTitle(tr("Waferscope"));
    setAcceptDrops(true);
    setMinimumSize(900, 500);
    build_tool_bar();
    build_centre();
    build_docks();
    build_status_bar();
    build_actions();
    connect(&model_, &WorkbenchModel::timeChanged, this, &MainWindow::refresh_status);
    connect(&model_, &WorkbenchModel::hoverChanged, this, &MainWindow::refresh_status);
    connect(&model_, &WorkbenchModel::runsChanged, this, &MainWindow::refresh_session_tree);
    for (auto* dock : docks_) dock->hide();
}

MainWindow::~MainWindow() = default;

QString MainWindow::notice() const { return notice_->text(); }

void MainWindow::build_actions() {
    const auto add = [this](QMenu* menu, const QString& text, const QKeySequence& key, auto action) {
        auto* a = menu->addAction(text, this, action);
        a->setShortcut(key);
    };
    auto* file = menuBar()->addMenu(tr("File"));
    add(file, tr("Open..."), QKeySequence::Open, [this] { choose_file(); });
    add(file, tr("Open the three-layer demo"), {}, [this] { open_demo(); });
    add(file, tr("Save"), QKeySequence::Save, [this] { save(); });
    file->addSeparator();
    add(file, tr("Quit"), QKeySequence::Quit, [this] { close(); });
    auto* view = menuBar()->addMenu(tr("View"));
    const QStringList themes{tr("Dark theme"), tr("Light theme"), tr("High contrast")};
    for (int i = 0; i < themes.size(); ++i) add(view, themes[i], {}, [this, i] { set_theme(i); });
    view->addSeparator();
    for (auto* dock : docks_) view->addAction(dock->toggleViewAction());
    auto* run = menuBar()->addMenu(tr("Run"));
    add(run, tr("Play or pause"), Qt::Key_Space, [this] { model_.set_playing(!model_.playing()); });
    add(run, tr("Step forward"), Qt::Key_Period, [this] { model_.step_by(1); });
    add(run, tr("Step back"), Qt::Key_Comma, [this] { model_.step_by(-1); });
    add(run, tr("Faster"), Qt::Key_BracketRight, [this] { model_.change_speed(1); });
    add(run, tr("Slower"), Qt::Key_BracketLeft, [this] { model_.change_speed(-1); });
    auto* help = menuBar()->addMenu(tr("Help"));
    add(help, tr("Keys"), Qt::Key_Question, [this] { show_notice(tr("Space play   , . step   [ ] speed   W S zoom   A D pan   Home fit   F frame   Ctrl+O open   Ctrl+S save")); });
}

void MainWindow::build_tool_bar() {
    auto* bar = addToolBar(tr("Main"));
    bar->setObjectName(QStringLiteral("main_bar"));
    bar->setMovable(false);
    bar->addWidget(new QLabel(tr("  Metric  "), this));
    metric_ = new QComboBox(this);
    metric_->setAccessibleName(tr("Metric"));
    for (const auto& metric : core::metrics())
        if (metric.domain != core::MetricDomain::system) metric_->addItem(QString::fromUtf8(metric.label.data()), QString::fromUtf8(metric.id.data()));
    connect(metric_, &QComboBox::currentIndexChanged, this, [this] {
        const auto id = metric_->currentData().toString().toStdString();
        model_.set_metric(id);
        for (int i = 0; i < views::kPanes; ++i) model_.set_view(i, id == "link_load" ? views::ViewKind::fabric : views::ViewKind::map);
    });
    bar->addWidget(metric_);
    auto* spacer = new QWidget(this);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(spacer);
    bar->addAction(views::make_icon(views::Icon::open), tr("Open..."), this, &MainWindow::choose_file);
    bar->addAction(views::make_icon(views::Icon::save), tr("Save"), this, &MainWindow::save);
}

void MainWindow::build_centre() {
    stack_ = new QStackedWidget(this);
    welcome_ = new Welcome(static_cast<int>(machines_.all().size()), this);
    connect(welcome_, &Welcome::demoRequested, this, &MainWindow::open_demo);
    connect(welcome_, &Welcome::openRequested, this, &MainWindow::choose_file);
    connect(welcome_, &Welcome::recentRequested, this, &MainWindow::open_file);
    stack_->addWidget(welcome_);
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
    auto* session = dock(tr("Session"), "session", tree_, Qt::LeftDockWidgetArea);
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
    auto* bottom = dock(tr("Time"), "time", tabs_, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    resizeDocks({session, inspector}, {232, 296}, Qt::Horizontal);
    resizeDocks({bottom}, {290}, Qt::Vertical);
}

void MainWindow::build_status_bar() {
    where_ = new QLabel(this);
    time_ = new QLabel(this);
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
    if (saved) session_path_ = path, remember(path);
    return saved.has_value();
}

void MainWindow::remember(const QString& path) {
    QSettings settings;
    auto recent = settings.value(QStringLiteral("recent")).toStringList();
    const auto full = QFileInfo(path).absoluteFilePath();
    recent.removeAll(full);
    recent.prepend(full);
    settings.setValue(QStringLiteral("recent"), recent.mid(0, 10));
}

void MainWindow::open_file(const QString& path) {
    const auto name = path.toStdString();
    if (path.endsWith(QStringLiteral(".wsp"))) {
        const auto session = core::open_session(name);
        if (!session) return show_notice(QString::fromStdString(core::to_text(session.error())));
        for (std::size_t i = 0; i < session->runs.size() && i < views::kPanes; ++i) show_run(static_cast<int>(i), session->runs[i]);
        session_path_ = path;
        show_notice(session->damage.empty() ? tr("Opened %1").arg(path) : tr("%1 parts of %2 are damaged. The rest is open.").arg(session->damage.size()).arg(path));
        return remember(path);
    }
    const auto file = core::FileSource::open(name);
    const auto* format = file ? core::detect_format(file->bytes()) : nullptr;
    if (format != nullptr && format->id == "scenario") return open_scenario(path);
    open_workload(path);
}

void MainWindow::open_scenario(const QString& path) {
    const auto request = load_request(path.toStdString(), machines_);
    if (!request) return show_notice(QString::fromStdString(core::to_text(request.error())));
    remember(path);
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
    remember(path);
    simulate(std::move(requests));
}

void MainWindow::open_demo() {
    const auto first = load_request(resource_folder() + "/demos/01-three-layers.json", machines_);
    if (!first) return show_notice(QString::fromStdString(core::to_text(first.error())));
    std::vector<sim::Request> requests{*first};
    std::vector<std::string> warnings;
    for (const auto& [id, chips] : {std::pair{"cerebras_cs3", 5}, {"trainium2", 16}})
        if (auto other = on_machine(*first, id, chips, machines_, warnings)) requests.push_back(std::move(*other));
    simulate(std::move(requests));
}

void MainWindow::simulate(std::vector<sim::Request> requests) {
    job_ = std::make_unique<RunJob>(std::move(requests));
    jobs_->setText(tr("simulating..."));
    cancel_->show();
    connect(job_.get(), &RunJob::runReady, this, &MainWindow::show_run);
    connect(job_.get(), &RunJob::refused, this, [this](int, const QString& text) { show_notice(text); });
    connect(job_.get(), &RunJob::finished, this, [this] {
        jobs_->clear();
        cancel_->hide();
        job_.release()->deleteLater();
    });
}

void MainWindow::show_run(int pane, const std::shared_ptr<const core::Run>& run) {
    if (stack_->currentIndex() == 0) {
        for (auto* dock : docks_) dock->show();
        stack_->setCurrentIndex(1);
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
    const auto& hover = model_.hover();
    where_->setText(hover.kind == views::Place::Kind::core ? views::format::core_name(hover.x, hover.y) : tr("Ready"));
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const auto& url : event->mimeData()->urls()) open_file(url.toLocalFile());
}

}  // namespace waferscope::app
