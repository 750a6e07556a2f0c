// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scene/relief_view.hpp"

#include "views/map/key_figures.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace waferscope::views {

QImage relief_picture(Relief& relief, const core::Run& run, std::string_view metric_id, std::size_t step,
                      int wafer, const ReliefView& view, const Theme& theme) {
    QImage image = relief.picture(run, metric_id, step, wafer, view, theme);
    if (image.isNull()) return image;
    QPainter painter(&image);
    painter.setPen(theme.text);
    painter.setFont(theme.font(TextRole::heading));
    painter.drawText(QPointF(20, 32), machine_title(run));
    painter.setFont(theme.font(TextRole::axis));
    painter.setPen(theme.text2);
    const auto* metric = core::find_metric(metric_id);
    const auto grid = run.wafer->classes.grid;
    const auto blocks =
        std::max(1, (std::max(grid.columns, grid.rows) + view.most_cells - 1) / view.most_cells);
    const QString when = run.step_edges_s.empty() ? QString() : format::quantity(run.step_edges_s[step], "s");
    painter.drawText(QPointF(20, image.height() - 36),
                     QCoreApplication::translate(
                         "Scene", "%1; height and colour show the same value, 0 to %2")
                         .arg(QString::fromUtf8(metric->label.data()), metric->high > metric->low ? format::metric(*metric, metric->high) : QCoreApplication::translate("Scene", "the highest")));
    painter.drawText(
        QPointF(20, image.height() - 18),
        QCoreApplication::translate("Scene", "%1 cores, maximum of each %2 block, t = %3")
            .arg(format::dimensions(grid.columns, grid.rows), format::dimensions(blocks, blocks), when));
    return image;
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
    view.most_cells = moving_ || model_.playing() ? 90 : 300;
    QImage image = run == nullptr
                       ? QImage()
                       : relief_picture(relief_, *run, model_.metric_of(pane_).id, model_.step_of(pane_),
                                        model_.pane(pane_).wafer, view, theme);
    if (image.isNull()) {
        painter.setPen(theme.text3);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         relief_.works()
                             ? tr("This machine has no per-core data: its model works per chip.")
                             : tr("The 3-D scene needs EGL, which this computer does not offer."));
        return;
    }
    image.setDevicePixelRatio(devicePixelRatioF());
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
