// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/theme/theme.hpp"
#include "views/workbench_model.hpp"

#include <QRectF>
#include <QTableWidget>

class QPainter;

namespace waferscope::views {

/// One metric over the runs, with who is better.
struct CompareRow {
    QString label;
    std::vector<QString> values;  ///< one per run; "–" when absent
    int best = -1;                ///< index of the better run, -1: none or too few values
};

/// Metrics that at least one run has. Unchecked machines can lead but are never crowned: `best` marks a lead.
std::vector<CompareRow> compare_rows(const std::vector<std::shared_ptr<const core::Run>>& runs);

/// "chips 8 : 4 : 16 | power 5.6 kW : 92 kW : 8 kW | $/h ...": what the machines are that are compared.
QString fair_fight_line(const std::vector<std::shared_ptr<const core::Run>>& runs);

/// Why no row crowns a winner.
QString no_winner_note();

/// Table and fair-fight line as a picture.
void paint_compare(QPainter& painter, const QRectF& rect,
                   const std::vector<std::shared_ptr<const core::Run>>& runs, const Theme& theme);

/// The same rows as a table in the window.
class CompareTable : public QTableWidget {
    Q_OBJECT
public:
    explicit CompareTable(WorkbenchModel& model, QWidget* parent = nullptr);

private:
    void rebuild();
    WorkbenchModel& model_;
};

}  // namespace waferscope::views
