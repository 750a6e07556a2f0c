// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/graph/graph_painter.hpp"
#include "views/graph/operator_graph.hpp"

#include <QWidget>

#include <memory>
#include <optional>
#include <thread>

namespace waferscope::views {

/// The picture of a graph: drag pans, the wheel zooms, a click selects, double click or Enter opens and
/// closes a group, Backspace closes the group around the selection, arrow keys follow the data. Layouts of
/// many boxes run beside the GUI thread; the last picture stays until they are done.
class GraphView : public QWidget {
    Q_OBJECT

public:
    explicit GraphView(QWidget* parent = nullptr);
    ~GraphView() override;

    /// Null clears the view; `why` says why there is no graph.
    void set_graph(std::shared_ptr<const OperatorGraph> graph, const QString& why = {});
    [[nodiscard]] const OperatorGraph* graph() const { return graph_.get(); }
    void set_color(GraphColor color);
    [[nodiscard]] GraphColor color() const { return look_.color; }

    /// Marks an item, wherever it is hidden; kNoItem marks nothing. Does not emit.
    void mark(std::uint32_t item);
    /// As a click on it: marks it and emits.
    void select(std::uint32_t item);
    [[nodiscard]] std::uint32_t selected() const { return look_.selected; }
    void mark_hovered(std::uint32_t item);
    /// Opens the groups around `item`, selects it and brings it into view.
    void jump_to(std::uint32_t item);
    void toggle(std::uint32_t item);
    /// Closes the group around the selection, or the selected open group; selects it.
    void close_around();
    void fit();
    /// Zooms to the selection.
    void frame_selection();
    void zoom(double factor, QPointF at);

    /// What is on the picture now. While a layout runs it is the one before.
    [[nodiscard]] const GraphPicture& picture() const { return picture_; }
    [[nodiscard]] bool laying_out() const { return busy_; }
    [[nodiscard]] const GraphSight& sight() const { return sight_; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 120}; }

Q_SIGNALS:
    void selectedChanged(std::uint32_t item);
    void hoveredChanged(std::uint32_t item);
    void pictureChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void rebuild(std::uint32_t anchor);
    void lay_out_aside(GraphScene scene, GraphLayoutRequest request, std::uint32_t anchor);
    void show_layout(GraphScene scene, GraphLayout layout, std::uint32_t anchor);
    void bring_into_view(std::uint32_t item);
    void follow(QPointF direction);
    [[nodiscard]] QRectF room() const;
    [[nodiscard]] QRectF rect_of(std::uint32_t item) const;
    void describe();

    std::shared_ptr<const OperatorGraph> graph_;
    std::optional<GraphOpening> opening_;
    GraphPicture picture_;
    GraphSight sight_;
    GraphLook look_;
    QString why_;
    GraphDirection direction_ = GraphDirection::down;
    bool fitted_ = true;  ///< until the user zooms or pans
    bool dragging_ = false, busy_ = false, again_ = false;
    std::uint32_t show_ = kNoItem;  ///< to be brought into view once it is laid out
    QPointF press_, last_;
    std::optional<QPointF> pointer_;
    std::jthread layout_;  ///< last: joined before anything it reports to goes
};

}  // namespace waferscope::views
