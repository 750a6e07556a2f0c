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
    const bool regions = editor_.region_editing() != nullptr;
    if (!regions)
        toggle(tr("Link load"), tr("How full every link is, under the kernels"),
               [this](bool on) { canvas_->set_links(on); });
    toggle(regions ? tr("Way of a token") : tr("Tensors"),
           regions ? tr("Arrows from region to region, in the order of their layers")
                   : tr("Arrows between kernels, wider with tensor size times distance"),
           [this](bool on) { canvas_->set_arrows(on); });
    bar_->addSeparator();
    undo_ = button({}, tr("Undo, Ctrl+Z"));
    undo_->setIcon(make_icon(Icon::undo));
    connect(undo_, &QToolButton::clicked, &editor_.history(), &QUndoStack::undo);
    redo_ = button({}, tr("Redo, Ctrl+Shift+Z"));
    redo_->setIcon(make_icon(Icon::redo));
    connect(redo_, &QToolButton::clicked, &editor_.history(), &QUndoStack::redo);
    lock_ = button(tr("Lock"), tr("Lock or unlock, L"));
    connect(lock_, &QToolButton::clicked, this, [this] {
        bool all = true;
        for (const auto k : editor_.selection()) all &= editor_.plan().kernels[k].locked;
        editor_.set_locked(editor_.selection(), !all);
    });
    if (regions)
        build_regions();
    else
        build_placing();
    simulate_ = button(tr("Simulate Ctrl+Return"), tr("Simulates this placement and puts the run in a pane"));
    connect(simulate_, &QToolButton::clicked, this, &FloorExplorer::simulateRequested);
    auto* save = button({}, regions ? tr("Save as a scenario with these regions") : tr("Save the layout as .paint"));
    save->setIcon(make_icon(Icon::save));
    connect(save, &QToolButton::clicked, this, &FloorExplorer::saveRequested);
}

/// What kernels can do and regions cannot.
void FloorExplorer::build_placing() {
    rotate_ = button(tr("Turn"), tr("Rotate by 90 degrees, R"));
    connect(rotate_, &QToolButton::clicked, this, [this] { editor_.rotate(editor_.selection()); });
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
}

void FloorExplorer::build_regions() {
    auto& regions = *editor_.region_editing();
    const auto on_first = [this](auto action) {
        return [this, action] {
            if (!editor_.selection().empty()) action(editor_.selection().front());
        };
    };
    split_ = button(tr("Split"), {});
    connect(split_, &QToolButton::clicked, this, on_first([&regions](std::size_t r) { regions.split(r); }));
    merge_ = button(tr("Merge"), {});
    connect(merge_, &QToolButton::clicked, this, on_first([&regions](std::size_t r) { regions.merge(r); }));
    give_ = button(tr("\u2212 layer"), {});
    connect(give_, &QToolButton::clicked, this, on_first([&regions](std::size_t r) { regions.pass_layers(r, 1); }));
    take_ = button(tr("+ layer"), {});
    connect(take_, &QToolButton::clicked, this, on_first([&regions](std::size_t r) { regions.pass_layers(r, -1); }));
    role_ = button(tr("Prefill"), {});
    connect(role_, &QToolButton::clicked, this, on_first([&regions](std::size_t r) { regions.change_role(r); }));
    bar_->addSeparator();
    previous_ = button(tr("\u25c0"), tr("Previous wafer, PageUp"));
    connect(previous_, &QToolButton::clicked, this,
            [this, &regions] { regions.show_wafer(editor_.plan().wafer - 1); });
    wafer_ = new QLabel(bar_);
    bar_->addWidget(wafer_);
    next_ = button(tr("\u25b6"), tr("Next wafer, PageDown"));
    connect(next_, &QToolButton::clicked, this, [this, &regions] { regions.show_wafer(editor_.plan().wafer + 1); });
    auto* spacer = new QWidget(bar_);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar_->addWidget(spacer);
    solve_ = button(tr("Automatic"), tr("Takes the planner's regions"));
    connect(solve_, &QToolButton::clicked, &editor_, &FloorEditor::solve);
}

namespace {

void enable(QToolButton* b, bool on, const QString& tip, const QString& why) {
    b->setEnabled(on);
    b->setToolTip(on ? tip : why);
}

}  // namespace

void FloorExplorer::refresh_regions() {
    const auto& plan = editor_.plan();
    const auto& regions = *editor_.region_editing();
    const auto allow = [this](QToolButton* b, const QString& tip, QString why) {
        if (editor_.selection().empty()) why = tr("Select a region.");
        enable(b, why.isEmpty(), tip, why);
    };
    const auto chosen = editor_.selection().empty() ? 0 : editor_.selection().front();
    allow(split_, tr("Halves the layers over two squares, D"), regions.no_split(chosen));
    allow(merge_, tr("Joins the next layers' region, M"), regions.no_merge(chosen));
    const bool decodes = chosen < plan.kernels.size() && plan.kernels[chosen].decodes;
    const QString prompts = decodes ? QString() : tr("This region reads prompts: all layers pass it.");
    allow(give_, tr("Gives a layer to the next region, \u2212"), prompts);
    allow(take_, tr("Takes a layer from the next region, +"), prompts);
    role_->setText(decodes ? tr("Prefill") : tr("Decode"));
    allow(role_, decodes ? tr("Reads prompts from now on; its layers go to a neighbour, P") : tr("Decodes from now on, P"),
          regions.no_role(chosen));
    enable(previous_, plan.wafer > 0, tr("Previous wafer, PageUp"), tr("This is the first wafer."));
    enable(next_, plan.wafer + 1 < plan.wafers, tr("Next wafer, PageDown"), tr("This is the last wafer."));
    wafer_->setText(tr(" wafer %1 of %2 ").arg(plan.wafer + 1).arg(plan.wafers));
}

void FloorExplorer::set_color(FloorColor color) {
    color_->setCurrentIndex(static_cast<int>(color));
}

void FloorExplorer::refresh_placing(bool idle, const QString& busy) {
    const auto& plan = editor_.plan();
    const auto chosen = editor_.selection().size();
    const QString none = idle ? tr("Nothing is selected.") : busy;
    enable(rotate_, idle && chosen > 0, tr("Rotate by 90 degrees, R"), none);
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
}

void FloorExplorer::refresh() {
    const auto& plan = editor_.plan();
    const auto& history = editor_.history();
    const bool idle = plan.search == FloorSearch::idle;
    const auto chosen = editor_.selection().size();
    const QString busy = tr("Stop the search first.");
    enable(undo_, idle && history.canUndo(), tr("Undo %1, Ctrl+Z").arg(history.undoText()),
           idle ? tr("Nothing to undo.") : busy);
    enable(redo_, idle && history.canRedo(), tr("Redo %1, Ctrl+Shift+Z").arg(history.redoText()),
           idle ? tr("Nothing to redo.") : busy);
    const QString none = idle ? tr("Nothing is selected.") : busy;
    const auto missing = plan.regions ? 0 : plan.kernels.size() - plan.now.placed;
    enable(lock_, idle && chosen > 0, tr("Lock or unlock, L"), none);
    if (plan.regions)
        refresh_regions();
    else
        refresh_placing(idle, busy);
    enable(simulate_, idle && plan.blocked() == nullptr && plan.now.placed > 0,
           tr("Simulates this placement and puts the run in a pane, Ctrl+Return"),
           idle ? (plan.regions ? tr("Needs legal regions with all layers.") : tr("Needs a legal placement of all kernels."))
                : busy);
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
