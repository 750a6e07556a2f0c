// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document/demos.hpp"

#include <QPixmap>
#include <QWidget>

class QPushButton;

namespace waferscope::app {

/// One demo on the welcome page: its picture, what it shows, a button. The whole tile can be clicked.
class DemoTile : public QWidget {
    Q_OBJECT
public:
    DemoTile(const Demo& demo, bool primary, QWidget* parent = nullptr);

Q_SIGNALS:
    void chosen();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    QPixmap picture_;
    QString title_, text_;
    bool primary_;
    QPushButton* open_;
};

}  // namespace waferscope::app
