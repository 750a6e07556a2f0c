// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_view.hpp"

#include "views/graph/graph_text.hpp"
#include "views/theme/apply_theme.hpp"

#include <QEvent>
#include <QPainter>

#include <algorithm>

namespace waferscope::views {
namespace {

constexpr std::size_t kQuickBoxes = 120;  ///< laid out in some 20 ms, on the spot
constexpr double kReadable = 0.65, kComfortable = 0.9;

}  // namespace

GraphView::GraphView(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Workload graph"));
}

GraphView::~GraphView() = default;

void GraphView::set_graph(std::shared_ptr<const OperatorGraph> graph, const QString& why) {
    why_ = why;
    graph_ = std::move(graph);
    opening_.reset();
    picture_ = {};
    look_.selected = look_.hovered = show_ = kNoItem;
    fitted_ = true;
    if (graph_ && !graph_->tree.empty()) {
        if (!graph_has(graph_->tree, look_.color) || look_.color == GraphColor::kind)
            look_.color = best_graph_color(graph_->tree);
        opening_.emplace(graph_->tree);
        rebuild(kNoItem);
    }
    update();
    Q_EMIT pictureChanged();
}

void GraphView::set_color(GraphColor color) {
    if (color == look_.color) return;
    look_.color = color;
    rebuild(look_.selected);  // boxes are as wide as their texts
    Q_EMIT pictureChanged();
}

QRectF GraphView::room() const {
    return QRectF(rect()).adjusted(0, 0, 0, -graph_legend_height(width(), active_theme()));
}

void GraphView::rebuild(std::uint32_t anchor) {
    if (!opening_) return;
    if (busy_) {
        again_ = true;
        return;
    }
    direction_ = graph_direction(room().size());
    const auto& tree = graph_->tree;
    auto scene = make_scene(tree, *opening_, *graph_->workload);
    auto request = layout_request(tree, *graph_->workload, scene, look_.color, direction_, active_theme());
    if (scene.boxes.size() <= kQuickBoxes) {
        show_layout(std::move(scene), lay_out_graph(request), anchor);
        return;
    }
    lay_out_aside(std::move(scene), std::move(request), anchor);
}

void GraphView::lay_out_aside(GraphScene scene, GraphLayoutRequest request, std::uint32_t anchor) {
    busy_ = true;
    again_ = false;
    auto work = std::make_shared<GraphScene>(std::move(scene));
    layout_ = std::jthread([this, work, anchor, graph = graph_, request = std::move(request)] {
        auto layout = std::make_shared<GraphLayout>(lay_out_graph(request));
        QMetaObject::invokeMethod(
            this,
            [this, work, anchor, graph, layout] {
                busy_ = false;
                if (graph != graph_) return rebuild(kNoItem);
                if (std::exchange(again_, false)) return rebuild(anchor);
                show_layout(std::move(*work), std::move(*layout), anchor);
            },
            Qt::QueuedConnection);
    });
    update();
}

QRectF GraphView::rect_of(std::uint32_t item) const {
    if (item == kNoItem || picture_.tree == nullptr) return {};
    for (std::size_t i = 0; i < picture_.layout.frames.size(); ++i)
        if (picture_.scene.frames[i].item == item) return picture_.layout.frames[i];
    const auto box = picture_.scene.box_showing(*picture_.tree, item);
    return box == kNoItem ? QRectF() : picture_.layout.boxes[box];
}

/// Keeps `anchor` where it was on the screen, unless the whole picture fits.
void GraphView::show_layout(GraphScene scene, GraphLayout layout, std::uint32_t anchor) {
    const QRectF before = rect_of(anchor);
    const QPointF held = before.isNull() ? QPointF() : sight_.map(before.topLeft());
    picture_ = {graph_->workload.get(), &graph_->tree, std::move(scene), std::move(layout)};
    const auto whole = fit_graph(picture_.layout.size, room());
    const QRectF after = rect_of(anchor);
    if (fitted_ && whole.zoom >= kReadable) {
        sight_ = whole;
    } else {
        if (fitted_ || before.isNull()) sight_.zoom = kComfortable;
        if (!before.isNull() && !after.isNull())
            sight_.origin = held - after.topLeft() * sight_.zoom;
        else  // the beginning of the graph
            sight_.origin = {room().center().x() - picture_.layout.size.width() * sight_.zoom / 2, 14};
        if (direction_ == GraphDirection::right && before.isNull())
            sight_.origin = {14, room().center().y() - picture_.layout.size.height() * sight_.zoom / 2};
    }
    if (const auto show = std::exchange(show_, kNoItem); show != kNoItem) bring_into_view(show);
    describe();
    update();
    Q_EMIT pictureChanged();
}

void GraphView::bring_into_view(std::uint32_t item) {
    const QRectF rect = rect_of(item);
    if (rect.isNull()) return;
    if (sight_.zoom < kReadable) {
        sight_.zoom = kComfortable;
        fitted_ = false;
        sight_.origin = room().center() - rect.center() * sight_.zoom;
    }
    const QRectF seen = sight_.map(rect);
    const QRectF inner = room().adjusted(20, 20, -20, -20);
    if (inner.contains(seen)) return;
    fitted_ = false;
    const QPointF wanted = seen.width() > inner.width() || seen.height() > inner.height()
                               ? inner.topLeft() - seen.topLeft()
                               : inner.center() - seen.center();
    sight_.origin += wanted;
}

void GraphView::mark(std::uint32_t item) {
    if (item == look_.selected) return;
    look_.selected = item;
    describe();
    update();
}

void GraphView::mark_hovered(std::uint32_t item) {
    if (item == look_.hovered) return;
    look_.hovered = item;
    update();
}

void GraphView::select(std::uint32_t item) {
    mark(item);
    Q_EMIT selectedChanged(item);
}

void GraphView::jump_to(std::uint32_t item) {
    if (!opening_ || item >= graph_->tree.items.size()) return;
    const auto& tree = graph_->tree;
    if (const auto whole = tree.items[item].parent;
        whole != kNoItem && tree.items[whole].op == tree.items[item].op &&
        tree.items[item].op != core::kNoOperator && !opening_->is_open(whole))
        item = whole;  // the operator with its constants need not open
    select(item);
    const auto box = picture_.tree == nullptr ? kNoItem : picture_.scene.box_of_item[item];
    if (box != kNoItem || opening_->is_open(item)) {
        bring_into_view(item);
        return update();
    }
    opening_->reveal(item);
    show_ = item;
    rebuild(item);
}

void GraphView::toggle(std::uint32_t item) {
    if (!opening_ || item == kNoItem || !graph_->tree.opens(item)) return;
    if (opening_->is_open(item))
        opening_->close(item);
    else
        opening_->open(item);
    show_ = item;
    rebuild(item);
}

void GraphView::close_around() {
    if (!opening_ || look_.selected == kNoItem) return;
    const auto& items = graph_->tree.items;
    const auto group = opening_->is_open(look_.selected) ? look_.selected : items[look_.selected].parent;
    if (group == kNoItem || items[group].parent == kNoItem) return;  // the whole graph stays open
    select(group);
    toggle(group);
}

void GraphView::fit() {
    fitted_ = true;
    sight_ = fit_graph(picture_.layout.size, room());
    update();
}

void GraphView::frame_selection() {
    const QRectF rect = rect_of(look_.selected);
    if (rect.isNull()) return fit();
    fitted_ = false;
    sight_.zoom = std::min(1.25, fit_graph(rect.size(), room()).zoom);
    sight_.origin = room().center() - rect.center() * sight_.zoom;
    update();
}

void GraphView::zoom(double factor, QPointF at) {
    constexpr double kSmallest = 0.03, kLargest = 3;
    const QPointF point = sight_.unmap(at);
    sight_.zoom = std::clamp(sight_.zoom * factor, kSmallest, kLargest);
    sight_.origin = at - point * sight_.zoom;
    fitted_ = false;
    update();
}

void GraphView::describe() {
    QString text;
    if (graph_ && look_.selected != kNoItem) {
        const auto facts = graph_facts(graph_->tree, *graph_->workload, look_.selected);
        text = facts.title + QStringLiteral(", ") + facts.subtitle;
        for (const auto& pair : facts.pairs) text += QStringLiteral(", %1 %2").arg(pair.label, pair.value);
    }
    setAccessibleDescription(text);
}

void GraphView::paintEvent(QPaintEvent* /*event*/) {
    const auto& theme = active_theme();
    QPainter painter(this);
    if (picture_.tree == nullptr) {
        painter.fillRect(rect(), theme.sunken);
        painter.setFont(theme.font(TextRole::base));
        painter.setPen(theme.text2);
        const auto text = busy_            ? tr("Laying out…")
                          : why_.isEmpty() ? tr("No graph yet. Open a model.")
                                           : why_;
        painter.drawText(rect().adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, text);
        return;
    }
    paint_graph(painter, room(), picture_, sight_, look_, theme);
    const QRectF legend(0, room().bottom(), width(), height() - room().height());
    paint_graph_legend(painter, legend, picture_, look_.color, theme);
    if (busy_) painter.fillRect(QRectF(0, 0, width() / 2.0, 2), theme.accent);
    if (pointer_ && look_.hovered != kNoItem && !dragging_)
        paint_tooltip(painter, theme, graph_facts(graph_->tree, *graph_->workload, look_.hovered), *pointer_,
                      room());
    if (hasFocus()) {
        painter.setPen(theme.focus);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void GraphView::resizeEvent(QResizeEvent* /*event*/) {
    if (!opening_) return;
    if (graph_direction(room().size()) != direction_) {
        show_ = look_.selected;  // turned, the graph still shows what was chosen
        return rebuild(kNoItem);
    }
    if (fitted_) {
        const auto whole = fit_graph(picture_.layout.size, room());
        if (whole.zoom >= kReadable) sight_ = whole;
    }
}

void GraphView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        rebuild(look_.selected);
    QWidget::changeEvent(event);
}

}  // namespace waferscope::views
