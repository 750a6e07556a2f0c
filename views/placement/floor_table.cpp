// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_table.hpp"

#include "views/placement/floor_colors.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QHeaderView>
#include <QScopedValueRollback>
#include <QSortFilterProxyModel>

#include <array>

namespace waferscope::views {

FloorTableModel::FloorTableModel(FloorEditor& editor, QObject* parent)
    : QAbstractTableModel(parent), editor_(editor), rows_(static_cast<int>(editor.plan().kernels.size())) {
    connect(&editor, &FloorEditor::changed, this, &FloorTableModel::refresh);
}

void FloorTableModel::refresh() {
    const auto rows = static_cast<int>(editor_.plan().kernels.size());
    if (rows == rows_) {
        if (rows > 0) Q_EMIT dataChanged(index(0, 0), index(rows - 1, columns - 1));
        return;
    }
    beginResetModel();
    rows_ = rows;
    endResetModel();
}

int FloorTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : rows_;
}

int FloorTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant FloorTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(section <= what ? Qt::AlignLeft | Qt::AlignVCenter
                                        : Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    const bool regions = editor_.plan().regions;
    const std::array titles{regions ? tr("Region") : tr("Kernel"), tr("What"),  tr("Place"), tr("Tiles"),
                            tr("Cycles"), tr("Slack"), tr("Memory")};
    return titles.at(static_cast<std::size_t>(section));
}

QVariant FloorTableModel::data(const QModelIndex& index, int role) const {
    const auto& plan = editor_.plan();
    const auto row = static_cast<std::size_t>(index.row());
    if (!index.isValid() || row >= plan.kernels.size()) return {};
    const auto& kernel = plan.kernels[row];
    if (role == Qt::TextAlignmentRole) return headerData(index.column(), Qt::Horizontal, role);
    if (role == Qt::ToolTipRole)
        return kernel.problem.isEmpty() ? kernel.name + QStringLiteral("  ") + kernel.what : kernel.problem;
    if (role == Qt::ForegroundRole && !kernel.problem.isEmpty()) return active_theme().error;
    const bool sorting = role == Qt::UserRole;
    if (role != Qt::DisplayRole && !sorting) return {};
    const bool there = kernel.placed || plan.regions;  // regions of wafers that are not shown too
    const double hidden = -1;  // unplaced kernels sort together
    switch (index.column()) {
        case name:
            if (sorting) return static_cast<int>(row);
            return kernel.locked ? tr("%1 (locked)").arg(kernel.name) : kernel.name;
        case what:
            return kernel.what;
        case place:
            if (sorting) return there ? kernel.wafer * 1e8 + kernel.rect.y * 10'000.0 + kernel.rect.x : hidden;
            if (plan.regions && plan.wafers > 1)
                return tr("w%1:%2,%3").arg(kernel.wafer + 1).arg(kernel.rect.x).arg(kernel.rect.y);
            return there ? format::core_name(kernel.rect.x, kernel.rect.y) : tr("not placed");
        case size:
            if (sorting) return static_cast<double>(kernel.rect.area());
            return there ? format::dimensions(kernel.rect.width, kernel.rect.height)
                                 : format::missing();
        case time:
            if (sorting) return there ? kernel.time : hidden;
            return there && kernel.decodes ? format::number(kernel.time, {.digits = 6}) : format::missing();
        case slack:
            if (sorting) return there ? views::slack(plan, kernel) : hidden;
            return there ? format::percent(views::slack(plan, kernel)) : format::missing();
        default:
            if (sorting) return there ? kernel.memory : hidden;
            return there ? format::bytes_binary(2 * kernel.memory) : format::missing();
    }
}

FloorTable::FloorTable(FloorEditor& editor, QWidget* parent) : QTableView(parent), editor_(editor) {
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(new FloorTableModel(editor, this));
    sorted->setSortRole(Qt::UserRole);
    sorted->setDynamicSortFilter(false);  // rows do not jump while one drags
    setModel(sorted);
    setSortingEnabled(true);
    sortByColumn(FloorTableModel::name, Qt::AscendingOrder);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(active_theme().scaled(24));
    horizontalHeader()->setHighlightSections(false);
    const bool regions = editor.plan().regions;
    const std::array widths{76, 0, regions ? 88 : 74, 70, 58, 56, 66};
    setColumnHidden(FloorTableModel::slack, regions);  // the map shows it; names and layers need the room
    for (int c = 0; c < FloorTableModel::columns; ++c)
        if (c != FloorTableModel::what)
            setColumnWidth(c, active_theme().scaled(widths.at(static_cast<std::size_t>(c))));
    horizontalHeader()->setMinimumSectionSize(30);
    horizontalHeader()->setSectionResizeMode(FloorTableModel::what, QHeaderView::Stretch);
    setWordWrap(false);
    setAccessibleName(editor.plan().regions ? tr("Regions") : tr("Kernels"));
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (showing_) return;
        const QScopedValueRollback guard(showing_, true);
        FloorEditor::Kernels chosen;
        for (const auto& index : selectionModel()->selectedRows())
            chosen.push_back(static_cast<std::size_t>(
                static_cast<QSortFilterProxyModel*>(model())->mapToSource(index).row()));
        editor_.select(std::move(chosen));
    });
    connect(&editor, &FloorEditor::selectionChanged, this, &FloorTable::show_selection);
    connect(this, &QTableView::activated, this, [this](const QModelIndex& index) {
        const auto row =
            static_cast<std::size_t>(static_cast<QSortFilterProxyModel*>(model())->mapToSource(index).row());
        const auto& plan = editor_.plan();
        if (auto* editing = editor_.region_editing()) return editing->show_wafer(plan.kernels[row].wafer);
        if (!plan.kernels[row].placed) editor_.add(row, plan.grid.columns / 2, plan.grid.rows / 2);
    });
}

void FloorTable::show_selection() {
    if (showing_) return;
    const QScopedValueRollback guard(showing_, true);
    const auto* sorted = static_cast<QSortFilterProxyModel*>(model());
    QItemSelection rows;
    QModelIndex last;
    for (const auto kernel : editor_.selection()) {
        const auto index = sorted->mapFromSource(sorted->sourceModel()->index(static_cast<int>(kernel), 0));
        rows.select(index, index);
        last = index;
    }
    selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (last.isValid()) scrollTo(last);
}

}  // namespace waferscope::views
