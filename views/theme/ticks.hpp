// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QString>

#include <functional>
#include <vector>

namespace waferscope::views {

struct Tick {
    double value = 0;
    double position = 0;  ///< px on the axis, between from_px and to_px
    QString label;
    double label_from = 0;    ///< px where the label begins along the axis, kept inside the axis
    double label_extent = 0;  ///< px the label takes along the axis
};

/// An axis that wants ticks. Labels come from `label`; give it the formatter.
struct TickAxis {
    double low = 0, high = 1;
    double from_px = 0, to_px = 100;  ///< positions of low and high; to < from for upward axes
    bool log = false;
    bool vertical = false;  ///< labels are measured by height
    int most = 7;
    double gap_px = 8;
    QFont font;
    std::function<QString(double)> label;
};

/// Ticks at 1, 2, 5 x 10^n (decades on log axes), never nearer than `gap_px`: the step grows, nothing
/// rotates.
std::vector<Tick> make_ticks(const TickAxis& axis);

/// The step 1, 2 or 5 x 10^n that is at least `least`.
double round_step(double least);

}  // namespace waferscope::views
