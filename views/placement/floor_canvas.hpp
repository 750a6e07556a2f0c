// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/placement/floor_editor.hpp"
#include "views/placement/floor_scene.hpp"

#include <QWidget>

namespace waferscope::views {

/// The floor plan one edits: drag moves kernels, handles pull their edges to legal shapes, the wheel zooms
/// about the pointer, dragging the ground pans, Shift+drag on it selects an area. Keys: floor_keys(). Plain
/// raster widget.
class FloorCanvas : public QWidget {
    Q_OBJECT

public:
    FloorCanvas(FloorEditor& editor, QWidget* parent = nullptr);

    void set_color(FloorColor color);
    void set_links(bool on);
    void set_arrows(bool on);
    [[nodiscard]] const Viewport& viewport() const { return viewport_; }
    [[nodiscard]] FloorScene scene() const;
    /// The topmost kernel there; selected ones lie on top.
    [[nodiscard]] std::optional<std::size_t> kernel_at(QPointF point) const;
    [[nodiscard]] bool dragging() const { return drag_ == Drag::move || drag_ == Drag::pull; }
    void fit();
    /// Scrolls and zooms so that a part of the wafer is well visible.
    void show_area(const core::Rect& area);
    [[nodiscard]] QSize sizeHint() const override { return {800, 800}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 280}; }

Q_SIGNALS:
    void leaveRequested();  ///< Esc with nothing left to put back

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    enum class Drag : std::uint8_t { none, maybe_move, move, pull, pan, area };
    void relayout();
    [[nodiscard]] Qt::Edges handle_at(QPointF point) const;
    void begin(std::size_t kernel);
    void move_to(QPointF point);
    void pull_to(QPointF point);
    void select_area(QPointF to);
    [[nodiscard]] QPoint snapped(QPoint delta) const;
    void start_session();
    void put_back();
    bool edit_key(int key, Qt::KeyboardModifiers modifiers);
    bool view_key(int key);
    bool region_key(int key, Qt::KeyboardModifiers modifiers);
    void arrow_key(int dx, int dy, Qt::KeyboardModifiers modifiers);
    void nudge(int dx, int dy);
    [[nodiscard]] int to_touching(const core::Rect& rect, int dx, int dy) const;
    void select_next(int step);
    void point_at(QPointF point);

    FloorEditor& editor_;
    FloorPainter painter_;
    Viewport viewport_;
    FloorColor color_ = FloorColor::slack;
    bool links_ = true, arrows_ = true;
    std::optional<std::size_t> hover_;
    Drag drag_ = Drag::none;
    QPointF press_, last_;
    std::size_t lead_ = 0;
    Qt::Edges pulled_;
    FloorEditor::Kernels dragged_;
    std::vector<core::Rect> origins_;
    int drag_number_ = 0;    // of the drag or of the run of arrow keys
    int session_index_ = 0;  // of the history when it began
};

/// Keys of the canvas, in words: for the key sheet.
QString floor_keys();
QString region_keys();

}  // namespace waferscope::views
