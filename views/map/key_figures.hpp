// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "views/theme/format.hpp"
#include "views/theme/theme.hpp"

#include <QWidget>

#include <array>
#include <memory>

namespace waferscope::views {

/// One of the three numbers under a pane.
struct KeyFigure {
    QString label;
    format::Parts value, brief;  ///< brief: where the column is too narrow for value
    bool estimate = false;  ///< carries "~"
    QString exact;          ///< for the tooltip
};

/// Speed, cost (or step time) and communication share of a run; missing values are "–".
std::array<KeyFigure, 3> key_figures(const core::Run& run);

/// "8 × H100 SXM", "4 × CS-3"; the machine's name alone for one.
QString machine_title(const core::Run& run);
/// "TP 8, FP16" or "resident, 762 × 1172 cores".
QString machine_subtitle(const core::Run& run);

/// Draws the strip; columns that do not fit are left out from the right.
void paint_key_figures(QPainter& painter, const Theme& theme, const QRectF& rect,
                       const std::array<KeyFigure, 3>& figures);

/// The strip under a pane, 66 px.
class KeyFigures : public QWidget {
    Q_OBJECT

public:
    explicit KeyFigures(QWidget* parent = nullptr);
    /// Null clears the strip.
    void set_run(const core::Run* run);
    [[nodiscard]] const std::array<KeyFigure, 3>& figures() const { return figures_; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    std::array<KeyFigure, 3> figures_;
};

/// "~" before what a model predicts; nothing before what was measured.
QString estimate_mark(const core::Run& run);

}  // namespace waferscope::views
