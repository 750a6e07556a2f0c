// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/workbench_model.hpp"

#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace waferscope::views {

struct Theme;

/// What there is to say about a place: a title and pairs label - value. Tooltips and the inspector use it.
struct Facts {
    struct Pair {
        QString label, value;
        bool hot = false;  ///< printed in the error colour: at or above 85 %
    };
    QString title;
    QString subtitle;  ///< class or group it belongs to; may be empty
    std::vector<Pair> pairs;
    [[nodiscard]] bool empty() const { return title.isEmpty(); }
};

/// Facts about `place` of `run` at `step`; the metric that is shown comes first.
Facts describe(const core::Run& run, const Place& place, std::string_view metric, std::size_t step);

/// Draws a tooltip 12 px from `pointer`, flipped so that it stays in `bounds`; at most `limit` pairs.
void paint_tooltip(QPainter& painter, const Theme& theme, const Facts& facts, QPointF pointer,
                   const QRectF& bounds, std::size_t limit = 5);
/// The rectangle paint_tooltip() covers.
QRectF tooltip_rect(const Theme& theme, const Facts& facts, QPointF pointer, const QRectF& bounds,
                    std::size_t limit = 5);

}  // namespace waferscope::views
