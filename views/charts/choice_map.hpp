// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/theme/theme.hpp"

#include <QString>
#include <QWidget>

#include <vector>

namespace waferscope::views {

/// Which of a few choices is best at each point of a grid, and its value. Both axes are logarithmic.
struct ChoiceMap {
    QString x_title, y_title, unit;
    std::vector<QString> choices;
    std::vector<double> x, y;        ///< rising
    std::vector<int> best, second;   ///< [y][x]: in `choices`
    std::vector<double> value, second_value;  ///< [y][x], in `unit`
    [[nodiscard]] std::size_t index(std::size_t column, std::size_t row) const { return row * x.size() + column; }
};

/// Areas of equal choice with their names, and ticks with values on both axes.
void paint_choice_map(QPainter& painter, const QRectF& rect, const ChoiceMap& map, const Theme& theme);

/// The map in a tab; pointing at it says what is best there and by how much.
class ChoiceMapView : public QWidget {
    Q_OBJECT
public:
    explicit ChoiceMapView(ChoiceMap map, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    ChoiceMap map_;
};

}  // namespace waferscope::views
