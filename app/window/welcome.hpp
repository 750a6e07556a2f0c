// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace waferscope::app {

/// The empty state: what this is, the demo, a drop zone, recent files (words of design/copy.md).
class Welcome : public QWidget {
    Q_OBJECT
public:
    explicit Welcome(int machines, QWidget* parent = nullptr);

Q_SIGNALS:
    void demoRequested();
    void openRequested();
    void recentRequested(const QString& path);

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace waferscope::app
