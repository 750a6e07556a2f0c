// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace waferscope::app {

/// An orange badge that acts on a click: something is hidden, filtered or left out.
class BadgeButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit BadgeButton(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace waferscope::app
