// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/map/key_figures.hpp"
#include "views/map/map_view.hpp"
#include "views/theme/glyphs.hpp"
#include "views/workbench_model.hpp"

#include <QWidget>

#include <functional>

class QToolButton;
class QStackedLayout;

namespace waferscope::views {

/// Draws glyph, name and subtitle of a pane title, 32 px high; the name is elided last.
void paint_pane_title(QPainter& painter, const Theme& theme, const QRectF& rect, char layer,
                      const QString& name, const QString& subtitle, double right_reserved);

class GraphPanel;
class PaneTitle;
class ProgressLine;

/// A pane A | B | C: title bar, picture, key figures, progress line. Keeps no data of its own.
class PaneFrame : public QWidget {
    Q_OBJECT

public:
    PaneFrame(WorkbenchModel& model, int pane, QWidget* parent = nullptr);

    [[nodiscard]] MapView& map() { return *map_; }
    /// The workload graph; null until it was shown once.
    [[nodiscard]] GraphPanel* graph() { return graph_; }
    [[nodiscard]] int pane() const { return pane_; }
    /// Widget shown while the pane's view is `scene`; made on first use, owned by the frame.
    void set_scene_factory(std::function<QWidget*(QWidget* parent)> factory);
    /// Share 0..1 of a job for this pane; below 0 hides the line. `text` appears after 300 ms.
    void set_progress(double share, const QString& text);
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 200}; }

Q_SIGNALS:
    void swapRequested(int pane);
    void maximiseRequested(int pane);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    [[nodiscard]] QWidget* picture();
    QToolButton* add_button(Icon icon, const QString& tip);

    WorkbenchModel& model_;
    int pane_;
    MapView* map_;
    KeyFigures* figures_;
    PaneTitle* title_;
    QStackedLayout* stack_;
    QToolButton *swap_, *scene_button_, *graph_button_, *maximise_;
    QWidget* scene_ = nullptr;
    GraphPanel* graph_ = nullptr;  ///< made on first use
    ProgressLine* progress_;
    std::function<QWidget*(QWidget*)> scene_factory_;
};

}  // namespace waferscope::views
