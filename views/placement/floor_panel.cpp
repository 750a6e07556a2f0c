// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_panel.hpp"

#include "views/placement/floor_chart.hpp"
#include "views/placement/floor_figures.hpp"
#include "views/placement/floor_table.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QGridLayout>
#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <QTabWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr int kWidth = 452, kIssueRows = 3, kTabs = 240;
constexpr std::array kNotches{0.0,  0.1,  0.2,  0.5,   1.0,   2.0,   5.0,
                              10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0};

int notch_of(double value) {
    const auto near = std::ranges::min_element(kNotches, {}, [&](double n) { return std::abs(n - value); });
    return static_cast<int>(near - kNotches.begin());
}

}  // namespace

FloorPanel::FloorPanel(FloorEditor& editor, QWidget* parent)
    : QWidget(parent),
      editor_(editor),
      figures_(new FloorChart(
          tr("Figures"),
          [this](QPainter& p, const QRectF& r) { paint_figures(p, r, editor_.plan(), active_theme()); },
          this)),
      shapes_(new FloorChart(
          tr("Legal shapes"),
          [this](QPainter& p, const QRectF& r) {
              const auto& theme = active_theme();
              if (const auto kernel = shown_kernel())
                  return paint_shapes(p, r, editor_.plan(), *kernel, editor_.shapes(*kernel), theme);
              p.fillRect(r, theme.panel);
              p.setFont(theme.font(TextRole::status));
              p.setPen(theme.text2);
              p.drawText(r.adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Select a kernel to see its legal shapes. A click on one takes it."));
          },
          this)),
      seen_(new FloorChart(
          tr("Placements seen"),
          [this](QPainter& p, const QRectF& r) { paint_seen(p, r, editor_.plan(), active_theme()); }, this)),
      tabs_(new QTabWidget(this)),
      issues_title_(new QLabel(this)),
      issues_(new QTreeWidget(this)),
      rule_(new QLabel(this)) {
    setMinimumWidth(kWidth);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(figures_);
    auto* weights = new QWidget(this);
    build_weights(weights);
    column->addWidget(weights);
    weights->setHidden(editor.plan().regions);
    tabs_->setDocumentMode(true);
    tabs_->setMinimumHeight(active_theme().scaled(kTabs));
    const bool regions = editor.plan().regions;
    shapes_->setHidden(regions), seen_->setHidden(regions);
    if (!regions) tabs_->addTab(shapes_, tr("Shapes"));
    tabs_->addTab(new FloorTable(editor, tabs_), regions ? tr("Regions") : tr("Kernels"));
    if (!regions) tabs_->addTab(seen_, tr("Placements seen"));
    column->addWidget(tabs_, 1);
    issues_title_->setContentsMargins(12, 2, 12, 0);
    column->addWidget(issues_title_);
    issues_->setHeaderHidden(true);
    issues_->setRootIsDecorated(false);
    issues_->setFrameShape(QFrame::NoFrame);
    issues_->setFixedHeight(kIssueRows * active_theme().scaled(24) + 4);
    issues_->setAccessibleName(tr("Problems"));
    column->addWidget(issues_);
    rule_->setWordWrap(true);
    rule_->setContentsMargins(12, 0, 12, 4);
    rule_->setFont(active_theme().font(TextRole::axis));
    column->addWidget(rule_);
    connect(shapes_, &FloorChart::clicked, this, [this](const QPointF& at) {
        const auto index = shown_kernel();
        if (!index) return;
        const auto& kernel = editor_.plan().kernels[*index];
        const auto& shapes = editor_.shapes(*index);
        const auto chosen = shape_at(QRectF(shapes_->rect()), shapes, kernel, at);
        if (!chosen || !kernel.placed) return;
        const int width = shapes[*chosen].width, height = shapes[*chosen].height;
        const core::Rect box{kernel.rect.x, kernel.rect.y, kernel.rotated ? height : width,
                             kernel.rotated ? width : height};
        editor_.pull(*index, box, Qt::RightEdge | Qt::BottomEdge, 0);
    });
    connect(issues_, &QTreeWidget::itemClicked, this, [this](QTreeWidgetItem* item) {
        const auto& issues = editor_.plan().issues;
        const auto row = static_cast<std::size_t>(issues_->indexOfTopLevelItem(item));
        if (row >= issues.size()) return;
        editor_.select({issues[row].kernel});
        if (issues[row].place.area() > 0) Q_EMIT showRequested(issues[row].place);
    });
    connect(&editor, &FloorEditor::changed, this, &FloorPanel::refresh);
    connect(&editor, &FloorEditor::selectionChanged, shapes_, qOverload<>(&QWidget::update));
    refresh();
}

/// The selected kernel, else the one that sets the pace.
std::optional<std::size_t> FloorPanel::shown_kernel() const {
    const auto& plan = editor_.plan();
    if (!editor_.selection().empty() && editor_.selection().front() < plan.kernels.size())
        return editor_.selection().front();
    if (plan.now.placed > 0) return plan.now.slowest;
    return std::nullopt;
}

void FloorPanel::build_weights(QWidget* parent) {
    auto* grid = new QGridLayout(parent);
    grid->setContentsMargins(12, 2, 12, 2);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(2);
    const std::array names{tr("Weight of time"), tr("of wire"), tr("of adapters")};
    for (std::size_t i = 0; i < sliders_.size(); ++i) {
        auto* label = new QLabel(names[i], parent);
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        sliders_[i] = new QSlider(Qt::Horizontal, parent);
        sliders_[i]->setRange(0, static_cast<int>(kNotches.size()) - 1);
        sliders_[i]->setPageStep(1);
        sliders_[i]->setAccessibleName(names[i]);
        label->setBuddy(sliders_[i]);
        values_[i] = new QLabel(parent);
        values_[i]->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        values_[i]->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("8,888")) + 6);
        const int row = static_cast<int>(i);
        grid->addWidget(label, row, 0);
        grid->addWidget(sliders_[i], row, 1);
        grid->addWidget(values_[i], row, 2);
        connect(sliders_[i], &QSlider::valueChanged, this, &FloorPanel::weight_moved);
    }
    grid->setColumnStretch(1, 1);
}

void FloorPanel::weight_moved() {
    const auto& plan = editor_.plan();
    std::array weights{plan.weight_time, plan.weight_length, plan.weight_adapter};
    for (std::size_t i = 0; i < sliders_.size(); ++i)
        if (sliders_[i] == sender())
            weights.at(i) = kNotches.at(static_cast<std::size_t>(sliders_[i]->value()));
    editor_.set_weights(weights[0], weights[1], weights[2]);
}

void FloorPanel::refresh() {
    const auto& plan = editor_.plan();
    const std::array weights{plan.weight_time, plan.weight_length, plan.weight_adapter};
    for (std::size_t i = 0; i < sliders_.size(); ++i) {
        const QSignalBlocker quiet(sliders_[i]);
        sliders_[i]->setValue(notch_of(weights.at(i)));
        values_[i]->setText(format::number(weights.at(i)));
    }
    const auto needed = static_cast<int>(std::ceil(figures_height(plan, width(), active_theme())));
    if (figures_->height() != needed) figures_->setFixedHeight(needed);
    figures_->setAccessibleDescription(pace_text(plan));
    figures_->update();
    shapes_->update();
    seen_->update();
    if (rule_->text() != plan.rule) rule_->setText(plan.rule);
    refresh_issues();
}

void FloorPanel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && issues_title_ != nullptr) refresh_issues();  // another theme
    QWidget::changeEvent(event);
}

void FloorPanel::refresh_issues() {
    const auto& issues = editor_.plan().issues;
    issues_title_->setText(
        issues.empty() ? tr("No problems: the placement is legal")
        : issues.size() == 1
            ? tr("1 problem")
            : tr("%1 problems").arg(format::count(static_cast<std::int64_t>(issues.size()))));
    auto shade = issues_title_->palette();
    shade.setColor(QPalette::WindowText, issues.empty() ? active_theme().ok : active_theme().error);
    issues_title_->setPalette(shade);
    constexpr std::size_t kMost = 50;
    const auto count = static_cast<int>(std::min(kMost, issues.size()));
    while (issues_->topLevelItemCount() > count)
        delete issues_->takeTopLevelItem(issues_->topLevelItemCount() - 1);
    while (issues_->topLevelItemCount() < count) new QTreeWidgetItem(issues_);
    for (int i = 0; i < count; ++i) {
        auto* item = issues_->topLevelItem(i);
        const auto& text = issues[static_cast<std::size_t>(i)].text;
        if (item->text(0) != text) item->setText(0, text), item->setToolTip(0, text);
    }
}

}  // namespace waferscope::views
