// SPDX-License-Identifier: GPL-3.0-or-later
// Keyboard of FloorCanvas (design/placement.md "The explorer").
#include "views/placement/floor_canvas.hpp"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QUndoStack>

#include <algorithm>

namespace waferscope::views {
namespace {

constexpr int kFar = 10;
constexpr double kZoomStep = 1.25;

}  // namespace

QString floor_keys() {
    return QCoreApplication::translate("FloorCanvas",
                                       "Tab next kernel   arrows 1 tile, Shift 10, Ctrl to the next touching "
                                       "position   Alt+left/right next legal shape, "
                                       "Alt+up/down faster/slower   R rotate   L lock   Del unplace   Enter "
                                       "keep   Esc put back   Ctrl+A all   "
                                       "F frame   Home fit   Ctrl+Z undo   Ctrl+Return simulate");
}

QString region_keys() {
    return QCoreApplication::translate(
        "FloorCanvas",
        "Tab next region   arrows 1 tile, Shift 10, Ctrl to the next touching position   Alt+left/right next size that "
        "fits   D split   M merge   + - take or give a layer   P prefill or decode   L lock   PageUp/PageDown wafer, "
        "Shift moves the region there   Enter keep   Esc put back   F frame   Home fit   Ctrl+Z undo   Ctrl+Return "
        "simulate");
}

/// Keys that only regions have; they win over those for zooming.
bool FloorCanvas::region_key(int key, Qt::KeyboardModifiers modifiers) {
    auto* regions = editor_.region_editing();
    if (regions == nullptr) return false;
    const bool shift = modifiers == Qt::ShiftModifier;
    if (modifiers != Qt::NoModifier && !shift) return false;
    const int wafer = key == Qt::Key_PageDown ? 1 : key == Qt::Key_PageUp ? -1 : 0;
    if (wafer != 0 && !shift) return regions->show_wafer(editor_.plan().wafer + wafer), true;
    if (editor_.selection().empty()) return wafer != 0;
    const auto region = editor_.selection().front();
    if (wafer != 0)
        regions->send_to_wafer(region, editor_.plan().kernels[region].wafer + wafer);
    else if (key == Qt::Key_Plus || key == Qt::Key_Equal)
        regions->pass_layers(region, -1);
    else if (key == Qt::Key_Minus)
        regions->pass_layers(region, 1);
    else if (key == Qt::Key_D && !shift)
        regions->split(region);
    else if (key == Qt::Key_M && !shift)
        regions->merge(region);
    else if (key == Qt::Key_P && !shift)
        regions->change_role(region);
    else
        return false;
    return true;
}

/// Tab belongs to the kernels; F6 leaves.
bool FloorCanvas::focusNextPrevChild(bool /*next*/) {
    return false;
}

void FloorCanvas::keyPressEvent(QKeyEvent* event) {
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    switch (event->key()) {
        case Qt::Key_Tab:
            return select_next(1);
        case Qt::Key_Backtab:
            return select_next(-1);
        case Qt::Key_Left:
            return arrow_key(-1, 0, modifiers);
        case Qt::Key_Right:
            return arrow_key(1, 0, modifiers);
        case Qt::Key_Up:
            return arrow_key(0, -1, modifiers);
        case Qt::Key_Down:
            return arrow_key(0, 1, modifiers);
        case Qt::Key_F6:
            QWidget::focusNextPrevChild(!modifiers.testFlag(Qt::ShiftModifier));
            return;
        default:
            break;
    }
    if (region_key(event->key(), modifiers)) return;
    if (edit_key(event->key(), modifiers)) return;
    if (modifiers == Qt::NoModifier && view_key(event->key())) return;
    QWidget::keyPressEvent(event);
}

bool FloorCanvas::edit_key(int key, Qt::KeyboardModifiers modifiers) {
    const auto& chosen = editor_.selection();
    if (key == Qt::Key_A && modifiers == Qt::ControlModifier) {
        FloorEditor::Kernels all;
        for (std::size_t k = 0; k < editor_.plan().kernels.size(); ++k)
            if (editor_.plan().kernels[k].placed) all.push_back(k);
        editor_.select(std::move(all));
        return true;
    }
    if (modifiers != Qt::NoModifier) return false;
    switch (key) {
        case Qt::Key_R:
            if (!chosen.empty()) editor_.rotate(chosen);
            return true;
        case Qt::Key_L: {
            const bool all =
                std::ranges::all_of(chosen, [&](auto k) { return editor_.plan().kernels[k].locked; });
            if (!chosen.empty()) editor_.set_locked(chosen, !all);
            return true;
        }
        case Qt::Key_Delete:
        case Qt::Key_Backspace:
            if (!chosen.empty()) editor_.unplace(chosen);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (chosen.size() == 1 && !editor_.plan().kernels[chosen.front()].placed) {
                const QPointF middle = viewport_.visible().center();
                editor_.add(chosen.front(), static_cast<int>(middle.x()), static_cast<int>(middle.y()));
            }
            start_session();
            return true;
        case Qt::Key_Escape:
            put_back();
            return true;
        default:
            return false;
    }
}

/// What was done since the drag or the run of keys began; then the selection; then the mode.
void FloorCanvas::put_back() {
    auto& history = editor_.history();
    const bool was_dragging = dragging();
    drag_ = Drag::none;
    unsetCursor();
    if (history.index() > session_index_) {
        history.setIndex(session_index_);
        start_session();
    } else if (was_dragging) {
        update();
    } else if (!editor_.selection().empty()) {
        editor_.select({});
    } else {
        Q_EMIT leaveRequested();
    }
}

bool FloorCanvas::view_key(int key) {
    switch (key) {
        case Qt::Key_W:
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            viewport_.zoom(kZoomStep, viewport_.frame.center());
            break;
        case Qt::Key_S:
        case Qt::Key_Minus:
            viewport_.zoom(1 / kZoomStep, viewport_.frame.center());
            break;
        case Qt::Key_Home:
            viewport_.fit();
            break;
        case Qt::Key_F:
            if (!editor_.selection().empty() && editor_.plan().kernels[editor_.selection().front()].placed)
                show_area(editor_.plan().kernels[editor_.selection().front()].rect);
            break;
        default:
            return false;
    }
    update();
    return true;
}

void FloorCanvas::select_next(int step) {
    const auto& order = editor_.plan().pipeline;
    if (order.empty()) return;
    const auto n = static_cast<int>(order.size());
    int at = step > 0 ? -1 : 0;
    if (!editor_.selection().empty())
        at = static_cast<int>(std::ranges::find(order, editor_.selection().back()) - order.begin());
    const auto next = order[static_cast<std::size_t>(((at + step) % n + n) % n)];
    editor_.select({next});
    if (auto* regions = editor_.region_editing()) regions->show_wafer(editor_.plan().kernels[next].wafer);
    const auto& kernel = editor_.plan().kernels[next];
    if (kernel.placed)
        viewport_.reveal(QRectF(kernel.rect.x, kernel.rect.y, kernel.rect.width, kernel.rect.height));
    setAccessibleDescription(kernel.name + QStringLiteral(", ") + kernel.what);
    update();
}

void FloorCanvas::arrow_key(int dx, int dy, Qt::KeyboardModifiers modifiers) {
    const auto& chosen = editor_.selection();
    if (chosen.empty()) return;
    if (modifiers.testFlag(Qt::AltModifier)) {
        editor_.step_shape(chosen.front(), dx > 0   ? ShapeStep::wider
                                           : dx < 0 ? ShapeStep::narrower
                                           : dy < 0 ? ShapeStep::faster
                                                    : ShapeStep::slower);
        return;
    }
    int tiles = modifiers.testFlag(Qt::ShiftModifier) ? kFar : 1;
    if (modifiers.testFlag(Qt::ControlModifier)) {
        const auto& lead = editor_.plan().kernels[chosen.front()];
        if (!lead.placed) return;
        tiles = to_touching(lead.rect, dx, dy);
    }
    nudge(dx * tiles, dy * tiles);
}

void FloorCanvas::nudge(int dx, int dy) {
    const auto& plan = editor_.plan();
    FloorEditor::Kernels kernels;
    std::vector<core::Rect> corners;
    for (const auto k : editor_.selection()) {
        const auto& kernel = plan.kernels[k];
        if (!kernel.placed || kernel.locked) continue;
        // The group stays on the wafer and keeps its form.
        if (dx > 0) dx = std::min(dx, std::max(0, plan.grid.columns - kernel.rect.x - kernel.rect.width));
        if (dy > 0) dy = std::min(dy, std::max(0, plan.grid.rows - kernel.rect.y - kernel.rect.height));
        if (dx < 0) dx = std::max(dx, std::min(0, -kernel.rect.x));
        if (dy < 0) dy = std::max(dy, std::min(0, -kernel.rect.y));
        kernels.push_back(k);
        corners.push_back(kernel.rect);
    }
    if (kernels.empty() || (dx == 0 && dy == 0)) return;
    for (auto& r : corners) r.x += dx, r.y += dy;
    editor_.move(kernels, corners, drag_number_);
}

/// Tiles to the next position in this direction at which an edge touches the wafer's or another kernel's.
int FloorCanvas::to_touching(const core::Rect& rect, int dx, int dy) const {
    const auto& plan = editor_.plan();
    const bool across = dx != 0;
    const int sign = dx + dy, at = across ? rect.x : rect.y, size = across ? rect.width : rect.height;
    const int end = across ? plan.grid.columns : plan.grid.rows;
    int best = sign > 0 ? end - size - at : at;
    const auto consider = [&](int place) {
        const int away = (place - at) * sign;
        if (away > 0) best = std::min(best, away);
    };
    for (std::size_t k = 0; k < plan.kernels.size(); ++k) {
        const auto& other = plan.kernels[k];
        if (!other.placed || editor_.selected(k)) continue;
        const auto& r = other.rect;
        const bool beside = across ? rect.y < r.y + r.height && r.y < rect.y + rect.height
                                   : rect.x < r.x + r.width && r.x < rect.x + rect.width;
        if (!beside) continue;
        consider(across ? r.x - size : r.y - size);
        consider(across ? r.x + r.width : r.y + r.height);
    }
    return std::max(0, best);
}

}  // namespace waferscope::views
