// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/graph/operator_graph.hpp"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <QWidget>

#include <memory>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QTableView;

namespace waferscope::views {

class WorkbenchModel;

enum class OperatorGrouping : std::uint8_t { none, type, layer };

/// The operators of a graph as rows, or sums of them by type or layer. Repeats count as often as they run.
class OperatorTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : std::uint8_t { name, type, layer, shape, provenance, count, macs, bytes, time, columns };
    using QAbstractTableModel::QAbstractTableModel;
    void set_graph(std::shared_ptr<const OperatorGraph> graph);
    void set_grouping(OperatorGrouping grouping);
    [[nodiscard]] OperatorGrouping grouping() const { return grouping_; }
    /// The operator of a row; core::kNoOperator for groups.
    [[nodiscard]] std::uint32_t operator_of(int row) const;
    /// The row of an operator, or that of its group; -1 when there is none.
    [[nodiscard]] int row_of(std::uint32_t op) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    /// Text, alignment, exact numbers as tooltip; under Qt::UserRole the plain value, for sorting and CSV.
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        std::vector<std::uint32_t> ops;  ///< one, or those of the group
        double macs = 0, bytes = 0, seconds = 0;
    };
    void rebuild();
    void add(Row& row, std::uint32_t op) const;
    [[nodiscard]] QVariant value(const Row& row, int column) const;
    [[nodiscard]] QString text(const Row& row, int column) const;
    std::shared_ptr<const OperatorGraph> graph_;
    OperatorGrouping grouping_ = OperatorGrouping::none;
    std::vector<Row> rows_;
    std::vector<int> row_of_op_;
};

/// Rows of which name, type, layer or provenance hold all words of the filter.
class OperatorFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit OperatorFilter(QObject* parent = nullptr);
    void set_words(const QString& text);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList words_;
};

/// Header and the given rows of `model` as CSV in the C locale: plain numbers, SI units in the heading.
QString operators_csv(const QAbstractItemModel& model, const std::vector<int>& rows);

/// Filter, grouping and table of the operators of the active pane's run. Ctrl+C copies the selected rows as
/// CSV.
class OperatorTable : public QWidget {
    Q_OBJECT

public:
    explicit OperatorTable(WorkbenchModel& model, QWidget* parent = nullptr);
    [[nodiscard]] QTableView& table() { return *table_; }
    [[nodiscard]] QLineEdit& filter() { return *filter_; }
    [[nodiscard]] OperatorTableModel& rows() { return *rows_; }
    /// The selected rows, all when none is, as CSV on the clipboard.
    void copy();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void build_bar();
    void build_table();
    void take_graph();
    void take_selection();
    void choose();
    void refresh_note();
    WorkbenchModel& model_;
    int pane_ = -1;
    std::shared_ptr<const OperatorGraph> graph_;
    bool showing_ = false;
    OperatorTableModel* rows_;
    OperatorFilter* shown_;
    QTableView* table_;
    QLineEdit* filter_ = nullptr;
    QComboBox* group_ = nullptr;
    QLabel* note_ = nullptr;
    QString why_;
};

}  // namespace waferscope::views
