// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/pane_frame.hpp"

#include "views/graph/graph_panel.hpp"
#include "views/map/pane_title.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/glyphs.hpp"

#include <QHBoxLayout>
#include <QPainter>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace waferscope::views {
namespace {

constexpr int kTitle = 32;
constexpr int kButton = 26;

}  // namespace

PaneFrame::PaneFrame(WorkbenchModel& model, int pane, QWidget* parent)
    : QWidget(parent),
      model_(model),
      pane_(pane),
      map_(new MapView(model, pane, this)),
      figures_(new KeyFigures(this)),
      title_(new PaneTitle(this)),
      stack_(new QStackedLayout),
      progress_(new ProgressLine(this)) {
    auto* buttons = new QHBoxLayout(title_);
    buttons->setContentsMargins(0, 0, 4, 0);
    buttons->setSpacing(0);
    buttons->addStretch();
    swap_ = add_button(Icon::swap, tr("Swap with the next pane"));
    scene_button_ = add_button(Icon::cube, tr("Show in 3-D"));
    scene_button_->setCheckable(true);
    graph_button_ = add_button(Icon::trace, tr("Show the workload graph, G"));
    graph_button_->setCheckable(true);
    maximise_ = add_button(Icon::maximise, tr("Fill the window with this pane"));
    title_->setFixedHeight(active_theme().scaled(kTitle));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    column->addWidget(title_);
    stack_->addWidget(map_);
    column->addLayout(stack_, 1);
    column->addWidget(figures_);

    connect(swap_, &QToolButton::clicked, this, [this] { Q_EMIT swapRequested(pane_); });
    connect(maximise_, &QToolButton::clicked, this, [this] { Q_EMIT maximiseRequested(pane_); });
    connect(title_, &PaneTitle::doubleClicked, this, [this] { Q_EMIT maximiseRequested(pane_); });
    connect(map_, &MapView::maximiseRequested, this, &PaneFrame::maximiseRequested);
    connect(scene_button_, &QToolButton::clicked, this,
            [this](bool on) { model_.set_view(pane_, on ? ViewKind::scene : ViewKind::map); });
    connect(graph_button_, &QToolButton::clicked, this,
            [this](bool on) { model_.set_view(pane_, on ? ViewKind::graph : ViewKind::map); });
    connect(&model_, &WorkbenchModel::runsChanged, this, &PaneFrame::refresh);
    connect(&model_, &WorkbenchModel::viewsChanged, this, &PaneFrame::refresh);
    refresh();
}

QToolButton* PaneFrame::add_button(Icon icon, const QString& tip) {
    auto* button = new QToolButton(title_);
    button->setIcon(make_icon(icon));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setAutoRaise(true);
    button->setFixedSize(kButton, kButton);
    title_->layout()->addWidget(button);
    return button;
}

void PaneFrame::set_scene_factory(std::function<QWidget*(QWidget*)> factory) {
    scene_factory_ = std::move(factory);
    refresh();
}

void PaneFrame::set_progress(double share, const QString& text) {
    progress_->set(share, text);
}

/// What the pane's view wants to be seen.
QWidget* PaneFrame::picture() {
    const auto view = model_.pane(pane_).view;
    if (view == ViewKind::graph) {
        if (graph_ == nullptr) stack_->addWidget(graph_ = new GraphPanel(model_, pane_, this));
        return graph_;
    }
    if (view != ViewKind::scene || !scene_factory_) return map_;
    if (scene_ == nullptr) {
        scene_ = scene_factory_(this);
        if (scene_ != nullptr) stack_->addWidget(scene_);
    }
    return scene_ != nullptr ? scene_ : map_;
}

void PaneFrame::refresh() {
    const auto& pane = model_.pane(pane_);
    const auto* run = pane.run.get();
    QString name = run != nullptr ? machine_title(*run) : tr("Empty pane");
    QString subtitle = run != nullptr ? machine_subtitle(*run) : QString();
    if (pane.view == ViewKind::difference) {
        const auto* other = model_.run(pane.minus);
        if (run != nullptr && other != nullptr)
            name = tr("%1 minus %2").arg(machine_title(*run), machine_title(*other));
        subtitle = tr("difference");
    }
    title_->set_text(pane.layer, name, subtitle);
    figures_->set_run(run);
    stack_->setCurrentWidget(picture());
    scene_button_->setVisible(static_cast<bool>(scene_factory_));
    scene_button_->setChecked(pane.view == ViewKind::scene);
    graph_button_->setChecked(pane.view == ViewKind::graph);
    const bool whole = model_.maximised_pane() == pane_;
    maximise_->setIcon(make_icon(whole ? Icon::restore : Icon::maximise));
    maximise_->setToolTip(whole ? tr("Back to all panes") : tr("Fill the window with this pane"));
    update();
}

void PaneFrame::resizeEvent(QResizeEvent* /*event*/) {
    progress_->setGeometry(1, title_->height() + 1, width() - 2, active_theme().scaled(32));
}

void PaneFrame::paintEvent(QPaintEvent* /*event*/) {
    const auto& theme = active_theme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.panel);
    painter.setPen(model_.active_pane() == pane_ ? theme.accent : theme.border);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

}  // namespace waferscope::views
