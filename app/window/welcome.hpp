// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QVBoxLayout;

namespace waferscope::app {

/// The empty view: demo tiles, drop zone, recent files with pictures. Never an empty grey window.
class Welcome : public QWidget {
    Q_OBJECT
public:
    explicit Welcome(int machines, QWidget* parent = nullptr);
    void refresh_recent();

Q_SIGNALS:
    void demoRequested(int index);  ///< in demos()
    void openRequested();
    void recentRequested(const QString& path);

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* recent_ = nullptr;
    QVBoxLayout* recent_rows_ = nullptr;
};

}  // namespace waferscope::app
