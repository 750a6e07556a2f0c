// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/placement/floor_canvas.hpp"
#include "views/placement/floor_editor.hpp"
#include "views/placement/floor_panel.hpp"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QToolBar;
class QToolButton;

namespace waferscope::views {

/// The placement explorer: bar, canvas, numbers. The editor must outlive it.
class FloorExplorer : public QWidget {
    Q_OBJECT

public:
    explicit FloorExplorer(FloorEditor& editor, QWidget* parent = nullptr);
    [[nodiscard]] FloorCanvas& canvas() { return *canvas_; }
    [[nodiscard]] FloorPanel& panel() { return *panel_; }
    void set_color(FloorColor color);

Q_SIGNALS:
    void leaveRequested();
    void simulateRequested();
    void saveRequested();

private:
    void build_bar();
    void build_placing();
    void build_regions();
    void refresh_regions();
    void refresh_placing(bool idle, const QString& busy);
    QToolButton* button(const QString& text, const QString& tip);
    void refresh();

    FloorEditor& editor_;
    QToolBar* bar_;
    FloorCanvas* canvas_;
    FloorPanel* panel_;
    QLabel *title_, *state_, *alert_;
    QAction* stop_action_ = nullptr;
    QComboBox* color_ = nullptr;
    QToolButton *undo_ = nullptr, *redo_ = nullptr, *rotate_ = nullptr, *lock_ = nullptr, *align_ = nullptr,
                *swap_ = nullptr, *legalise_ = nullptr, *rest_ = nullptr, *replay_ = nullptr,
                *stop_ = nullptr, *solve_ = nullptr, *simulate_ = nullptr;
    // Of regions only.
    QToolButton *split_ = nullptr, *merge_ = nullptr, *give_ = nullptr, *take_ = nullptr, *role_ = nullptr,
                *previous_ = nullptr, *next_ = nullptr;
    QLabel* wafer_ = nullptr;
};

}  // namespace waferscope::views
