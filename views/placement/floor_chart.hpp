// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <functional>

class QPainter;

namespace waferscope::views {

/// A plain widget around a paint function.
class FloorChart : public QWidget {
    Q_OBJECT

public:
    using Paint = std::function<void(QPainter& painter, const QRectF& rect)>;
    FloorChart(const QString& name, Paint paint, QWidget* parent = nullptr);

Q_SIGNALS:
    void clicked(const QPointF& at);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    Paint paint_;
};

}  // namespace waferscope::views
