// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scene/relief_view.hpp"

#include "views/scene/scene_labels.hpp"
#include "views/theme/apply_theme.hpp"

#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace waferscope::views {

QImage relief_picture(Relief& relief, const core::Run& run, std::string_view metric_id, std::size_t step,
                      int wafer, const ReliefView& view, const Theme& theme) {
    ReliefPicture picture = relief.picture(run, metric_id, step, wafer, view, theme);
    if (picture.image.isNull()) return {};
    QPainter painter(&picture.image);
    paint_scene_labels(painter, picture, {.run = &run, .metric = metric_id, .step = step, .wafer = wafer}, theme);
    painter.end();
    return picture.image;
}

ReliefWidget::ReliefWidget(WorkbenchModel& model, int pane, QWidget* parent)
    : QWidget(parent), model_(model), pane_(pane) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Relief of pane %1").arg(QChar('A' + pane)));
    for (const auto signal :
         {&WorkbenchModel::timeChanged, &WorkbenchModel::runsChanged, &WorkbenchModel::metricChanged})
        connect(&model, signal, this, qOverload<>(&QWidget::update));
}

void ReliefWidget::paintEvent(QPaintEvent*) {
    const auto& theme = active_theme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.sunken);
    const auto* run = model_.run(pane_);
    auto view = view_;
    view.size = size() * devicePixelRatioF();
    view.pixel_ratio = devicePixelRatioF();
    view.most_cells = moving_ || model_.playing() ? 90 : 300;
    QImage image = run == nullptr
                       ? QImage()
                       : relief_picture(relief_, *run, model_.metric_of(pane_).id, model_.step_of(pane_),
                                        model_.pane(pane_).wafer, view, theme);
    if (image.isNull()) {
        painter.setPen(theme.text3);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         relief_.works()
                             ? tr("This run has neither cores nor chips to show.")
                             : tr("The 3-D scene needs EGL, which this computer does not offer."));
        return;
    }
    painter.drawImage(0, 0, image);
}

void ReliefWidget::mousePressEvent(QMouseEvent* event) {
    last_ = event->position();
}

void ReliefWidget::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton)) return;
    moving_ = true;
    const auto moved = event->position() - last_;
    last_ = event->position();
    view_.azimuth -= moved.x() * 0.4;
    view_.elevation = std::clamp(view_.elevation + moved.y() * 0.4, 2.0, 88.0);
    update();
}

void ReliefWidget::mouseReleaseEvent(QMouseEvent*) {
    moving_ = false;
    update();
}

void ReliefWidget::wheelEvent(QWheelEvent* event) {
    view_.zoom = std::clamp(view_.zoom * std::pow(1.001, event->angleDelta().y()), 0.3, 20.0);
    update();
}

}  // namespace waferscope::views
