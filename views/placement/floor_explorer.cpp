// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_explorer.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QSplitter>
#include <QStyle>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>
#include <QVBoxLayout>

#include <algorithm>

namespace waferscope::views {

FloorExplorer::FloorExplorer(FloorEditor& editor, QWidget* parent)
    : QWidget(parent),
      editor_(editor),
      bar_(new QToolBar(this)),
      title_(new QLabel(this)),
      state_(new QLabel(this)),
      alert_(new QLabel(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar_);
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setHandleWidth(5);
    auto* left = new QWidget(splitter);
    auto* lines = new QVBoxLayout(left);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(0);
    auto* head = new QWidget(left);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(12, 6, 12, 6);
    title_->setFont(active_theme().font(TextRole::title));
    row->addWidget(title_);
    row->addWidget(state_);
    row->addWidget(alert_, 1);
    lines->addWidget(head);
    canvas_ = new FloorCanvas(editor, left);
    lines->addWidget(canvas_, 1);
    auto* scroll = new QScrollArea(splitter);  // low windows scroll the numbers, never clip them
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    panel_ = new FloorPanel(editor, scroll);
    scroll->setWidget(panel_);
    scroll->setMinimumWidth(panel_->minimumWidth() +
                            scroll->style()->pixelMetric(QStyle::PM_ScrollBarExtent));
    splitter->addWidget(left);
    splitter->addWidget(scroll);
    splitter->setStretchFactor(0, 1);
    splitter->setCollapsible(0, false);
    splitter->setCollapsible(1, false);
    column->addWidget(splitter, 1);
    setFocusProxy(canvas_);
    build_bar();
    connect(canvas_, &FloorCanvas::leaveRequested, this, &FloorExplorer::leaveRequested);
    connect(panel_, &FloorPanel::showRequested, canvas_, &FloorCanvas::show_area);
    connect(&editor, &FloorEditor::changed, this, &FloorExplorer::refresh);
    connect(&editor, &FloorEditor::selectionChanged, this, &FloorExplorer::refresh);
    refresh();
}

QToolButton* FloorExplorer::button(const QString& text, const QString& tip) {
    auto* b = new QToolButton(bar_);
    b->setText(text);
    b->setToolTip(tip);
    b->setAccessibleName(tip);
    b->setFocusPolicy(Qt::TabFocus);
    bar_->addWidget(b);
    return b;
}

void FloorExplorer::build_bar() {
    bar_->setMovable(false);
    auto* back = button(tr("Runs"), tr("Back to the runs, E"));
    back->setIcon(make_icon(Icon::step_back));
    back->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(back, &QToolButton::clicked, this, &FloorExplorer::leaveRequested);
    bar_->addSeparator();
    bar_->addWidget(new QLabel(tr("  Colour by  "), bar_));
    color_ = new QComboBox(bar_);
    color_->setAccessibleName(tr("Colour by"));
    color_->setFocusPolicy(Qt::TabFocus);
    for (int i = 0; i < kFloorColors; ++i) color_->addItem(floor_color_name(static_cast<FloorColor>(i)));
    bar_->addWidget(color_);
    connect(color_, &QComboBox::currentIndexChanged, this,
            [this](int i) { canvas_->set_color(static_cast<FloorColor>(i)); });
    const auto toggle = [this](const QString& text, const QString& tip, auto set) {
        auto* b = button(text, tip);
        b->setCheckable(true);
        b->setChecked(true);
        connect(b, &QToolButton::toggled, this, set);
    };
    toggle(tr("Link load"), tr("How full every link is, under the kernels"),
           [this](bool on) { canvas_->set_links(on); });
    toggle(tr("Tensors"), tr("Arrows between kernels, wider with tensor size times distance"),
           [this](bool on) { canvas_->set_arrows(on); });
    bar_->addSeparator();
    undo_ = button({}, tr("Undo, Ctrl+Z"));
    undo_->setIcon(make_icon(Icon::undo));
    connect(undo_, &QToolButton::clicked, &editor_.history(), &QUndoStack::undo);
    redo_ = button({}, tr("Redo, Ctrl+Shift+Z"));
    redo_->setIcon(make_icon(Icon::redo));
    connect(redo_, &QToolButton::clicked, &editor_.history(), &QUndoStack::redo);
    rotate_ = button(tr("Turn"), tr("Rotate by 90 degrees, R"));
    connect(rotate_, &QToolButton::clicked, this, [this] { editor_.rotate(editor_.selection()); });
    lock_ = button(tr("Lock"), tr("Lock or unlock, L"));
    connect(lock_, &QToolButton::clicked, this, [this] {
        bool all = true;
        for (const auto k : editor_.selection()) all &= editor_.plan().kernels[k].locked;
        editor_.set_locked(editor_.selection(), !all);
    });
    swap_ = button(tr("Swap"), tr("The two selected kernels change places"));
    connect(swap_, &QToolButton::clicked, this,
            [this] { editor_.swap(editor_.selection().front(), editor_.selection().back()); });
    align_ = button(tr("Align"), tr("Selected kernels to the edge of the first"));
    auto* edges = new QMenu(align_);
    for (const auto& [name, edge] :
         {std::pair(tr("Left edges"), Qt::LeftEdge), std::pair(tr("Right edges"), Qt::RightEdge),
          std::pair(tr("Top edges"), Qt::TopEdge), std::pair(tr("Bottom edges"), Qt::BottomEdge)})
        edges->addAction(name, this, [this, edge = edge] { editor_.align(editor_.selection(), edge); });
    align_->setMenu(edges);
    align_->setPopupMode(QToolButton::InstantPopup);
    bar_->addSeparator();
    legalise_ = button(tr("Legalise"), tr("Moves what overlaps or reaches outside as little as possible"));
    connect(legalise_, &QToolButton::clicked, &editor_, &FloorEditor::legalise);
    rest_ = button(tr("Place the rest"), tr("Places what is not placed; the others stay"));
    connect(rest_, &QToolButton::clicked, &editor_, &FloorEditor::place_rest);
    auto* spacer = new QWidget(bar_);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar_->addWidget(spacer);
    replay_ = button(tr("Replay search"), tr("Shows the finds of the last search again"));
    connect(replay_, &QToolButton::clicked, &editor_, &FloorEditor::replay);
    stop_ = button(tr("Stop"), tr("Ends the search and keeps the best found"));
    stop_action_ = bar_->actions().last();
    connect(stop_, &QToolButton::clicked, &editor_, &FloorEditor::stop);
    solve_ = button(tr("Place all"), tr("Searches a placement of all kernels; finds show at once"));
    solve_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(solve_, &QToolButton::clicked, this, [this] {
        const auto search = editor_.plan().search;
        if (search == FloorSearch::idle) editor_.solve();
        if (search == FloorSearch::searching) editor_.pause(true);
        if (search == FloorSearch::paused) editor_.pause(false);
    });
    simulate_ = button(tr("Simulate Ctrl+Return"), tr("Simulates this placement and puts the run in a pane"));
    connect(simulate_, &QToolButton::clicked, this, &FloorExplorer::simulateRequested);
    auto* save = button({}, tr("Save the layout as .paint"));
    save->setIcon(make_icon(Icon::save));
    connect(save, &QToolButton::clicked, this, &FloorExplorer::saveRequested);
}

void FloorExplorer::set_color(FloorColor color) {
    color_->setCurrentIndex(static_cast<int>(color));
}

void FloorExplorer::refresh() {
    const auto& plan = editor_.plan();
    const auto& history = editor_.history();
    const bool idle = plan.search == FloorSearch::idle;
    const auto chosen = editor_.selection().size();
    const auto enable = [](QToolButton* b, bool on, const QString& tip, const QString& why) {
        b->setEnabled(on);
        b->setToolTip(on ? tip : why);
    };
    const QString busy = tr("Stop the search first.");
    enable(undo_, idle && history.canUndo(), tr("Undo %1, Ctrl+Z").arg(history.undoText()),
           idle ? tr("Nothing to undo.") : busy);
    enable(redo_, idle && history.canRedo(), tr("Redo %1, Ctrl+Shift+Z").arg(history.redoText()),
           idle ? tr("Nothing to redo.") : busy);
    const QString none = idle ? tr("Nothing is selected.") : busy;
    enable(rotate_, idle && chosen > 0, tr("Rotate by 90 degrees, R"), none);
    enable(lock_, idle && chosen > 0, tr("Lock or unlock, L"), none);
    enable(swap_, idle && chosen == 2, tr("The two selected kernels change places"),
           idle ? tr("Select two kernels.") : busy);
    enable(align_, idle && chosen > 1, tr("Selected kernels to the edge of the first"),
           idle ? tr("Select two or more kernels.") : busy);
    bool breaches = false;
    for (const auto& issue : plan.issues) breaches |= issue.place.area() > 0;
    enable(legalise_, idle && breaches, tr("Moves what overlaps or reaches outside as little as possible"),
           idle ? tr("Nothing overlaps or reaches outside.") : busy);
    const auto missing = plan.kernels.size() - plan.now.placed;
    enable(rest_, idle && missing > 0, tr("Places what is not placed; the others stay"),
           idle ? tr("All %1 kernels are already placed.")
                      .arg(format::count(static_cast<std::int64_t>(plan.kernels.size())))
                : busy);
    const bool found = std::ranges::any_of(plan.seen, &FloorScore::automatic);
    enable(replay_, idle && found, tr("Shows the finds of the last search again"),
           idle ? tr("There was no search yet.") : busy);
    stop_action_->setVisible(!idle);
    solve_->setText(plan.search == FloorSearch::searching ? tr("Pause")
                    : plan.search == FloorSearch::paused  ? tr("Go on")
                                                          : tr("Place all"));
    solve_->setIcon(make_icon(plan.search == FloorSearch::searching ? Icon::pause : Icon::play));
    solve_->setEnabled(plan.search != FloorSearch::replaying);
    enable(simulate_, idle && plan.issues.empty() && plan.now.placed > 0,
           tr("Simulates this placement and puts the run in a pane, Ctrl+Return"),
           idle ? tr("Needs a legal placement of all kernels.") : busy);
    title_->setText(plan.title);
    QString state = plan.subtitle;
    const auto placed = tr("%1 of %2 kernels placed")
                            .arg(format::count(static_cast<std::int64_t>(plan.now.placed)),
                                 format::count(static_cast<std::int64_t>(plan.kernels.size())));
    if (missing > 0) state += QStringLiteral("   ") + placed;
    if (plan.search == FloorSearch::searching || plan.search == FloorSearch::paused)
        state +=
            QStringLiteral("   ") + tr("search %1 %, %2%3")
                                        .arg(qRound(100 * plan.search_done))
                                        .arg(format::quantity(plan.search_s, "s"),
                                             plan.search == FloorSearch::paused ? tr(", paused") : QString());
    if (plan.search == FloorSearch::replaying) state += QStringLiteral("   ") + tr("replay of the search");
    state_->setText(state);
    const auto wrong = plan.issues.size() - missing;
    alert_->setText(wrong == 0   ? QString()
                    : wrong == 1 ? tr("1 problem")
                                 : tr("%1 problems").arg(format::count(static_cast<std::int64_t>(wrong))));
    auto shade = alert_->palette();
    shade.setColor(QPalette::WindowText, active_theme().error);
    alert_->setPalette(shade);
}

}  // namespace waferscope::views
