// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_chart.hpp"

#include <QMouseEvent>
#include <QPainter>

namespace waferscope::views {

FloorChart::FloorChart(const QString& name, Paint paint, QWidget* parent)
    : QWidget(parent), paint_(std::move(paint)) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(name);
}

void FloorChart::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    paint_(painter, QRectF(rect()));
}

void FloorChart::mousePressEvent(QMouseEvent* event) {
    Q_EMIT clicked(event->position());
}

}  // namespace waferscope::views
