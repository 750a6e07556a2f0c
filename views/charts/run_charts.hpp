// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/workbench_model.hpp"

#include <QWidget>

class QChart;
class QChartView;

namespace waferscope::views {

/// Mean over the cores (or chips) of `metric` at each step, 0..1 for shares; empty when the run has none.
std::vector<double> mean_over_time(const core::Run& run, std::string_view metric);

/// Seconds per kind of slice over the lanes that carry the step: what the time goes to.
std::array<double, core::kSliceKinds> time_split(const core::Run& run);

/// Qt Charts: utilisation over time, and the split of time, of all panes.
class RunCharts : public QWidget {
    Q_OBJECT
public:
    explicit RunCharts(WorkbenchModel& model, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void rebuild();
    void rebuild_over_time();
    void rebuild_split();
    WorkbenchModel& model_;
    QChartView *over_time_, *split_;
};

}  // namespace waferscope::views
