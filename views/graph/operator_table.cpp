// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/operator_table.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"
#include "views/workbench_model.hpp"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace waferscope::views {

OperatorTable::OperatorTable(WorkbenchModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      rows_(new OperatorTableModel(this)),
      shown_(new OperatorFilter(this)),
      table_(new QTableView(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    build_bar();
    build_table();
    column->addWidget(table_, 1);
    connect(&model_, &WorkbenchModel::runsChanged, this, &OperatorTable::take_graph);
    connect(&model_, &WorkbenchModel::viewsChanged, this, &OperatorTable::take_graph);
    connect(&model_, &WorkbenchModel::selectionChanged, this, &OperatorTable::take_selection);
}

void OperatorTable::build_bar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(6);
    filter_ = new QLineEdit(bar);
    filter_->setPlaceholderText(tr("Filter by name, type, layer"));
    filter_->setAccessibleName(tr("Filter operators"));
    filter_->setClearButtonEnabled(true);
    filter_->setMaximumWidth(320);
    connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
        shown_->set_words(text);
        refresh_note();
    });
    group_ = new QComboBox(bar);
    group_->setAccessibleName(tr("Group by"));
    group_->addItem(tr("Every operator"), static_cast<int>(OperatorGrouping::none));
    group_->addItem(tr("Sums by type"), static_cast<int>(OperatorGrouping::type));
    group_->addItem(tr("Sums by layer"), static_cast<int>(OperatorGrouping::layer));
    connect(group_, &QComboBox::currentIndexChanged, this, [this] {
        rows_->set_grouping(static_cast<OperatorGrouping>(group_->currentData().toInt()));
        take_selection();
        refresh_note();
    });
    note_ = new QLabel(bar);
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(filter_, 1);
    row->addWidget(group_);
    row->addWidget(note_, 1);
    layout()->addWidget(bar);
}

void OperatorTable::build_table() {
    shown_->setSourceModel(rows_);
    table_->setModel(shown_);
    table_->setSortingEnabled(true);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setShowGrid(false);
    table_->setFrameShape(QFrame::NoFrame);
    table_->setWordWrap(false);
    table_->setTextElideMode(Qt::ElideMiddle);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(active_theme().scaled(24));
    auto* header = table_->horizontalHeader();
    header->setHighlightSections(false);
    const std::array widths{300, 150, 60, 190, 100, 84, 100, 110, 90};
    for (int c = 0; c < OperatorTableModel::columns; ++c)
        table_->setColumnWidth(c, active_theme().scaled(widths.at(static_cast<std::size_t>(c))));
    header->setSectionResizeMode(OperatorTableModel::name, QHeaderView::Stretch);
    table_->setAccessibleName(tr("Operators"));
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &OperatorTable::choose);
    auto* copies = new QShortcut(QKeySequence::Copy, table_);
    copies->setContext(Qt::WidgetWithChildrenShortcut);
    connect(copies, &QShortcut::activated, this, &OperatorTable::copy);
}

void OperatorTable::showEvent(QShowEvent* event) {
    take_graph();
    QWidget::showEvent(event);
}

void OperatorTable::take_graph() {
    if (!isVisible()) return;
    const QScopedValueRollback guard(showing_, true);
    pane_ = model_.active_pane();
    for (int i = 0; i < kPanes && model_.run(pane_) == nullptr; ++i) pane_ = i;
    const auto& answer = model_.graph(pane_);
    if (graph_ != nullptr && answer.graph == graph_) return;
    why_ = answer.why;
    rows_->set_graph(answer.graph);
    if (answer.graph != graph_) {  // the largest first
        graph_ = answer.graph;
        const bool timed = graph_ && !graph_->seconds.empty();
        table_->sortByColumn(timed ? OperatorTableModel::time : OperatorTableModel::macs,
                             Qt::DescendingOrder);
    }
    table_->setColumnHidden(OperatorTableModel::time, !answer.graph || answer.graph->seconds.empty());
    const auto layered = answer.graph && std::ranges::any_of(answer.graph->workload->operators,
                                                             [](const auto& op) { return op.layer >= 0; });
    table_->setColumnHidden(OperatorTableModel::layer, !layered);
    showing_ = false;
    take_selection();
    refresh_note();
}

void OperatorTable::refresh_note() {
    if (!why_.isEmpty()) return note_->setText(why_);
    const int all = rows_->rowCount(), shown = shown_->rowCount();
    note_->setText(shown == all ? tr("%1 rows").arg(format::count(all))
                                : tr("%1 of %2 rows").arg(format::count(shown), format::count(all)));
}

void OperatorTable::take_selection() {
    if (showing_ || !isVisible()) return;
    const QScopedValueRollback guard(showing_, true);
    const int row = rows_->row_of(model_.selection().op);
    if (row < 0) return table_->clearSelection();
    const auto index = shown_->mapFromSource(rows_->index(row, 0));
    if (!index.isValid()) return table_->clearSelection();
    table_->selectionModel()->select(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    table_->scrollTo(index);
}

void OperatorTable::choose() {
    if (showing_) return;
    const auto chosen = table_->selectionModel()->selectedRows();
    if (chosen.size() != 1) return;
    const auto op = rows_->operator_of(shown_->mapToSource(chosen.front()).row());
    if (op == core::kNoOperator) return;
    const QScopedValueRollback guard(showing_, true);
    model_.select_operator(pane_, op);
}

void OperatorTable::copy() {
    std::vector<int> rows;
    for (const auto& index : table_->selectionModel()->selectedRows()) rows.push_back(index.row());
    if (rows.empty())
        for (int i = 0; i < shown_->rowCount(); ++i) rows.push_back(i);
    std::ranges::sort(rows);
    QGuiApplication::clipboard()->setText(operators_csv(*shown_, rows));
}

}  // namespace waferscope::views
