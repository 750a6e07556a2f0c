// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_canvas.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/glyphs.hpp"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QUndoStack>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kZoomStep = 1.25, kWheelNotch = 120;
constexpr double kGrab = 7;  // px around a handle
constexpr double kSnap = 6;  // px at which an edge is drawn to another
constexpr double kLargestTile = 24;

Qt::CursorShape cursor_of(Qt::Edges edges) {
    const bool side = edges.testAnyFlags(Qt::LeftEdge | Qt::RightEdge),
               level = edges.testAnyFlags(Qt::TopEdge | Qt::BottomEdge);
    if (side && level)
        return edges.testFlag(Qt::LeftEdge) == edges.testFlag(Qt::TopEdge) ? Qt::SizeFDiagCursor
                                                                           : Qt::SizeBDiagCursor;
    return side ? Qt::SizeHorCursor : Qt::SizeVerCursor;
}

}  // namespace

FloorCanvas::FloorCanvas(FloorEditor& editor, QWidget* parent) : QWidget(parent), editor_(editor) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(editor.plan().regions ? tr("Floor plan of the regions") : tr("Floor plan of the kernels"));
    connect(&editor, &FloorEditor::changed, this, [this] {
        const auto& plan = editor_.plan();
        if (QSizeF(plan.grid.columns, plan.grid.rows) != viewport_.world.size()) relayout(), viewport_.fit();
        if (hover_ && *hover_ >= plan.kernels.size()) hover_.reset();
        update();
    });
    connect(&editor, &FloorEditor::selectionChanged, this, [this] {
        if (drag_ == Drag::none) start_session();
        update();
    });
    relayout();
    viewport_.fit();
}

void FloorCanvas::set_color(FloorColor color) {
    color_ = color;
    update();
}
void FloorCanvas::set_links(bool on) {
    links_ = on;
    update();
}
void FloorCanvas::set_arrows(bool on) {
    arrows_ = on;
    update();
}

FloorScene FloorCanvas::scene() const {
    FloorScene scene{.plan = &editor_.plan(),
                     .color = color_,
                     .links = links_ && !editor_.plan().regions,
                     .arrows = arrows_,
                     .selection = editor_.selection(),
                     .hover = hover_};
    if (dragging()) scene.drag = FloorDrag{origins_, lead_}, scene.hover.reset();
    return scene;
}

void FloorCanvas::relayout() {
    const auto layout = floor_layout(QSizeF(size()), active_theme());
    const auto& grid = editor_.plan().grid;
    viewport_.world = QRectF(0, 0, grid.columns, grid.rows);
    viewport_.canvas = layout.canvas;
    viewport_.frame = layout.frame;
    viewport_.dpr = devicePixelRatioF();
    viewport_.largest_cell = kLargestTile;
}

void FloorCanvas::fit() {
    viewport_.fit();
    update();
}

void FloorCanvas::show_area(const core::Rect& area) {
    viewport_.fit(QRectF(area.x, area.y, area.width, area.height)
                      .adjusted(-area.width / 2.0 - 20, -area.height / 2.0 - 20, area.width / 2.0 + 20,
                                area.height / 2.0 + 20));
    update();
}

std::optional<std::size_t> FloorCanvas::kernel_at(QPointF point) const {
    if (!viewport_.canvas.contains(point)) return std::nullopt;
    const QPointF world = viewport_.to_world(point);
    const int x = static_cast<int>(std::floor(world.x())), y = static_cast<int>(std::floor(world.y()));
    const auto& kernels = editor_.plan().kernels;
    std::optional<std::size_t> found;
    for (std::size_t k = 0; k < kernels.size(); ++k)
        if (kernels[k].placed && kernels[k].rect.contains(x, y) && (!found || editor_.selected(k))) found = k;
    return found;
}

Qt::Edges FloorCanvas::handle_at(QPointF point) const {
    if (editor_.selection().size() != 1) return {};
    const auto& kernel = editor_.plan().kernels[editor_.selection().front()];
    if (!kernel.placed || kernel.locked) return {};
    for (const auto& handle : floor_handles(viewport_.core_rect(kernel.rect)))
        if (std::abs(handle.at.x() - point.x()) <= kGrab && std::abs(handle.at.y() - point.y()) <= kGrab)
            return handle.edges;
    return {};
}

void FloorCanvas::paintEvent(QPaintEvent* /*event*/) {
    const auto& theme = active_theme();
    if (viewport_.dpr != devicePixelRatioF()) relayout();
    QPainter painter(this);
    painter_.paint(painter, scene(), viewport_, QSizeF(size()), theme);
    if (hasFocus()) draw_focus_ring(painter, theme, QRectF(rect()), 0);
}

void FloorCanvas::resizeEvent(QResizeEvent* /*event*/) {
    const bool was_fit = viewport_.is_fit();
    relayout();
    if (was_fit)
        viewport_.fit();
    else
        viewport_.clamp();
}

bool FloorCanvas::event(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) relayout(), update();
    // The keys of the canvas win over the window's while it has the focus.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool plain = (key->modifiers() & (Qt::ControlModifier | Qt::MetaModifier)) == Qt::NoModifier;
        const bool arrow = key->key() >= Qt::Key_Left && key->key() <= Qt::Key_Down;
        if ((plain && key->key() != Qt::Key_E && key->key() != Qt::Key_Question && key->key() < Qt::Key_F1) ||
            arrow ||
            (plain &&
             (key->key() == Qt::Key_Escape || key->key() == Qt::Key_Delete || key->key() == Qt::Key_Return)))
            event->accept();
    }
    return QWidget::event(event);
}

void FloorCanvas::start_session() {
    drag_number_ = editor_.new_drag();
    session_index_ = editor_.history().index();
}

void FloorCanvas::begin(std::size_t kernel) {
    lead_ = kernel;
    start_session();
    dragged_.clear();
    origins_.clear();
    const auto& kernels = editor_.plan().kernels;
    for (const auto k : editor_.selection())
        if (kernels[k].placed && !kernels[k].locked)
            dragged_.push_back(k), origins_.push_back(kernels[k].rect);
}

void FloorCanvas::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    press_ = last_ = event->position();
    if (event->button() == Qt::MiddleButton) {
        drag_ = Drag::pan;
        return;
    }
    if (event->button() != Qt::LeftButton) return;
    if (const auto edges = handle_at(press_); edges) {
        begin(editor_.selection().front());
        pulled_ = edges;
        drag_ = Drag::pull;
        return update();
    }
    const auto kernel = kernel_at(press_);
    const bool more = event->modifiers().testAnyFlags(Qt::ShiftModifier | Qt::ControlModifier);
    if (!kernel) {
        drag_ = event->modifiers().testFlag(Qt::ShiftModifier) ? Drag::area : Drag::pan;
        return;
    }
    auto chosen = editor_.selection();
    if (more) {
        if (editor_.selected(*kernel))
            std::erase(chosen, *kernel);
        else
            chosen.push_back(*kernel);
        editor_.select(std::move(chosen));
        return;
    }
    if (!editor_.selected(*kernel)) editor_.select({*kernel});
    begin(*kernel);
    drag_ = Drag::maybe_move;
}

void FloorCanvas::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    if (drag_ == Drag::maybe_move && (at - press_).manhattanLength() >= QApplication::startDragDistance()) {
        if (dragged_.empty()) {
            drag_ = Drag::none;
            return Q_EMIT editor_.notice(
                tr("%1 is locked. L unlocks it.").arg(editor_.plan().kernels[lead_].name));
        }
        drag_ = Drag::move;
        hover_.reset();
        setCursor(Qt::ClosedHandCursor);
    }
    switch (drag_) {
        case Drag::move:
            move_to(at);
            break;
        case Drag::pull:
            pull_to(at);
            break;
        case Drag::pan:
            viewport_.pan(at - last_);
            update();
            break;
        case Drag::area:
            select_area(at);
            break;
        default:
            point_at(at);
    }
    last_ = at;
}

void FloorCanvas::point_at(QPointF point) {
    const auto hover = kernel_at(point);
    const auto edges = handle_at(point);
    setCursor(edges ? cursor_of(edges) : hover ? Qt::OpenHandCursor : Qt::ArrowCursor);
    if (hover == hover_) return;
    hover_ = hover;
    update();
}

/// A group keeps its form and stays on the wafer; its lead is drawn to edges nearby.
QPoint FloorCanvas::snapped(QPoint delta) const {
    const auto& plan = editor_.plan();
    const auto lead = std::ranges::find(dragged_, lead_);
    if (lead != dragged_.end()) {
        auto rect = origins_[static_cast<std::size_t>(lead - dragged_.begin())];
        rect.x += delta.x(), rect.y += delta.y();
        const double reach = kSnap / viewport_.scale;
        int best_x = 0, best_y = 0;
        double near_x = reach, near_y = reach;
        const auto draw = [](int by, double& near, int& best) {
            if (std::abs(by) < near) near = std::abs(by), best = by;
        };
        draw(-rect.x, near_x, best_x), draw(plan.grid.columns - rect.x - rect.width, near_x, best_x);
        draw(-rect.y, near_y, best_y), draw(plan.grid.rows - rect.y - rect.height, near_y, best_y);
        for (std::size_t k = 0; k < plan.kernels.size(); ++k) {
            const auto& other = plan.kernels[k];
            if (!other.placed || std::ranges::find(dragged_, k) != dragged_.end()) continue;
            const auto& r = other.rect;
            const double gap = 2 * reach;
            if (rect.y < r.y + r.height + gap && r.y < rect.y + rect.height + gap)
                for (const int edge : {r.x, r.x + r.width})
                    draw(edge - rect.x, near_x, best_x), draw(edge - rect.x - rect.width, near_x, best_x);
            if (rect.x < r.x + r.width + gap && r.x < rect.x + rect.width + gap)
                for (const int edge : {r.y, r.y + r.height})
                    draw(edge - rect.y, near_y, best_y), draw(edge - rect.y - rect.height, near_y, best_y);
        }
        delta += QPoint(best_x, best_y);
    }
    for (const auto& r : origins_) {
        delta.setX(std::clamp(delta.x(), std::min(-r.x, 0), std::max(0, plan.grid.columns - r.width - r.x)));
        delta.setY(std::clamp(delta.y(), std::min(-r.y, 0), std::max(0, plan.grid.rows - r.height - r.y)));
    }
    return delta;
}

void FloorCanvas::move_to(QPointF point) {
    const QPointF moved = (point - press_) / (viewport_.cell() / viewport_.dpr);
    QPoint delta(static_cast<int>(std::lround(moved.x())), static_cast<int>(std::lround(moved.y())));
    if (!QApplication::keyboardModifiers().testFlag(Qt::AltModifier)) delta = snapped(delta);
    auto corners = origins_;
    for (auto& r : corners) r.x += delta.x(), r.y += delta.y();
    editor_.move(dragged_, corners, drag_number_);
}

void FloorCanvas::pull_to(QPointF point) {
    if (origins_.empty()) return;
    const auto& grid = editor_.plan().grid;
    const auto& r = origins_.front();
    const QPointF world = viewport_.to_world(point);
    const int x = std::clamp(static_cast<int>(std::lround(world.x())), 0, grid.columns);
    const int y = std::clamp(static_cast<int>(std::lround(world.y())), 0, grid.rows);
    int left = r.x, right = r.x + r.width, top = r.y, bottom = r.y + r.height;
    if (pulled_.testFlag(Qt::LeftEdge)) left = std::min(x, right - 1);
    if (pulled_.testFlag(Qt::RightEdge)) right = std::max(x, left + 1);
    if (pulled_.testFlag(Qt::TopEdge)) top = std::min(y, bottom - 1);
    if (pulled_.testFlag(Qt::BottomEdge)) bottom = std::max(y, top + 1);
    editor_.pull(dragged_.front(), {left, top, right - left, bottom - top}, pulled_, drag_number_);
}

void FloorCanvas::select_area(QPointF to) {
    const QRectF area = QRectF(viewport_.to_world(press_), viewport_.to_world(to)).normalized();
    FloorEditor::Kernels inside;
    const auto& kernels = editor_.plan().kernels;
    for (std::size_t k = 0; k < kernels.size(); ++k) {
        const auto& r = kernels[k].rect;
        if (kernels[k].placed && area.intersects(QRectF(r.x, r.y, r.width, r.height))) inside.push_back(k);
    }
    editor_.select(std::move(inside));
}

void FloorCanvas::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) return;
    const auto drag = std::exchange(drag_, Drag::none);
    unsetCursor();
    if (drag == Drag::move || drag == Drag::pull) start_session();
    if (drag == Drag::pan &&
        (event->position() - press_).manhattanLength() < QApplication::startDragDistance())
        editor_.select({});
    if (drag == Drag::maybe_move && editor_.selection().size() > 1) editor_.select({lead_});
    point_at(event->position());
    update();
}

void FloorCanvas::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / kWheelNotch;
    if (notches != 0) {
        viewport_.zoom(std::pow(kZoomStep, notches), event->position());
        update();
    }
    event->accept();
}

void FloorCanvas::leaveEvent(QEvent* /*event*/) {
    hover_.reset();
    update();
}

}  // namespace waferscope::views
