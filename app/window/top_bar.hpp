// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/workbench_model.hpp"

#include <QToolBar>

class QActionGroup;
class QComboBox;
class QLabel;
class QToolButton;

namespace waferscope::app {

/// Arrangements of the same docks.
enum class Workspace : std::uint8_t { explore, compare, timeline };

/// Workspaces, workload, metric, colour range, 3-D, open, save, run.
class TopBar : public QToolBar {
    Q_OBJECT
public:
    explicit TopBar(views::WorkbenchModel& model, QWidget* parent = nullptr);
    void set_workspace(Workspace workspace);

Q_SIGNALS:
    void workspaceChosen(Workspace workspace);
    void openRequested();
    void saveRequested();
    void runRequested();

private:
    void refresh();
    void build_workspaces();
    void build_choices();
    void build_buttons();

    views::WorkbenchModel& model_;
    QActionGroup* workspaces_;
    QLabel* workload_ = nullptr;
    QComboBox *metric_ = nullptr, *range_ = nullptr;
    QToolButton *scene_ = nullptr, *run_ = nullptr;
};

}  // namespace waferscope::app
