// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/scene/relief.hpp"
#include "views/workbench_model.hpp"

#include <QWidget>

namespace waferscope::views {

/// The relief of one pane. Drag orbits, wheel zooms; fewer cells while the camera moves.
class ReliefWidget : public QWidget {
    Q_OBJECT
public:
    ReliefWidget(WorkbenchModel& model, int pane, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    WorkbenchModel& model_;
    int pane_;
    Relief relief_;
    ReliefView view_;
    QPointF last_;
    bool moving_ = false;
};

/// Relief with title, caption and axes' words, as `render --view scene` and the pane show it. Null without
/// EGL.
QImage relief_picture(Relief& relief, const core::Run& run, std::string_view metric, std::size_t step,
                      int wafer, const ReliefView& view, const Theme& theme);

}  // namespace waferscope::views
