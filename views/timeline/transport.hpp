// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/workbench_model.hpp"

#include <QWidget>

class QLabel;
class QSlider;
class QToolButton;

namespace waferscope::views {

/// First, back, play, forward, last; time label; a slider over the whole step.
class Transport : public QWidget {
    Q_OBJECT
public:
    explicit Transport(WorkbenchModel& model, QWidget* parent = nullptr);

private:
    void refresh();
    WorkbenchModel& model_;
    QToolButton* play_;
    QLabel* time_;
    QLabel* speed_;
    QSlider* slider_;
};

}  // namespace waferscope::views
