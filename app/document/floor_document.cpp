// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/floor_document.hpp"

#include "sim/placement/floor_legalise.hpp"
#include "sim/placement/shape_curve.hpp"

#include <QUndoCommand>
#include <algorithm>
#include <cmath>

namespace waferscope::app {

using views::FloorFigures;
using views::FloorSearch;
using views::ShapeStep;

namespace {

constexpr int kHistoryLimit = 500;
constexpr std::size_t kMostSeen = 400, kMostShares = 3, kMostCurves = 64;

class FloorCommand : public QUndoCommand {
public:
    FloorCommand(FloorDocument& document, const QString& text, FloorChange change, int drag)
        : QUndoCommand(text), document_(document), change_(std::move(change)), drag_(drag) {}
    void undo() override { document_.apply(change_, false); }
    void redo() override { document_.apply(change_, true); }
    [[nodiscard]] int id() const override { return drag_ > 0 ? 1 : -1; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto& next = static_cast<const FloorCommand&>(*other);
        if (next.drag_ != drag_) return false;
        for (const auto& slot : next.change_.slots) {
            const auto known = std::ranges::find(change_.slots, slot.kernel, &FloorChange::Slot::kernel);
            if (known != change_.slots.end())
                known->after = slot.after;
            else
                change_.slots.push_back(slot);
        }
        if (next.change_.weights_after) {
            if (!change_.weights_before) change_.weights_before = next.change_.weights_before;
            change_.weights_after = next.change_.weights_after;
        }
        change_.automatic_after = next.change_.automatic_after;
        return true;
    }

private:
    FloorDocument& document_;
    FloorChange change_;
    int drag_;
};

QString text_of(const std::string& text) {
    return QString::fromStdString(text);
}

/// Colour of a kernel's type: kinds differ in lightness as well as in hue.
core::SliceKind type_of(const sim::FloorProblem& problem, std::size_t kernel) {
    const auto& item = problem.kernels[kernel];
    if (item.kind == core::ContestKind::dblock) return core::SliceKind::gemm;
    if (item.kind == core::ContestKind::cblock) return core::SliceKind::send_recv;
    const auto& part = problem.graph.kernels[item.first];
    const auto filter = std::max(part.R, part.S);
    return filter == 1   ? core::SliceKind::gemm
           : filter <= 3 ? core::SliceKind::send_recv
                         : core::SliceKind::attention;
}

std::vector<int> arguments_of(const sim::ShapeOption& shape) {
    return {shape.arguments.begin(),
            shape.arguments.begin() + static_cast<std::ptrdiff_t>(shape.argument_count)};
}

}  // namespace

FloorDocument::FloorDocument(FloorSource source, QObject* parent)
    : PlacementDocument(parent),
      source_(std::move(source)),
      model_(source_.problem, source_.slots),
      locked_(source_.slots.size(), false) {
    history_.setUndoLimit(kHistoryLimit);
    const auto& problem = model_.problem();
    plan_.title = text_of(source_.title);
    plan_.subtitle = text_of(source_.subtitle);
    plan_.rule = text_of(source_.rule);
    plan_.grid = problem.limits.grid;
    plan_.memory_limit = problem.limits.memory_elements;
    plan_.wavelet_interval = problem.wavelet_interval;
    plan_.clock_hz = source_.clock_hz;
    plan_.link_wavelets.assign(plan_.grid.cells(), 0);
    for (std::size_t k = 0; k < problem.kernels.size(); ++k)
        plan_.kernels.push_back({.name = text_of(sim::shown_name(problem, k)),
                                 .what = text_of(source_.what[k]),
                                 .kind = type_of(problem, k)});
    for (const auto& edge : problem.edges) plan_.edges.push_back({edge.from, edge.to, edge.elements});
    const auto solver = sim::solver_problem(problem);
    for (const int k : sim::data_path_order(solver)) plan_.pipeline.push_back(static_cast<std::size_t>(k));
    plan_.lower_bound = sim::least_time_by_area(solver);
    connect(&clock_, &QTimer::timeout, this, [this] {
        plan_.search_done = job_ ? std::max(plan_.search_done, job_->progress()) : 1;
        const double passed = static_cast<double>(search_clock_.restart()) / 1e3;
        if (plan_.search == FloorSearch::searching) plan_.search_s += passed;
        Q_EMIT changed();
    });
    connect(&replay_timer_, &QTimer::timeout, this, &FloorDocument::replay_next);
    automatic_ = source_.automatic;
    refresh({0, 0, plan_.grid.columns, plan_.grid.rows});
    if (automatic_) plan_.automatic = plan_.now;
}

FloorDocument::~FloorDocument() = default;

void FloorDocument::apply(const FloorChange& change, bool forward) {
    std::vector<sim::FloorEdit> edits;
    for (const auto& slot : change.slots) edits.push_back({slot.kernel, forward ? slot.after : slot.before});
    const auto dirty = model_.apply(edits);
    const auto& locks = forward ? change.locked_after : change.locked_before;
    if (!locks.empty()) locked_ = locks;
    if (const auto& w = forward ? change.weights_after : change.weights_before)
        model_.set_weights((*w)[0], (*w)[1], (*w)[2]);
    automatic_ = forward ? change.automatic_after : change.automatic_before;
    refresh(dirty);
    remember();
    Q_EMIT changed();
}

void FloorDocument::push(const QString& text, std::vector<FloorChange::Slot> slots, int drag,
                         bool automatic) {
    std::erase_if(slots, [](const auto& slot) { return slot.before == slot.after; });
    if (slots.empty()) return;
    if (plan_.search != FloorSearch::idle) return Q_EMIT notice(tr("Stop the search first."));
    drag_ = drag;
    FloorChange change{
        .slots = std::move(slots), .automatic_before = automatic_, .automatic_after = automatic};
    history_.push(new FloorCommand(*this, text, std::move(change), drag));
}

void FloorDocument::push_slots(const QString& text, const sim::FloorSlots& slots, bool automatic) {
    std::vector<FloorChange::Slot> changes;
    for (std::size_t k = 0; k < slots.size(); ++k) changes.push_back({k, model_.slots()[k], slots[k]});
    push(text, std::move(changes), 0, automatic);
}

bool FloorDocument::editable(std::size_t kernel) {
    if (!locked_[kernel]) return true;
    Q_EMIT notice(tr("%1 is locked. L unlocks it.").arg(plan_.kernels[kernel].name));
    return false;
}

void FloorDocument::move(const Kernels& kernels, const std::vector<core::Rect>& corners, int drag) {
    std::vector<FloorChange::Slot> slots;
    for (std::size_t i = 0; i < kernels.size(); ++i) {
        const auto k = kernels[i];
        if (!model_.slots()[k] || locked_[k]) continue;
        auto slot = *model_.slots()[k];
        slot.x = corners[i].x, slot.y = corners[i].y;
        slots.push_back({k, model_.slots()[k], slot});
    }
    push(kernels.size() == 1 ? tr("move %1").arg(plan_.kernels[kernels.front()].name) : tr("move kernels"),
         std::move(slots), drag);
}

void FloorDocument::pull(std::size_t kernel, const core::Rect& box, Qt::Edges pulled, int drag) {
    if (!model_.slots()[kernel] || !editable(kernel)) return;
    auto slot = *model_.slots()[kernel];
    const auto shape = sim::fastest_shape(model_.problem(), kernel, slot.rotated ? box.height : box.width,
                                          slot.rotated ? box.width : box.height);
    if (!shape)
        return Q_EMIT notice(tr("No legal shape of %1 is that small.").arg(plan_.kernels[kernel].name));
    const int width = slot.rotated ? shape->height : shape->width,
              height = slot.rotated ? shape->width : shape->height;
    slot.arguments = arguments_of(*shape);
    slot.x = pulled.testFlag(Qt::LeftEdge) ? box.x + box.width - width : box.x;
    slot.y = pulled.testFlag(Qt::TopEdge) ? box.y + box.height - height : box.y;
    push(tr("reshape %1").arg(plan_.kernels[kernel].name), {{kernel, model_.slots()[kernel], slot}}, drag);
}

/// The time that shapes of `kernel` may take: that of the slowest kernel, its own when it is the slowest.
double FloorDocument::pace(std::size_t kernel) const {
    return std::max({plan_.now.time, plan_.kernels[kernel].time, plan_.lower_bound});
}

void FloorDocument::step_shape(std::size_t kernel, ShapeStep step) {
    if (!model_.slots()[kernel] || !editable(kernel)) return;
    const auto& problem = model_.problem();
    const auto& own = model_.shape(kernel);
    auto slot = *model_.slots()[kernel];
    std::vector<sim::ShapeOption> shapes;
    constexpr double kStep = 1.03;
    if (step == ShapeStep::faster) {
        shapes = sim::floor_shapes(problem, kernel, own.time * (1 - 1e-9));
    } else if (step == ShapeStep::slower) {
        for (double time = own.time * kStep; shapes.empty() && time < own.time * 1e6; time *= kStep) {
            shapes = sim::floor_shapes(problem, kernel, time);
            std::erase_if(shapes, [&](const auto& s) {
                return s.time <= own.time || s.width * s.height >= own.width * own.height;
            });
        }
    } else {
        shapes = sim::floor_shapes(problem, kernel, pace(kernel));
        // As seen on the wafer: a turned kernel's width is its height.
        const bool wider = (step == ShapeStep::wider) != slot.rotated;
        std::erase_if(shapes,
                      [&](const auto& s) { return wider ? s.width <= own.width : s.width >= own.width; });
    }
    if (step == ShapeStep::faster) std::erase_if(shapes, [&](const auto& s) { return s.time >= own.time; });
    if (shapes.empty())
        return Q_EMIT notice(tr("%1 has no further legal shape that way.").arg(plan_.kernels[kernel].name));
    const auto away = [&](const sim::ShapeOption& s) {
        return std::abs(std::log(static_cast<double>(s.width) / own.width)) +
               std::abs(std::log(static_cast<double>(s.height) / own.height));
    };
    slot.arguments = arguments_of(*std::ranges::min_element(shapes, {}, away));
    const auto shape = sim::floor_shape(problem, kernel, slot.arguments);
    slot.x =
        std::clamp(slot.x, 0, std::max(0, plan_.grid.columns - (slot.rotated ? shape.height : shape.width)));
    slot.y =
        std::clamp(slot.y, 0, std::max(0, plan_.grid.rows - (slot.rotated ? shape.width : shape.height)));
    push(tr("reshape %1").arg(plan_.kernels[kernel].name), {{kernel, model_.slots()[kernel], slot}});
}

void FloorDocument::rotate(const Kernels& kernels) {
    std::vector<FloorChange::Slot> slots;
    for (const auto k : kernels) {
        if (!model_.slots()[k] || !editable(k)) continue;
        auto slot = *model_.slots()[k];
        slot.rotated = !slot.rotated;
        const auto r = model_.rect(k);  // stays on the wafer if it can
        slot.x = std::clamp(slot.x, 0, std::max(0, plan_.grid.columns - r.height));
        slot.y = std::clamp(slot.y, 0, std::max(0, plan_.grid.rows - r.width));
        slots.push_back({k, model_.slots()[k], slot});
    }
    push(kernels.size() == 1 ? tr("turn %1").arg(plan_.kernels[kernels.front()].name) : tr("turn kernels"),
         std::move(slots));
}

void FloorDocument::swap(std::size_t a, std::size_t b) {
    if (!model_.slots()[a] || !model_.slots()[b] || !editable(a) || !editable(b)) return;
    auto first = *model_.slots()[a], second = *model_.slots()[b];
    std::swap(first.x, second.x), std::swap(first.y, second.y);
    push(tr("swap %1 and %2").arg(plan_.kernels[a].name, plan_.kernels[b].name),
         {{a, model_.slots()[a], first}, {b, model_.slots()[b], second}});
}

void FloorDocument::align(const Kernels& kernels, Qt::Edge edge) {
    if (kernels.empty() || !model_.slots()[kernels.front()]) return;
    const auto to = model_.rect(kernels.front());
    std::vector<FloorChange::Slot> slots;
    for (const auto k : kernels) {
        if (!model_.slots()[k] || locked_[k]) continue;
        auto slot = *model_.slots()[k];
        const auto r = model_.rect(k);
        if (edge == Qt::LeftEdge) slot.x = to.x;
        if (edge == Qt::RightEdge) slot.x = to.x + to.width - r.width;
        if (edge == Qt::TopEdge) slot.y = to.y;
        if (edge == Qt::BottomEdge) slot.y = to.y + to.height - r.height;
        slots.push_back({k, model_.slots()[k], slot});
    }
    push(tr("align"), std::move(slots));
}

void FloorDocument::unplace(const Kernels& kernels) {
    std::vector<FloorChange::Slot> slots;
    for (const auto k : kernels)
        if (model_.slots()[k] && editable(k)) slots.push_back({k, model_.slots()[k], std::nullopt});
    push(kernels.size() == 1 ? tr("take %1 off").arg(plan_.kernels[kernels.front()].name)
                             : tr("take kernels off"),
         std::move(slots));
}

void FloorDocument::add(std::size_t kernel, int x, int y) {
    if (model_.slots()[kernel]) return;
    auto shapes = sim::floor_shapes(model_.problem(), kernel, pace(kernel));
    std::erase_if(shapes,
                  [&](const auto& s) { return s.width > plan_.grid.columns || s.height > plan_.grid.rows; });
    if (shapes.empty())
        return Q_EMIT notice(tr("%1 has no shape that fits the wafer.").arg(plan_.kernels[kernel].name));
    // The most nearly square of the small ones is the easiest to move about.
    const auto shape =
        *std::ranges::min_element(shapes, {}, [](const auto& s) { return std::max(s.width, s.height); });
    const core::Slot slot{.x = std::clamp(x - shape.width / 2, 0, plan_.grid.columns - shape.width),
                          .y = std::clamp(y - shape.height / 2, 0, plan_.grid.rows - shape.height),
                          .arguments = arguments_of(shape)};
    push(tr("add %1").arg(plan_.kernels[kernel].name), {{kernel, std::nullopt, slot}});
    select({kernel});
}

void FloorDocument::set_locked(const Kernels& kernels, bool locked) {
    FloorChange change{.locked_before = locked_,
                       .locked_after = locked_,
                       .automatic_before = automatic_,
                       .automatic_after = automatic_};
    for (const auto k : kernels) change.locked_after[k] = locked;
    if (change.locked_before == change.locked_after) return;
    history_.push(new FloorCommand(*this, locked ? tr("lock") : tr("unlock"), std::move(change), 0));
}

void FloorDocument::legalise() {
    const auto slots = sim::legalise(model_.problem(), model_.slots(), locked_);
    if (!slots) return Q_EMIT notice(text_of(core::to_text(slots.error())));
    push_slots(tr("legalise"), *slots);
}

void FloorDocument::place_rest() {
    const auto slots = sim::place_rest(model_.problem(), model_.slots());
    if (!slots) return Q_EMIT notice(text_of(core::to_text(slots.error())));
    push_slots(tr("place the rest"), *slots);
}

void FloorDocument::set_weights(double time, double length, double adapter) {
    const auto& p = model_.problem();
    const std::array before{p.weight_time, p.weight_length, p.weight_adapter}, after{time, length, adapter};
    if (before == after) return;
    FloorChange change{.weights_before = before,
                       .weights_after = after,
                       .automatic_before = automatic_,
                       .automatic_after = automatic_};
    constexpr int kWeightDrag = 1'000'000'000;  // sliders merge among themselves
    history_.push(new FloorCommand(*this, tr("weights"), std::move(change), kWeightDrag));
}

core::Result<void> FloorDocument::take_layout(const core::ContestLayout& layout) {
    auto slots = sim::layout_slots(model_.problem(), layout);
    if (!slots) return tl::unexpected(slots.error());
    abandon_search();
    push_slots(tr("open layout"), *slots);
    return {};
}

core::ContestLayout FloorDocument::layout() const {
    return sim::slots_layout(model_.problem(), model_.slots());
}

const std::vector<views::FloorShape>& FloorDocument::shapes(std::size_t kernel) const {
    const auto key = std::pair(kernel, pace(kernel));
    if (const auto known = shapes_.find(key); known != shapes_.end()) return known->second;
    if (shapes_.size() > kMostCurves) shapes_.clear();
    std::vector<views::FloorShape> list;
    for (const auto& shape : sim::floor_shapes(model_.problem(), kernel, key.second))
        list.push_back({shape.width, shape.height, shape.time});
    return shapes_[key] = std::move(list);
}

FloorFigures FloorDocument::figures(const sim::FloorEstimate& e) const {
    return {.time = e.time,
            .slowest = e.slowest,
            .link_time = e.link_time,
            .wire_length = e.wire_length,
            .adapters = e.adapters,
            .cost = e.cost,
            .area_fraction = e.area_fraction,
            .placed = e.placed,
            .problems = e.violations.size()};
}

void FloorDocument::refresh(const core::Rect& links) {
    const auto estimate = model_.estimate();
    const auto& problem = model_.problem();
    plan_.weight_time = problem.weight_time, plan_.weight_length = problem.weight_length,
    plan_.weight_adapter = problem.weight_adapter;
    plan_.now = figures(estimate);
    model_.hottest(links, plan_.link_wavelets);
    plan_.busiest = {.x = estimate.busiest.x,
                     .y = estimate.busiest.y,
                     .direction = estimate.busiest.direction,
                     .wavelets = static_cast<double>(estimate.busiest.wavelets) / sim::kFixedOne};
    if (estimate.busiest.wavelets > 0) {
        const auto shares = model_.shares(estimate.busiest);
        QStringList words;
        for (std::size_t i = 0; i < std::min(kMostShares, shares.size()); ++i) {
            const auto& s = shares[i];
            const int percent = qRound(100.0 * static_cast<double>(s.wavelets) /
                                       static_cast<double>(estimate.busiest.wavelets));
            const auto& from = plan_.kernels[s.from].name;
            words << (s.from == s.to
                          ? tr("%1 % inside %2").arg(percent).arg(from)
                          : tr("%1 % from %2 to %3").arg(percent).arg(from, plan_.kernels[s.to].name));
        }
        plan_.busiest.streams = words.join(QStringLiteral(", "));
        plan_.busiest.from = shares.front().from, plan_.busiest.to = shares.front().to;
    }
    refresh_kernels();
    refresh_issues(estimate);
    if (!automatic_ && plan_.search == FloorSearch::idle && plan_.now.placed > 0) plan_.hand = plan_.now;
    for (auto* kept : {&plan_.hand, &plan_.automatic})
        if (*kept)
            (*kept)->cost = problem.weight_time * (*kept)->time +
                            problem.weight_length * (*kept)->wire_length +
                            problem.weight_adapter * (*kept)->adapters;
}

void FloorDocument::refresh_kernels() {
    const auto& problem = model_.problem();
    for (std::size_t k = 0; k < plan_.kernels.size(); ++k) {
        auto& kernel = plan_.kernels[k];
        const auto& slot = model_.slots()[k];
        const auto& shape = model_.shape(k);
        kernel.placed = slot.has_value();
        kernel.rotated = slot && slot->rotated;
        kernel.locked = locked_[k];
        kernel.rect = model_.rect(k);
        kernel.time = shape.time;
        kernel.memory = shape.memory;
        double work = 0;
        for (std::size_t p = 0; p < problem.kernels[k].parts; ++p)
            work += problem.graph.kernels[problem.kernels[k].first + p].macs() * problem.limits.copies *
                    problem.limits.cycles_per_mac;
        const double room = static_cast<double>(kernel.rect.area()) * plan_.now.time;
        kernel.utilisation = room > 0 ? work / room : 0;
        kernel.problem.clear();
    }
}

void FloorDocument::refresh_issues(const sim::FloorEstimate& estimate) {
    using Rule = sim::FloorViolation::Rule;
    plan_.issues.clear();
    for (const bool missing : {false, true})  // what is wrong before what is not done yet
        for (const auto& v : estimate.violations) {
            if ((v.rule == Rule::unplaced) != missing) continue;
            const auto text = text_of(sim::violation_text(model_, v));
            plan_.issues.push_back({text, v.kernel, v.place, v.rule == Rule::overlap});
            if (missing) continue;
            plan_.kernels[v.kernel].problem = text;
            plan_.kernels[v.other].problem = text;
        }
}

/// A legal placement of everything joins the scatter; a drag leaves its last one only.
void FloorDocument::remember() {
    if (plan_.now.placed < plan_.kernels.size() || plan_.now.problems > 0) return;
    const views::FloorScore score{plan_.now.time, plan_.now.wire_length, automatic_};
    auto& seen = plan_.seen;
    if (!seen.empty() && drag_ > 0 && seen_drag_ == drag_) seen.pop_back();
    seen_drag_ = drag_;
    if (!seen.empty() && seen.back().time == score.time && seen.back().wire_length == score.wire_length)
        return;
    if (seen.size() >= kMostSeen) seen.erase(seen.begin());
    seen.push_back(score);
}

}  // namespace waferscope::app
