// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/theme/color_bar.hpp"
#include "views/workbench_model.hpp"

namespace waferscope::views {

/// What the legend of `pane` says: name, unit, ticks, clipped shares, histogram, lock.
ColorBarSpec legend_spec(const WorkbenchModel& model, int pane);

/// The shared legend under the panes; follows the active pane and locks the range on request.
class Legend : public ColorBar {
    Q_OBJECT

public:
    explicit Legend(WorkbenchModel& model, QWidget* parent = nullptr);

private:
    void refresh();
    WorkbenchModel& model_;
};

}  // namespace waferscope::views
