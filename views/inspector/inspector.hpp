// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/workbench_model.hpp"

#include <QTextBrowser>

namespace waferscope::views {

/// What is selected, with its numbers now, and why the run is slow. Nothing selected: the run's summary.
class Inspector : public QTextBrowser {
    Q_OBJECT
public:
    explicit Inspector(WorkbenchModel& model, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    WorkbenchModel& model_;
};

}  // namespace waferscope::views
