// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/timeline/timeline_painter.hpp"
#include "views/workbench_model.hpp"

#include <QWidget>

namespace waferscope::views {

/// Lanes of all panes on one time axis. Wheel and W/S zoom, drag and A/D pan, click sets the cursor.
class TimelineView : public QWidget {
    Q_OBJECT
public:
    explicit TimelineView(WorkbenchModel& model, QWidget* parent = nullptr);
    [[nodiscard]] QSize minimumSizeHint() const override { return {300, 96}; }
    [[nodiscard]] const TimelineWindow& window_shown() const { return window_; }
    void show_all();

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void rebuild();
    [[nodiscard]] int width_of_lanes() const { return width() - kTimelineGutter; }
    void zoom(double factor, double around_px);
    void pan(double pixels);
    void set_cursor_at(double px);
    WorkbenchModel& model_;
    std::vector<TimelineGroup> groups_;
    TimelineWindow window_;
    QPointF last_;
};

}  // namespace waferscope::views
