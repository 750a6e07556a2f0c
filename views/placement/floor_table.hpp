// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/placement/floor_editor.hpp"

#include <QAbstractTableModel>
#include <QTableView>

namespace waferscope::views {

/// The kernels as rows: name, what it is, place, size, time, slack, memory.
class FloorTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { name, what, place, size, time, slack, memory, columns };
    explicit FloorTableModel(FloorEditor& editor, QObject* parent = nullptr);
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    /// Text, alignment, and under Qt::UserRole the value to sort by.
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void refresh();
    FloorEditor& editor_;
    int rows_ = 0;
};

/// Sortable table, its selection tied to the editor's. Double-click or Enter puts a kernel that is not
/// placed.
class FloorTable : public QTableView {
    Q_OBJECT

public:
    explicit FloorTable(FloorEditor& editor, QWidget* parent = nullptr);

private:
    void show_selection();
    FloorEditor& editor_;
    bool showing_ = false;
};

}  // namespace waferscope::views
