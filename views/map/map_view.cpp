// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/map_view.hpp"

#include "views/map/fabric_image.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QPainter>
#include <QResizeEvent>
#include <QTimer>

#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kHotRadius = 14;

}  // namespace

MapView::MapView(WorkbenchModel& model, int pane, QWidget* parent)
    : QWidget(parent), model_(model), pane_(pane) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Map of pane %1").arg(QLatin1Char(static_cast<char>('A' + pane))));
    connect(&model, &WorkbenchModel::runsChanged, this, &MapView::take_runs);
    connect(&model, &WorkbenchModel::viewsChanged, this, &MapView::take_runs);
    const auto redraw = [this] { update(); };
    connect(&model, &WorkbenchModel::metricChanged, this, redraw);
    connect(&model, &WorkbenchModel::timeChanged, this, redraw);
    connect(&model, &WorkbenchModel::colorsChanged, this, redraw);
    connect(&model, &WorkbenchModel::selectionChanged, this, redraw);
    connect(&model, &WorkbenchModel::hoverChanged, this, redraw);
    take_runs();
}

MapFrame MapView::frame() const {
    MapFrame out = frame_of(model_, pane_);
    if (hasFocus()) out.cursor = cursor_;
    return out;
}

void MapView::take_runs() {
    const auto& pane = model_.pane(pane_);
    if (pane.run != shown_) {
        shown_ = pane.run;
        cursor_.reset();
        anchor_.reset();
        painter_.clear();
        relayout();
        viewport_.fit();
        Q_EMIT viewportChanged();
    } else if (pane.view != shown_view_) {
        painter_.clear();  // the subtracted run may have changed
    }
    shown_view_ = pane.view;
    update();
}

void MapView::relayout() {
    const auto current = frame_of(model_, pane_);
    const auto layout = map_layout(current, QSizeF(size()), active_theme());
    viewport_.world = map_world(current);
    viewport_.canvas = layout.canvas;
    viewport_.frame = layout.fit;
    viewport_.dpr = devicePixelRatioF();
    viewport_.largest_cell =
        shown_ && !shown_->wafer && !viewport_.world.isEmpty() ? viewport_.fit_scale() * 8 : 96;
}

void MapView::changed() {
    update();
    Q_EMIT viewportChanged();
}

void MapView::fit() {
    viewport_.fit();
    changed();
}

void MapView::show_area(const QRectF& area) {
    viewport_.fit(area);
    changed();
}

void MapView::frame_selection() {
    const auto& selection = model_.selection();
    if (!shown_) return;
    if (shown_->wafer && selection.pane == pane_ && selection.kind == Place::Kind::area) {
        const auto& a = selection.area;
        return show_area(QRectF(a.x, a.y, a.width, a.height));
    }
    QPointF at;
    if (selection.pane == pane_ && selection.kind != Place::Kind::none && shown_->wafer)
        at = QPointF(selection.x + 0.5, selection.y + 0.5);
    else if (const auto spot = model_.hot_spot(pane_); spot && !spot->device)
        at = QPointF(spot->x + 0.5, spot->y + 0.5);
    else
        return;
    show_area(QRectF(at.x() - 6, at.y() - 6, 12, 12));
}

void MapView::zoom(double factor, QPointF at) {
    viewport_.zoom(factor, at);
    changed();
}

std::optional<Place> MapView::hot_place_at(QPointF point) const {
    const auto spot = model_.hot_spot(pane_);
    const auto& pane = model_.pane(pane_);
    if (!spot || spot->device || spot->wafer != pane.wafer || !viewport_.is_fit()) return std::nullopt;
    const QPointF away = viewport_.core_rect(spot->x, spot->y).center() - point;
    if (std::hypot(away.x(), away.y()) > kHotRadius) return std::nullopt;
    return Place{.kind = spot->on_link ? Place::Kind::link : Place::Kind::core,
                 .pane = pane_,
                 .wafer = spot->wafer,
                 .x = spot->x,
                 .y = spot->y,
                 .direction = spot->direction};
}

Place MapView::place_at(QPointF point) const {
    if (!shown_) return {};
    Place place;
    if (shown_->wafer) {
        if (auto hot = hot_place_at(point)) return *hot;
        const auto grid = shown_->wafer->classes.grid;
        if (shows_fabric_detail(frame_of(model_, pane_), viewport_))
            place = fabric_place_at(viewport_, grid, point);
        else if (const auto core = viewport_.core_at(point, grid))
            place = {.kind = Place::Kind::core, .x = core->x(), .y = core->y()};
        place.wafer = model_.pane(pane_).wafer;
    } else if (shown_->devices) {
        place = device_place_at(viewport_, *shown_->devices, point);
    }
    if (place.kind == Place::Kind::none) return {};
    place.pane = pane_;
    return place;
}

Facts MapView::tooltip() const {
    if (!shown_ || !pointer_ || model_.hover().pane != pane_) return {};
    auto facts = describe(*shown_, model_.hover(), model_.metric_of(pane_).id, model_.step_of(pane_));
    if (hot_place_at(*pointer_) && !facts.empty()) facts.title = tr("Hot spot: %1").arg(facts.title);
    return facts;
}

void MapView::paintEvent(QPaintEvent* /*event*/) {
    const auto& theme = active_theme();
    if (viewport_.dpr != devicePixelRatioF()) relayout();
    QPainter painter(this);
    painter_.paint(painter, frame(), viewport_, QSizeF(size()), theme);
    if (!painter_.settled()) QTimer::singleShot(0, this, qOverload<>(&QWidget::update));
    if (drag_ == Drag::none && pointer_)
        if (const auto facts = tooltip(); !facts.empty())
            paint_tooltip(painter, theme, facts, *pointer_, QRectF(rect()));
    if (hasFocus()) draw_focus_ring(painter, theme, QRectF(rect()), 0);
}

void MapView::resizeEvent(QResizeEvent* /*event*/) {
    const bool was_fit = viewport_.is_fit();
    relayout();
    if (was_fit)
        viewport_.fit();
    else
        viewport_.clamp();
    Q_EMIT viewportChanged();
}

bool MapView::event(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        painter_.clear();
        model_.set_light_theme(active_theme().is_light());
        update();
    }
    return QWidget::event(event);
}

void MapView::describe_cursor() {
    if (!cursor_ || !shown_) return;
    const Place place{.kind = Place::Kind::core,
                      .pane = pane_,
                      .wafer = model_.pane(pane_).wafer,
                      .x = cursor_->x(),
                      .y = cursor_->y()};
    const auto facts = describe(*shown_, place, model_.metric_of(pane_).id, model_.step_of(pane_));
    QString text = facts.title;
    for (const auto& pair : facts.pairs) text += QStringLiteral(", ") + pair.label + u' ' + pair.value;
    setAccessibleDescription(text);
}

}  // namespace waferscope::views
