// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/graph/graph_view.hpp"
#include "views/workbench_model.hpp"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;

namespace waferscope::views {

/// The graph of a pane's run: path of the selection, search, colour choice, picture. Selection and hover are
/// those of all panes. Ctrl+F searches: type, Enter; the groups around the hit open.
class GraphPanel : public QWidget {
    Q_OBJECT

public:
    GraphPanel(WorkbenchModel& model, int pane, QWidget* parent = nullptr);
    [[nodiscard]] GraphView& view() { return *view_; }
    [[nodiscard]] QLineEdit& search() { return *search_; }
    [[nodiscard]] QListWidget& hits() { return *hits_; }
    void start_search();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void build_bar();
    void take_graph();
    void take_selection();
    void take_hover();
    void refresh_path();
    void refresh_colors();
    void refresh_hits();
    void place_hits();
    void take_hit(int row);

    WorkbenchModel& model_;
    int pane_;
    std::shared_ptr<const OperatorGraph> graph_;
    GraphView* view_;
    QLabel* path_ = nullptr;
    QLineEdit* search_ = nullptr;
    QComboBox* colors_ = nullptr;
    QListWidget* hits_ = nullptr;
};

}  // namespace waferscope::views
