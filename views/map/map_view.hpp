// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/map/facts.hpp"
#include "views/map/map_painter.hpp"
#include "views/workbench_model.hpp"

#include <QWidget>

namespace waferscope::views {

/// The picture of one pane: heat map, fabric, device map or difference. Plain raster widget.
/// Drag pans, wheel zooms about the pointer, Shift+drag selects an area; W S + - Home F arrows PageUp
/// PageDown Enter.
class MapView : public QWidget {
    Q_OBJECT

public:
    MapView(WorkbenchModel& model, int pane, QWidget* parent = nullptr);

    [[nodiscard]] int pane() const { return pane_; }
    [[nodiscard]] const Viewport& viewport() const { return viewport_; }
    /// Shows the whole world.
    void fit();
    /// Zooms so that `area` of the world fills the view.
    void show_area(const QRectF& area);
    /// Zooms to the selection of this pane, else to the hot spot.
    void frame_selection();
    /// Zooms about `at` (widget px).
    void zoom(double factor, QPointF at);
    /// Place under a point of the widget; kind none outside of everything.
    [[nodiscard]] Place place_at(QPointF point) const;
    [[nodiscard]] std::optional<QPoint> cursor_core() const { return cursor_; }
    /// Facts in the tooltip right now; empty when there is none.
    [[nodiscard]] Facts tooltip() const;
    [[nodiscard]] QSize sizeHint() const override { return {420, 480}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 120}; }

Q_SIGNALS:
    void maximiseRequested(int pane);
    void viewportChanged();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    enum class Drag : std::uint8_t { none, maybe, pan, area };
    [[nodiscard]] MapFrame frame() const;
    void take_runs();
    void relayout();
    void changed();
    bool zoom_key(int key);
    bool move_key(int key, Qt::KeyboardModifiers modifiers);
    void move_cursor(int dx, int dy, bool grow);
    void move_device(int dx, int dy);
    void select_area(QPointF to);
    [[nodiscard]] std::optional<Place> hot_place_at(QPointF point) const;
    void describe_cursor();

    WorkbenchModel& model_;
    int pane_;
    std::shared_ptr<const core::Run> shown_;
    ViewKind shown_view_ = ViewKind::map;
    Viewport viewport_;
    MapPainter painter_;
    Drag drag_ = Drag::none;
    QPointF press_, last_;
    std::optional<QPointF> pointer_;  // where the tooltip hangs
    std::optional<QPoint> cursor_, anchor_;
};

}  // namespace waferscope::views
