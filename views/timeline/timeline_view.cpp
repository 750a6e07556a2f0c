// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/timeline_view.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace waferscope::views {

TimelineView::TimelineView(WorkbenchModel& model, QWidget* parent) : QWidget(parent), model_(model) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Timeline"));
    connect(&model, &WorkbenchModel::runsChanged, this, &TimelineView::rebuild);
    connect(&model, &WorkbenchModel::timeChanged, this, qOverload<>(&QWidget::update));
    connect(&model, &WorkbenchModel::selectionChanged, this, qOverload<>(&QWidget::update));
    rebuild();
}

void TimelineView::rebuild() {
    groups_.clear();
    for (int i = 0; i < kPanes; ++i)
        if (const auto& pane = model_.pane(i); pane.run) groups_.push_back({pane.run, pane.layer});
    show_all();
}

void TimelineView::show_all() {
    window_ = {.from_s = 0, .to_s = std::max(1e-9, model_.duration())};
    update();
}

void TimelineView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    auto window = window_;
    window.cursor_s = groups_.empty() ? -1 : model_.position();
    window.op = model_.selection().op;
    paint_timeline(painter, rect(), groups_, window, active_theme());
}

void TimelineView::zoom(double factor, double around_px) {
    const double width = std::max(1, width_of_lanes());
    const double share = std::clamp((around_px - kTimelineGutter) / width, 0.0, 1.0);
    const double span = window_.to_s - window_.from_s, at = window_.from_s + share * span;
    const double wanted =
        std::clamp(span * factor, model_.duration() * 1e-6, std::max(1e-9, model_.duration()));
    window_.from_s = std::clamp(at - share * wanted, 0.0, std::max(0.0, model_.duration() - wanted));
    window_.to_s = window_.from_s + wanted;
    update();
}

void TimelineView::pan(double pixels) {
    const double span = window_.to_s - window_.from_s;
    const double move = pixels / std::max(1, width_of_lanes()) * span;
    window_.from_s = std::clamp(window_.from_s + move, 0.0, std::max(0.0, model_.duration() - span));
    window_.to_s = window_.from_s + span;
    update();
}

void TimelineView::set_cursor_at(double px) {
    const double share = (px - kTimelineGutter) / std::max(1, width_of_lanes());
    model_.set_position(window_.from_s + std::clamp(share, 0.0, 1.0) * (window_.to_s - window_.from_s));
}

void TimelineView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers() & Qt::ShiftModifier) {
        const int room = std::max(0, timeline_height(groups_, active_theme()) - height());
        window_.scroll_px = std::clamp(window_.scroll_px - event->angleDelta().y() / 4, 0, room);
        update();
        return;
    }
    zoom(std::pow(0.999, event->angleDelta().y()), event->position().x());
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    last_ = event->position();
    if (event->position().x() < kTimelineGutter) return;
    set_cursor_at(event->position().x());
    const core::Run* run = nullptr;
    const auto* slice = slice_at(event->position(), rect(), groups_, window_, active_theme(), &run);
    if (slice == nullptr || slice->op == core::kNoOperator) return;
    for (int i = 0; i < kPanes; ++i)
        if (model_.run(i) == run) return model_.select_operator(i, slice->op);
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::RightButton || event->buttons() & Qt::MiddleButton) {
        pan(last_.x() - event->position().x());
        const int room = std::max(0, timeline_height(groups_, active_theme()) - height());
        window_.scroll_px =
            std::clamp(window_.scroll_px + static_cast<int>(last_.y() - event->position().y()), 0, room);
        last_ = event->position();
        return;
    }
    if (event->buttons() & Qt::LeftButton) {
        set_cursor_at(event->position().x());
        return;
    }
    const core::Run* run = nullptr;
    const auto* slice = slice_at(event->position(), rect(), groups_, window_, active_theme(), &run);
    if (slice == nullptr) {
        QToolTip::hideText();
        return;
    }
    QString text = QStringLiteral("<b>%1</b><br>%2 %3<br>%4 %5")
                       .arg(QString::fromStdString(run->timeline.names[slice->name]).toHtmlEscaped(),
                            tr("start"), format::quantity(slice->start_s, "s"), tr("duration"),
                            format::quantity(slice->end_s - slice->start_s, "s"));
    if (slice->bytes > 0)
        text += QStringLiteral("<br>%1 %2")
                    .arg(tr("moves"), format::quantity(static_cast<double>(slice->bytes), "B"));
    QToolTip::showText(event->globalPosition().toPoint() + QPoint(12, 12), text, this);
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    const double middle = kTimelineGutter + width_of_lanes() / 2.0;
    switch (event->key()) {
        case Qt::Key_W:
            return zoom(0.8, middle);
        case Qt::Key_S:
            return zoom(1.25, middle);
        case Qt::Key_A:
            return pan(-width_of_lanes() / 10.0);
        case Qt::Key_D:
            return pan(width_of_lanes() / 10.0);
        case Qt::Key_Home:
            return show_all();
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace waferscope::views
