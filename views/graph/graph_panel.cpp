// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_panel.hpp"

#include "views/graph/graph_text.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QShortcut>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace waferscope::views {
namespace {

constexpr std::size_t kMostHits = 200;
constexpr int kRowsShown = 9, kRow = 24;

}  // namespace

GraphPanel::GraphPanel(WorkbenchModel& model, int pane, QWidget* parent)
    : QWidget(parent), model_(model), pane_(pane), view_(new GraphView(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    build_bar();
    column->addWidget(view_, 1);
    connect(view_, &GraphView::selectedChanged, this, [this](std::uint32_t item) {
        model_.set_active_pane(pane_);
        const auto op = item == kNoItem || !graph_ ? core::kNoOperator : graph_->tree.items[item].op;
        model_.select_operator(pane_, op);
        refresh_path();
    });
    connect(view_, &GraphView::hoveredChanged, this, [this](std::uint32_t item) {
        model_.hover_operator(pane_,
                              item == kNoItem || !graph_ ? core::kNoOperator : graph_->tree.items[item].op);
    });
    connect(view_, &GraphView::pictureChanged, this, [this] {
        refresh_path();
        refresh_colors();
    });
    connect(&model_, &WorkbenchModel::runsChanged, this, &GraphPanel::take_graph);
    connect(&model_, &WorkbenchModel::selectionChanged, this, &GraphPanel::take_selection);
    connect(&model_, &WorkbenchModel::hoverChanged, this, &GraphPanel::take_hover);
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, &GraphPanel::start_search);
}

void GraphPanel::build_bar() {
    auto* bar = new QWidget(this);
    auto* rows = new QVBoxLayout(bar);
    rows->setContentsMargins(8, 4, 8, 4);
    rows->setSpacing(4);
    path_ = new QLabel(bar);
    path_->setTextFormat(Qt::RichText);
    path_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    path_->setAccessibleName(tr("Path of the selection"));
    connect(path_, &QLabel::linkActivated, this, [this](const QString& link) {
        const auto item = link.toUInt();
        if (graph_ && item < graph_->tree.items.size()) view_->jump_to(item);
    });
    auto* tools = new QHBoxLayout;
    tools->setSpacing(6);
    search_ = new QLineEdit(bar);
    search_->setPlaceholderText(tr("Find an operator, Ctrl+F"));
    search_->setAccessibleName(tr("Find an operator"));
    search_->setClearButtonEnabled(true);
    search_->installEventFilter(this);
    connect(search_, &QLineEdit::textEdited, this, &GraphPanel::refresh_hits);
    colors_ = new QComboBox(bar);
    colors_->setAccessibleName(tr("Colour by"));
    colors_->setToolTip(tr("What the colour of a box means"));
    for (const auto color : kGraphColors) colors_->addItem(graph_color_name(color), static_cast<int>(color));
    connect(colors_, &QComboBox::activated, this,
            [this] { view_->set_color(static_cast<GraphColor>(colors_->currentData().toInt())); });
    tools->addWidget(search_, 1);
    tools->addWidget(colors_);
    rows->addLayout(tools);
    rows->addWidget(path_);
    layout()->addWidget(bar);
    hits_ = new QListWidget(this);
    hits_->setFocusPolicy(Qt::NoFocus);
    hits_->setUniformItemSizes(true);
    hits_->setTextElideMode(Qt::ElideLeft);  // the end of a path says most
    hits_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    hits_->setAccessibleName(tr("Operators found"));
    hits_->hide();
    connect(hits_, &QListWidget::itemClicked, this, [this] { take_hit(hits_->currentRow()); });
}

void GraphPanel::showEvent(QShowEvent* event) {
    take_graph();
    QWidget::showEvent(event);
}

/// Graphs are made when they are looked at first, not for every run that is opened.
void GraphPanel::take_graph() {
    if (!isVisible()) return;
    const auto& answer = model_.graph(pane_);
    if (graph_ == answer.graph && view_->graph() != nullptr) return;
    graph_ = answer.graph;
    view_->set_graph(graph_, answer.why);
    search_->setEnabled(graph_ != nullptr);
    colors_->setEnabled(graph_ != nullptr);
    hits_->hide();
    refresh_colors();
    take_selection();
    refresh_path();
}

void GraphPanel::take_selection() {
    if (!graph_) return;
    const auto op = model_.selection().op;
    if (op < graph_->tree.item_of_op.size()) {
        // The picture may already mark the operator's box with its constants: the same operator.
        const auto marked = view_->selected();
        if (marked == kNoItem || graph_->tree.items[marked].op != op)
            view_->mark(graph_->tree.item_of_op[op]);
    } else if (view_->selected() != kNoItem &&
               graph_->tree.items[view_->selected()].op != core::kNoOperator) {
        view_->mark(kNoItem);
    }
    refresh_path();
}

void GraphPanel::take_hover() {
    if (!graph_) return;
    const auto& hover = model_.hover();
    if (view_->underMouse()) return;
    view_->mark_hovered(hover.op < graph_->tree.item_of_op.size() ? graph_->tree.item_of_op[hover.op]
                                                                  : kNoItem);
}

void GraphPanel::refresh_colors() {
    auto* items = qobject_cast<QStandardItemModel*>(colors_->model());
    for (int i = 0; i < colors_->count() && items != nullptr; ++i) {
        const auto color = static_cast<GraphColor>(colors_->itemData(i).toInt());
        const bool there = graph_ && graph_has(graph_->tree, color);
        items->item(i)->setEnabled(there);
        const auto why = color == GraphColor::time ? tr("The timeline of this run does not name operators.")
                                                   : tr("The graph does not say.");
        items->item(i)->setToolTip(there ? QString() : why);
    }
    const QSignalBlocker quiet(colors_);
    colors_->setCurrentIndex(colors_->findData(static_cast<int>(view_->color())));
}

/// "ResNet-50 › layer 3 › attention › MatMul", each a link, and how much is on the picture.
void GraphPanel::refresh_path() {
    if (!graph_) return path_->clear();
    const auto& items = graph_->tree.items;
    const auto& theme = active_theme();
    QStringList parts;
    for (auto item = view_->selected(); item != kNoItem && item != graph_->tree.root();
         item = items[item].parent) {
        const auto name = QString::fromStdString(items[item].name).toHtmlEscaped();
        parts.prepend(QStringLiteral("<a style='color:%1;text-decoration:none' href='%2'>%3</a>")
                          .arg(theme.accent_text.name())
                          .arg(item)
                          .arg(name));
    }
    if (parts.isEmpty() && view_->picture().tree != nullptr)
        parts << QStringLiteral("<span style='color:%1'>%2</span>")
                     .arg(theme.text2.name(),
                          graph_summary(graph_->tree, view_->picture().scene).toHtmlEscaped());
    path_->setText(parts.join(QStringLiteral(" <span style='color:%1'>›</span> ").arg(theme.text3.name())));
    path_->setToolTip(view_->picture().tree == nullptr ? QString()
                                                       : graph_summary(graph_->tree, view_->picture().scene));
}

void GraphPanel::start_search() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
    refresh_hits();
}

void GraphPanel::refresh_hits() {
    hits_->clear();
    const auto text = search_->text().toStdString();
    if (!graph_ || search_->text().trimmed().isEmpty()) return hits_->hide();
    const auto found = search_graph(graph_->tree, *graph_->workload, text, kMostHits);
    for (const auto item : found) {
        const auto& hit = graph_->tree.items[item];
        const auto label = graph_label(graph_->tree, *graph_->workload, item, view_->color());
        const auto name = hit.op == core::kNoOperator || graph_->workload->operators[hit.op].name.empty()
                              ? label.title
                              : QString::fromStdString(graph_->workload->operators[hit.op].name);
        auto* row = new QListWidgetItem(QStringLiteral("%1   %2").arg(name, label.detail), hits_);
        row->setData(Qt::UserRole, item);
        row->setToolTip(name);
    }
    if (found.empty()) {
        auto* none = new QListWidgetItem(tr("No operator is called that."), hits_);
        none->setFlags(Qt::NoItemFlags);
    }
    hits_->setCurrentRow(found.empty() ? -1 : 0);
    place_hits();
    hits_->show();
    hits_->raise();
}

void GraphPanel::place_hits() {
    const auto below = search_->mapTo(this, QPoint(0, search_->height() + 2));
    const int rows = std::min(hits_->count(), kRowsShown);
    hits_->setGeometry(8, below.y(), width() - 16, rows * active_theme().scaled(kRow) + 6);
}

void GraphPanel::take_hit(int row) {
    const auto* hit = hits_->item(row);
    if (hit == nullptr || !hit->flags().testFlag(Qt::ItemIsEnabled)) return;
    const auto item = hit->data(Qt::UserRole).toUInt();
    hits_->hide();
    view_->jump_to(item);
    view_->setFocus(Qt::OtherFocusReason);
}

void GraphPanel::resizeEvent(QResizeEvent* event) {
    if (hits_->isVisible()) place_hits();
    QWidget::resizeEvent(event);
}

bool GraphPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched != search_ || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const int row = hits_->currentRow();
    switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Down:
            hits_->setCurrentRow(std::min(row + 1, hits_->count() - 1));
            return true;
        case Qt::Key_Up:
            hits_->setCurrentRow(std::max(row - 1, 0));
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            take_hit(std::max(row, 0));
            return true;
        case Qt::Key_Escape:
            hits_->hide();
            view_->setFocus(Qt::OtherFocusReason);
            return true;
        default:
            return QWidget::eventFilter(watched, event);
    }
}

}  // namespace waferscope::views
