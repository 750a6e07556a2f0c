// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/placement/floorplan.hpp"

#include <QTableWidget>

#include <optional>
#include <vector>

namespace waferscope::views {

/// A kernel or region in one placement.
struct PlacedItem {
    int wafer = 0;
    core::Rect rect;
    double time_s = 0;  ///< of its slowest tile per sample, or of its layers per token; 0 = none
};

/// The same kernel or region in two placements.
struct PlacementDiffRow {
    QString name;
    std::optional<PlacedItem> a, b;  ///< absent: not placed there
    [[nodiscard]] bool moved() const;
    [[nodiscard]] bool reshaped() const;
    /// (B - A) / A; nothing without both times.
    [[nodiscard]] std::optional<double> change() const;
};

/// Rows in the order of `a`, what only `b` has last. Kernels and regions are matched by name. Times need the
/// plans' clock; without one they are missing.
std::vector<PlacementDiffRow> placement_diff(const Floorplan& a, const Floorplan& b);

/// Position, shape, time in A and B, and the change: what moved or changed shape in bold.
class PlacementDiffTable : public QTableWidget {
    Q_OBJECT
public:
    explicit PlacementDiffTable(QWidget* parent = nullptr);
    /// Rows, or in their place why there are none.
    void show_rows(const std::vector<PlacementDiffRow>& rows, bool several_wafers);
    void show_reason(const QString& why);

private:
    void set_columns(const QStringList& titles);
};

}  // namespace waferscope::views
