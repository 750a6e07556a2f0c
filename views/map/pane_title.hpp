// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/theme/theme.hpp"

#include <QTimer>
#include <QWidget>

namespace waferscope::views {

/// The title bar of a pane; buttons are laid over its right end.
class PaneTitle : public QWidget {
    Q_OBJECT

public:
    explicit PaneTitle(QWidget* parent = nullptr);
    void set_text(char layer, const QString& name, const QString& subtitle);

Q_SIGNALS:
    void doubleClicked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    char layer_ = 'A';
    QString name_, subtitle_;
};

/// 2 px line that fills from the left over the top of a pane, with a text after 300 ms.
class ProgressLine : public QWidget {
    Q_OBJECT

public:
    explicit ProgressLine(QWidget* parent);
    void set(double share, const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double share_ = -1;
    QString text_;
    QTimer delay_;
    bool late_ = false;
};

}  // namespace waferscope::views
