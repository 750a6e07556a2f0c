// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/top_bar.hpp"

#include "core/model/metrics.hpp"
#include "views/theme/glyphs.hpp"

#include <QActionGroup>
#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

namespace waferscope::app {

using views::ColorRange;
using views::ViewKind;
using views::WorkbenchModel;

TopBar::TopBar(WorkbenchModel& model, QWidget* parent)
    : QToolBar(tr("Main"), parent), model_(model), workspaces_(new QActionGroup(this)) {
    setObjectName(QStringLiteral("main_bar"));
    setMovable(false);
    build_workspaces();
    addSeparator();
    build_choices();
    build_buttons();
    for (const auto signal : {&WorkbenchModel::runsChanged, &WorkbenchModel::metricChanged,
                              &WorkbenchModel::colorsChanged, &WorkbenchModel::viewsChanged})
        connect(&model, signal, this, &TopBar::refresh);
    refresh();
}

void TopBar::build_workspaces() {
    const std::array names{tr("Explore"), tr("Compare"), tr("Timeline")};
    for (int i = 0; i < static_cast<int>(names.size()); ++i) {
        auto* action = workspaces_->addAction(names[static_cast<std::size_t>(i)]);
        action->setCheckable(true);
        action->setToolTip(tr("%1, Ctrl+%2").arg(action->text()).arg(i + 1));
        action->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)));
        connect(action, &QAction::triggered, this,
                [this, i] { Q_EMIT workspaceChosen(static_cast<Workspace>(i)); });
        addAction(action);
    }
    workspaces_->actions().front()->setChecked(true);
}

void TopBar::build_choices() {
    const auto choice = [this](const QString& name) {
        addWidget(new QLabel(QStringLiteral("  %1  ").arg(name), this));
        auto* combo = new QComboBox(this);
        combo->setAccessibleName(name);
        addWidget(combo);
        return combo;
    };
    addWidget(new QLabel(tr("  Workload  "), this));
    workload_ = new QLabel(this);
    workload_->setFixedWidth(220);
    addWidget(workload_);
    metric_ = choice(tr("Metric"));
    for (const auto& metric : core::metrics())
        if (metric.domain != core::MetricDomain::system)
            metric_->addItem(QString::fromUtf8(metric.label.data()), QString::fromUtf8(metric.id.data()));
    connect(metric_, &QComboBox::currentIndexChanged, this, [this] {
        const auto id = metric_->currentData().toString().toStdString();
        model_.set_metric(id);
        for (int i = 0; i < views::kPanes; ++i)
            model_.set_view(i, id == "link_load" ? ViewKind::fabric : ViewKind::map);
    });
    range_ = choice(tr("Colour range"));
    range_->addItem(tr("whole scale"), static_cast<int>(ColorRange::Mode::natural));
    range_->addItem(tr("1 to 99 % of values"), static_cast<int>(ColorRange::Mode::percentile));
    range_->addItem(tr("locked"), static_cast<int>(ColorRange::Mode::locked));
    connect(range_, &QComboBox::currentIndexChanged, this, [this] {
        const auto mode = static_cast<ColorRange::Mode>(range_->currentData().toInt());
        if (mode == ColorRange::Mode::locked) return model_.lock_range();
        auto range = model_.color_range();
        range.mode = mode;
        model_.set_color_range(range);
    });
}

void TopBar::build_buttons() {
    auto* spacer = new QWidget(this);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    addWidget(spacer);
    const auto button = [this](views::Icon icon, const QString& text, const QString& tip) {
        auto* b = new QToolButton(this);
        b->setIcon(views::make_icon(icon));
        b->setText(text);
        b->setToolButtonStyle(text.isEmpty() ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
        b->setToolTip(tip);
        b->setAccessibleName(tip);
        addWidget(b);
        return b;
    };
    scene_ = button(views::Icon::cube, tr("3-D"), tr("The wafer as a relief"));
    scene_->setCheckable(true);
    connect(scene_, &QToolButton::clicked, this, [this](bool on) {
        for (int i = 0; i < views::kPanes; ++i)
            if (const auto* run = model_.run(i); run != nullptr && run->wafer)
                model_.set_view(i, on ? ViewKind::scene : ViewKind::map);
    });
    connect(button(views::Icon::open, {}, tr("Open, Ctrl+O")), &QToolButton::clicked, this,
            &TopBar::openRequested);
    connect(button(views::Icon::save, {}, tr("Save, Ctrl+S")), &QToolButton::clicked, this,
            &TopBar::saveRequested);
    run_ = button(views::Icon::play, tr("Run F5"), tr("Simulate again"));
    connect(run_, &QToolButton::clicked, this, &TopBar::runRequested);
}

void TopBar::set_workspace(Workspace workspace) {
    workspaces_->actions().at(static_cast<int>(workspace))->setChecked(true);
}

void TopBar::refresh() {
    const QSignalBlocker quiet_metric(metric_), quiet_range(range_);
    const auto& id = model_.metric().id;
    metric_->setCurrentIndex(
        metric_->findData(QString::fromUtf8(id.data(), static_cast<qsizetype>(id.size()))));
    range_->setCurrentIndex(range_->findData(static_cast<int>(model_.color_range().mode)));
    QString name = tr("none");
    bool wafer = false, scene = false, any = false;
    for (int i = views::kPanes - 1; i >= 0; --i)
        if (const auto* run = model_.run(i)) {
            name = QString::fromStdString(run->scenario.name);
            any = true;
            wafer |= run->wafer.has_value();
            scene |= model_.pane(i).view == ViewKind::scene;
        }
    workload_->setText(workload_->fontMetrics().elidedText(name, Qt::ElideRight, workload_->width()));
    workload_->setToolTip(name);
    scene_->setEnabled(wafer);
    scene_->setToolTip(wafer ? tr("The wafer as a relief") : tr("Needs a run on a wafer."));
    scene_->setChecked(scene);
    run_->setEnabled(any);
    run_->setToolTip(any ? tr("Simulate again, F5") : tr("Run needs a workload: open a file or a demo."));
}

}  // namespace waferscope::app
