// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/workbench_model.hpp"

#include "views/theme/ticks.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr int kFrameMs = 16;
constexpr double kSlowest = 1e-9, kFastest = 10;
constexpr double kWholeRunSeconds = 12;  // first guess of speed: a run plays in about this time

}  // namespace

WorkbenchModel::WorkbenchModel(QObject* parent) : QObject(parent), metric_(core::find_metric("utilisation")) {
    for (int i = 0; i < kPanes; ++i)
        panes_.at(static_cast<std::size_t>(i)).layer = static_cast<char>('A' + i);
    frame_timer_.setSingleShot(true);
    frame_timer_.setTimerType(Qt::PreciseTimer);
    play_timer_.setTimerType(Qt::PreciseTimer);
    play_timer_.setInterval(kFrameMs);
    connect(&frame_timer_, &QTimer::timeout, this, &WorkbenchModel::flush);
    connect(&play_timer_, &QTimer::timeout, this,
            [this] { advance(static_cast<double>(play_clock_.restart()) / 1000.0); });
}

void WorkbenchModel::mark(unsigned topics) {
    pending_ |= topics;
    if (!frame_timer_.isActive()) frame_timer_.start(playing_ ? 0 : kFrameMs / 4);
}

void WorkbenchModel::flush() {
    frame_timer_.stop();
    const unsigned topics = std::exchange(pending_, 0);
    if ((topics & kRuns) != 0) Q_EMIT runsChanged();
    if ((topics & kViews) != 0) Q_EMIT viewsChanged();
    if ((topics & kMetric) != 0) Q_EMIT metricChanged();
    if ((topics & kColors) != 0) Q_EMIT colorsChanged();
    if ((topics & kTime) != 0) Q_EMIT timeChanged();
    if ((topics & kPlaying) != 0) Q_EMIT playingChanged();
    if ((topics & kSelection) != 0) Q_EMIT selectionChanged();
    if ((topics & kHover) != 0) Q_EMIT hoverChanged();
}

void WorkbenchModel::set_run(int index, std::shared_ptr<const core::Run> run) {
    auto& target = panes_.at(static_cast<std::size_t>(index));
    if (target.run == run) return;
    const bool first = duration() == 0;
    target.run = std::move(run);
    target.layer = target.run ? target.run->layer() : static_cast<char>('A' + index);
    target.wafer = 0;
    if (target.view == ViewKind::difference) target.view = ViewKind::map;
    stats_.clear();
    merged_.clear();
    spots_.clear();
    hot_links_.clear();
    std::erase_if(graphs_, [this](const auto& known) {
        return std::ranges::none_of(panes_, [&](const Pane& p) { return p.run.get() == known.first; });
    });
    if (selection_.pane == index) select({});
    if (hover_.pane == index) set_hover({});
    if (first && duration() > 0) {
        const double step = round_step(duration() / kWholeRunSeconds);
        speed_ = std::clamp(step, kSlowest, kFastest);
    }
    position_ = std::clamp(position_, 0.0, duration());
    mark(kRuns | kTime | kColors | kPlaying);
}

void WorkbenchModel::set_levers(int index, const std::vector<core::Lever>& levers) {
    if (index < 0 || index >= kPanes) return;
    panes_[static_cast<std::size_t>(index)].levers = levers;
    mark(kSelection);
}

void WorkbenchModel::set_view(int index, ViewKind view) {
    auto& target = panes_.at(static_cast<std::size_t>(index));
    if (target.view == view) return;
    target.view = view;
    mark(kViews | kColors);
}

void WorkbenchModel::set_wafer(int index, int wafer) {
    auto& target = panes_.at(static_cast<std::size_t>(index));
    if (!target.run || !target.run->wafer) return;
    wafer = std::clamp(wafer, 0, std::max(0, target.run->wafer->classes.wafers - 1));
    target.follows = false;
    if (target.wafer == wafer) return;
    target.wafer = wafer;
    mark(kViews);
}

void WorkbenchModel::set_difference(int index, int minus) {
    auto& target = panes_.at(static_cast<std::size_t>(index));
    target.minus = minus;
    target.view = ViewKind::difference;
    mark(kViews | kColors);
}

void WorkbenchModel::swap_panes(int a, int b) {
    if (a == b) return;
    std::swap(panes_.at(static_cast<std::size_t>(a)), panes_.at(static_cast<std::size_t>(b)));
    const auto follow = [&](int pane) { return pane == a ? b : pane == b ? a : pane; };
    selection_.pane = follow(selection_.pane);
    hover_.pane = follow(hover_.pane);
    for (auto& pane : panes_) pane.minus = follow(pane.minus);
    mark(kRuns | kViews | kColors | kSelection);
}

void WorkbenchModel::set_active_pane(int index) {
    if (index == active_ || index < 0 || index >= kPanes) return;
    active_ = index;
    mark(kViews);
}

void WorkbenchModel::set_maximised_pane(int index) {
    if (index == maximised_ || index < -1 || index >= kPanes) return;
    maximised_ = index;
    mark(kViews);
}

void WorkbenchModel::set_metric(std::string_view id) {
    const auto* found = core::find_metric(id);
    if (found == nullptr || found == metric_) return;
    metric_ = found;
    if (range_.mode == ColorRange::Mode::locked) range_.mode = ColorRange::Mode::natural;  // units differ
    mark(kMetric | kColors);
}

const core::Metric& WorkbenchModel::metric_of(int index) const {
    static const core::Metric* const kLink = core::find_metric(kLinkLoad);
    return pane(index).view == ViewKind::fabric ? *kLink : *metric_;
}

double WorkbenchModel::duration() const {
    double longest = 0;
    for (const auto& pane : panes_)
        if (pane.run) longest = std::max(longest, end_of(*pane.run));
    return longest;
}

void WorkbenchModel::set_position(double seconds) {
    if (!std::isfinite(seconds)) return;
    seconds = std::clamp(seconds, 0.0, duration());
    if (seconds == position_) return;
    position_ = seconds;
    mark(kTime);
    follow_busiest_wafers();
}

void WorkbenchModel::follow_busiest_wafers() {
    for (int i = 0; i < kPanes; ++i) {
        auto& target = panes_[static_cast<std::size_t>(i)];
        if (!target.follows || !target.run || !target.run->wafer) continue;
        const auto& wafers = *target.run->wafer;
        if (wafers.classes.wafers < 2 || wafers.series.empty() || time_of(i) >= target.run->summary.step_time_s) continue;
        const int busiest = core::busiest_wafer(wafers.classes, wafers.series.front(), step_of(i));
        if (busiest == target.wafer) continue;
        target.wafer = busiest;
        mark(kViews);
    }
}

void WorkbenchModel::set_alignment(Alignment alignment) {
    if (alignment == alignment_) return;
    alignment_ = alignment;
    mark(kTime | kViews);
}

double WorkbenchModel::time_of(int index) const {
    if (!pane(index).run) return 0;
    const double end = end_of(*pane(index).run);
    if (alignment_ == Alignment::start) return std::min(position_, end);
    const double whole = duration();
    return whole > 0 ? position_ / whole * end : 0;
}

std::size_t WorkbenchModel::step_of(int index) const {
    return pane(index).run ? pane(index).run->step_at(time_of(index)) : 0;
}

double WorkbenchModel::position_for(int index, double seconds) const {
    if (alignment_ == Alignment::start || !pane(index).run) return seconds;
    const double end = end_of(*pane(index).run);
    return end > 0 ? seconds / end * duration() : 0;
}

void WorkbenchModel::step_by(int steps) {
    const auto* current = run(active_);
    if (current == nullptr || current->steps() == 0) return;
    const auto last = static_cast<std::ptrdiff_t>(current->steps()) - 1;
    const auto next =
        std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(step_of(active_)) + steps, 0, last);
    const auto& edges = current->step_edges_s;
    const auto at = static_cast<std::size_t>(next);
    set_position(position_for(active_, (edges[at] + edges[at + 1]) / 2));
}

void WorkbenchModel::set_playing(bool playing) {
    if (playing == playing_ || (playing && duration() == 0)) return;
    playing_ = playing;
    if (playing) {
        play_clock_.start();
        play_timer_.start();
    } else {
        play_timer_.stop();
    }
    mark(kPlaying);
}

void WorkbenchModel::set_speed(double speed) {
    if (!(speed > 0)) return;
    speed = std::clamp(speed, kSlowest, kFastest);
    if (speed == speed_) return;
    speed_ = speed;
    mark(kPlaying);
}

void WorkbenchModel::change_speed(int notches) {
    double speed = speed_;
    for (; notches > 0; --notches) speed = round_step(speed * 1.5);
    for (; notches < 0; ++notches) speed = 1 / round_step(1.5 / speed);
    set_speed(speed);
}

void WorkbenchModel::advance(double wall_seconds) {
    const double whole = duration();
    if (whole <= 0) return;
    set_position(std::fmod(position_ + wall_seconds * speed_, whole));
    if (pending_ != 0) flush();  // the play timer is the frame
}

void WorkbenchModel::set_color_range(const ColorRange& range) {
    if (range == range_) return;
    range_ = range;
    mark(kColors);
}

void WorkbenchModel::lock_range() {
    ColorRange locked = range_;
    const auto shown = scale(active_);
    locked.mode = ColorRange::Mode::locked;
    locked.low = shown.low;
    locked.high = shown.high;
    set_color_range(locked);
}

void WorkbenchModel::set_light_theme(bool light) {
    if (light == light_) return;
    light_ = light;
    mark(kColors);
}

void WorkbenchModel::select(const Place& place) {
    Place next = place;
    if (next.op == core::kNoOperator) next.op = operator_at(next);
    if (next == selection_) return;
    selection_ = next;
    mark(kSelection);
}

void WorkbenchModel::set_hover(const Place& place) {
    Place next = place;
    if (next.op == core::kNoOperator) next.op = operator_at(next);
    if (next == hover_) return;
    hover_ = next;
    mark(kHover);
}

void WorkbenchModel::select_operator(int pane, std::uint32_t op) {
    if (op == core::kNoOperator) return select({});
    select({.kind = Place::Kind::op, .pane = pane, .op = op});
}

void WorkbenchModel::hover_operator(int pane, std::uint32_t op) {
    if (op == core::kNoOperator) return set_hover({});
    set_hover({.kind = Place::Kind::op, .pane = pane, .op = op});
}

void WorkbenchModel::set_graph_source(GraphSource source) {
    graph_source_ = std::move(source);
    graphs_.clear();
}

const GraphAnswer& WorkbenchModel::graph(int index) const {
    static const GraphAnswer kNone;
    const auto* current = run(index);
    if (current == nullptr) return kNone;
    auto found = graphs_.find(current);
    if (found == graphs_.end()) found = graphs_.emplace(current, operator_graph(*current, graph_source_)).first;
    return found->second;
}

std::uint32_t WorkbenchModel::operator_at(const Place& place) const {
    if (place.pane < 0 || place.pane >= kPanes || !pane(place.pane).run) return core::kNoOperator;
    if (place.kind != Place::Kind::core && place.kind != Place::Kind::link) return core::kNoOperator;
    const auto* found = core_class(*pane(place.pane).run, place.wafer, place.x, place.y);
    return found == nullptr ? core::kNoOperator : found->op;
}

std::optional<HotSpot> WorkbenchModel::hot_spot(int index) const {
    const auto* current = run(index);
    if (current == nullptr || current->steps() == 0) return std::nullopt;
    const SpotKey key{current, metric_of(index).id, step_of(index)};
    if (const auto found = spots_.find(key); found != spots_.end()) return found->second;
    const HotLinks* links = nullptr;
    if (current->wafer) links = &hot_links_.try_emplace(current, current->wafer->links).first->second;
    const auto spot = find_hot_spot(*current, std::get<1>(key), std::get<2>(key), links);
    spots_.emplace(key, spot);
    return spot;
}

}  // namespace waferscope::views
