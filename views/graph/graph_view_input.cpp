// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keyboard of GraphView.
#include "views/graph/graph_view.hpp"
#include "views/theme/apply_theme.hpp"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kStep = 1.25, kNotch = 120;

}  // namespace

void GraphView::mousePressEvent(QMouseEvent* event) {
    press_ = last_ = event->position();
    setFocus(Qt::MouseFocusReason);
}

void GraphView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    if (event->buttons() != Qt::NoButton) {
        if (!dragging_ && (at - press_).manhattanLength() < QApplication::startDragDistance()) return;
        dragging_ = true;
        fitted_ = false;
        setCursor(Qt::ClosedHandCursor);
        sight_.origin += at - last_;
        last_ = at;
        return update();
    }
    if (picture_.tree == nullptr) return;
    pointer_ = at;
    const auto item = room().contains(at) ? graph_item_at(picture_, sight_, at, active_theme()) : kNoItem;
    if (item != look_.hovered) {
        mark_hovered(item);
        Q_EMIT hoveredChanged(item);
    }
    update();
}

void GraphView::mouseReleaseEvent(QMouseEvent* event) {
    unsetCursor();
    if (std::exchange(dragging_, false) || event->button() != Qt::LeftButton || picture_.tree == nullptr)
        return;
    if (!room().contains(event->position())) return;
    select(graph_item_at(picture_, sight_, event->position(), active_theme()));
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || picture_.tree == nullptr) return;
    const auto item = graph_item_at(picture_, sight_, event->position(), active_theme());
    if (item == kNoItem) return fit();
    toggle(item);
}

void GraphView::wheelEvent(QWheelEvent* event) {
    zoom(std::pow(kStep, event->angleDelta().y() / kNotch), event->position());
}

void GraphView::leaveEvent(QEvent* /*event*/) {
    pointer_.reset();
    mark_hovered(kNoItem);
    Q_EMIT hoveredChanged(kNoItem);
}

/// To the box the data goes to or comes from in this direction; where none does, to the nearest one there.
void GraphView::follow(QPointF direction) {
    if (picture_.tree == nullptr || picture_.layout.boxes.empty()) return;
    const auto& boxes = picture_.layout.boxes;
    const auto from =
        look_.selected == kNoItem ? kNoItem : picture_.scene.box_showing(*picture_.tree, look_.selected);
    if (from == kNoItem) return select(picture_.scene.boxes.front().item);
    std::vector<bool> joined(boxes.size(), false);
    for (const auto& arrow : picture_.scene.arrows) {
        if (arrow.from == from) joined[arrow.to] = true;
        if (arrow.to == from) joined[arrow.from] = true;
    }
    constexpr double kUnjoined = 1e6, kAside = 2.5;
    double best = 0;
    std::uint32_t chosen = kNoItem;
    for (std::uint32_t i = 0; i < boxes.size(); ++i) {
        const QPointF way = boxes[i].center() - boxes[from].center();
        const double ahead = QPointF::dotProduct(way, direction);
        if (i == from || ahead <= 1) continue;
        const double aside = std::abs(way.x() * direction.y() - way.y() * direction.x());
        const double cost = ahead + kAside * aside + (joined[i] ? 0 : kUnjoined);
        if (chosen != kNoItem && cost >= best) continue;
        best = cost;
        chosen = i;
    }
    if (chosen == kNoItem) return;
    select(picture_.scene.boxes[chosen].item);
    bring_into_view(look_.selected);
    update();
}

void GraphView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left:
            return follow({-1, 0});
        case Qt::Key_Right:
            return follow({1, 0});
        case Qt::Key_Up:
            return follow({0, -1});
        case Qt::Key_Down:
            return follow({0, 1});
        case Qt::Key_Return:
        case Qt::Key_Enter:
            return toggle(look_.selected);
        case Qt::Key_Backspace:
            return close_around();
        case Qt::Key_Home:
            return fit();
        case Qt::Key_F:
            return frame_selection();
        case Qt::Key_Plus:
        case Qt::Key_Equal:
        case Qt::Key_W:
            return zoom(kStep, room().center());
        case Qt::Key_Minus:
        case Qt::Key_S:
            return zoom(1 / kStep, room().center());
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace waferscope::views
