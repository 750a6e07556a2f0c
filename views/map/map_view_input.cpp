// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keyboard of MapView.
#include "views/map/map_view.hpp"

#include "views/theme/apply_theme.hpp"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kZoomStep = 1.25;
constexpr double kWheelNotch = 120;
constexpr int kFarSteps = 10;  // Ctrl+arrow

}  // namespace

void MapView::mousePressEvent(QMouseEvent* event) {
    model_.set_active_pane(pane_);
    if (event->button() != Qt::LeftButton) return;
    press_ = last_ = event->position();
    drag_ = Drag::maybe;
    if (event->modifiers().testFlag(Qt::ShiftModifier) && shown_ && shown_->wafer) drag_ = Drag::area;
}

void MapView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    if (drag_ == Drag::maybe && (at - press_).manhattanLength() >= QApplication::startDragDistance()) {
        drag_ = Drag::pan;
        setCursor(Qt::ClosedHandCursor);
    }
    if (drag_ == Drag::pan) {
        viewport_.pan(at - last_);
        changed();
    } else if (drag_ == Drag::area) {
        select_area(at);
    } else if (drag_ == Drag::none) {
        pointer_ = at;
        model_.set_hover(place_at(at));
        update();
    }
    last_ = at;
}

void MapView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    const auto drag = std::exchange(drag_, Drag::none);
    unsetCursor();
    if (drag != Drag::maybe) return;
    const auto layout = map_layout(frame(), QSizeF(size()), active_theme());
    const int wafers = shown_ && shown_->wafer ? shown_->wafer->classes.wafers : 0;
    for (int wafer = 0; wafer < wafers; ++wafer)
        if (thumbnail_rect(frame(), layout, wafer).contains(event->position()))
            return model_.set_wafer(pane_, wafer);
    const Place place = place_at(event->position());
    model_.select(place);
    if (place.kind == Place::Kind::core || place.kind == Place::Kind::link) {
        cursor_ = QPoint(place.x, place.y);
        anchor_ = cursor_;
    }
}

void MapView::select_area(QPointF to) {
    const auto grid = shown_->wafer->classes.grid;
    const auto from = viewport_.core_at(press_, grid);
    const auto end = viewport_.core_at(to, grid);
    if (!from || !end) return;
    const int x = std::min(from->x(), end->x());
    const int y = std::min(from->y(), end->y());
    model_.select({.kind = Place::Kind::area,
                   .pane = pane_,
                   .wafer = model_.pane(pane_).wafer,
                   .x = x,
                   .y = y,
                   .area = {x, y, std::abs(end->x() - from->x()) + 1, std::abs(end->y() - from->y()) + 1}});
}

void MapView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) Q_EMIT maximiseRequested(pane_);
}

void MapView::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / kWheelNotch;
    if (notches != 0) zoom(std::pow(kZoomStep, notches), event->position());
    event->accept();
}

void MapView::leaveEvent(QEvent* /*event*/) {
    pointer_.reset();
    if (model_.hover().pane == pane_) model_.set_hover({});
    update();
}

void MapView::focusInEvent(QFocusEvent* event) {
    model_.set_active_pane(pane_);
    QWidget::focusInEvent(event);
}

bool MapView::zoom_key(int key) {
    const QPointF middle = viewport_.frame.center();
    switch (key) {
        case Qt::Key_W:
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            zoom(kZoomStep, middle);
            return true;
        case Qt::Key_S:
        case Qt::Key_Minus:
            zoom(1 / kZoomStep, middle);
            return true;
        case Qt::Key_Home:
            fit();
            return true;
        case Qt::Key_F:
            frame_selection();
            return true;
        case Qt::Key_PageUp:
            model_.set_wafer(pane_, model_.pane(pane_).wafer - 1);
            return true;
        case Qt::Key_PageDown:
            model_.set_wafer(pane_, model_.pane(pane_).wafer + 1);
            return true;
        default:
            return false;
    }
}

bool MapView::move_key(int key, Qt::KeyboardModifiers modifiers) {
    int dx = 0;
    int dy = 0;
    switch (key) {
        case Qt::Key_Left:
            dx = -1;
            break;
        case Qt::Key_Right:
            dx = 1;
            break;
        case Qt::Key_Up:
            dy = -1;
            break;
        case Qt::Key_Down:
            dy = 1;
            break;
        default:
            return false;
    }
    if (!shown_) return true;
    const int steps = modifiers.testFlag(Qt::ControlModifier) ? kFarSteps : 1;
    if (shown_->wafer)
        move_cursor(dx * steps, dy * steps, modifiers.testFlag(Qt::ShiftModifier));
    else if (shown_->devices)
        move_device(dx, dy);
    return true;
}

void MapView::keyPressEvent(QKeyEvent* event) {
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    const bool plain = !modifiers.testFlag(Qt::ControlModifier) && !modifiers.testFlag(Qt::AltModifier);
    if (plain && zoom_key(event->key())) return;
    if (!modifiers.testFlag(Qt::AltModifier) && move_key(event->key(), modifiers)) return;
    QWidget::keyPressEvent(event);
}

void MapView::move_cursor(int dx, int dy, bool grow) {
    const auto grid = shown_->wafer->classes.grid;
    // Zoomed out, one press moves by one pixel's worth of cores.
    const int stride = std::max(1, static_cast<int>(std::ceil(1 / viewport_.cell() - 1e-9)));
    if (!cursor_) {
        const QPointF middle = viewport_.visible().center();
        cursor_ = QPoint(static_cast<int>(middle.x()), static_cast<int>(middle.y()));
    } else {
        cursor_ = QPoint(cursor_->x() + dx * stride, cursor_->y() + dy * stride);
    }
    cursor_ =
        QPoint(std::clamp(cursor_->x(), 0, grid.columns - 1), std::clamp(cursor_->y(), 0, grid.rows - 1));
    if (!grow || !anchor_) anchor_ = cursor_;
    Place place{.kind = Place::Kind::core,
                .pane = pane_,
                .wafer = model_.pane(pane_).wafer,
                .x = cursor_->x(),
                .y = cursor_->y()};
    if (grow && *anchor_ != *cursor_) {
        place.kind = Place::Kind::area;
        place.x = std::min(anchor_->x(), cursor_->x());
        place.y = std::min(anchor_->y(), cursor_->y());
        place.area = {place.x, place.y, std::abs(anchor_->x() - cursor_->x()) + 1,
                      std::abs(anchor_->y() - cursor_->y()) + 1};
    }
    model_.select(place);
    viewport_.reveal(QRectF(cursor_->x(), cursor_->y(), 1, 1));
    describe_cursor();
    changed();
}

void MapView::move_device(int dx, int dy) {
    const auto& devices = shown_->devices->devices;
    if (devices.empty()) return;
    const auto& selection = model_.selection();
    const bool has = selection.pane == pane_ && selection.kind == Place::Kind::device;
    std::uint32_t best = has ? selection.index : 0;
    const auto middle = [&](std::size_t i) {
        return QPointF(double{devices[i].x + devices[i].width / 2},
                       double{devices[i].y + devices[i].height / 2});
    };
    double nearest = std::numeric_limits<double>::infinity();
    for (std::uint32_t i = 0; has && i < devices.size(); ++i) {
        const QPointF away = middle(i) - middle(selection.index);
        const double along = away.x() * dx + away.y() * dy;
        const double aside = std::abs(away.x() * dy) + std::abs(away.y() * dx);
        if (along <= 1e-6 || along + 2 * aside >= nearest) continue;
        nearest = along + 2 * aside;
        best = i;
    }
    model_.select({.kind = Place::Kind::device, .pane = pane_, .index = best});
    update();
}

}  // namespace waferscope::views
