// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace waferscope::app {

/// The place that invites a file. Dropping works on the whole window; this shows that it does.
class DropZone : public QWidget {
    Q_OBJECT
public:
    explicit DropZone(QWidget* parent = nullptr);

Q_SIGNALS:
    void openRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace waferscope::app
