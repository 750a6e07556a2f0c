// SPDX-License-Identifier: GPL-3.0-or-later
// The search of the edited placement: its finds on screen, pause, stop, replay.
#include "app/document/floor_document.hpp"

#include <algorithm>

namespace waferscope::app {

using views::FloorSearch;

namespace {

constexpr int kPollMs = 100, kReplayMs = 4000, kLeastReplayMs = 40, kMostReplayMs = 600;

}  // namespace

/// Shows slots without a step of history.
void FloorDocument::show(const sim::FloorSlots& slots) {
    std::vector<sim::FloorEdit> edits;
    for (std::size_t k = 0; k < slots.size(); ++k)
        if (slots[k] != model_.slots()[k]) edits.push_back({k, slots[k]});
    refresh(model_.apply(edits));
    Q_EMIT changed();
}

void FloorDocument::solve() {
    if (plan_.search != FloorSearch::idle) return;
    if (std::ranges::find(locked_, true) != locked_.end())
        return Q_EMIT notice(
            tr("The search places everything: unlock all kernels first. Place the rest keeps them."));
    before_search_ = model_.slots();
    finds_.clear();
    plan_.search = FloorSearch::searching;
    plan_.search_done = plan_.search_s = 0;
    search_clock_.start();
    job_ = std::make_unique<SolveJob>(sim::solver_problem(model_.problem()), sim::PlacerConfig{});
    connect(job_.get(), &SolveJob::found, this, &FloorDocument::take_find);
    connect(job_.get(), &SolveJob::finished, this, &FloorDocument::search_ended);
    clock_.start(kPollMs);
    Q_EMIT changed();
}

void FloorDocument::take_find(const std::shared_ptr<const Find>& find) {
    finds_.push_back(find);
    plan_.seen.push_back({find->placement.time, find->placement.wire_length, true});
    show(sim::solver_slots(find->placement));
}

void FloorDocument::search_ended(const std::shared_ptr<const Find>& best, double bound, const QString& text) {
    clock_.stop();
    job_.release()->deleteLater();  // it is the sender
    plan_.search = FloorSearch::idle;
    show(before_search_);
    if (!best) return Q_EMIT notice(text);
    if (bound > 0) plan_.lower_bound = bound;
    if (finds_.empty() || best->placement.cost < finds_.back()->placement.cost) finds_.push_back(best);
    push_slots(tr("place all"), sim::solver_slots(best->placement), true);
    automatic_ = true;  // also when the placement was that one already
    plan_.automatic = plan_.now;
    Q_EMIT changed();
}

void FloorDocument::pause(bool paused) {
    if (!job_) return;
    job_->pause(paused);
    plan_.search = paused ? FloorSearch::paused : FloorSearch::searching;
    Q_EMIT changed();
}

void FloorDocument::stop() {
    if (plan_.search == FloorSearch::replaying) {
        replayed_ = finds_.size();
        return replay_next();
    }
    if (job_) job_->stop();
}

void FloorDocument::abandon_search() {
    if (!job_) return;
    clock_.stop();
    job_.reset();
    plan_.search = FloorSearch::idle;
    show(before_search_);
}

void FloorDocument::replay() {
    if (plan_.search != FloorSearch::idle || finds_.empty()) return;
    before_search_ = model_.slots();
    replayed_ = 0;
    plan_.search = FloorSearch::replaying;
    replay_timer_.start(
        std::clamp(kReplayMs / static_cast<int>(finds_.size()), kLeastReplayMs, kMostReplayMs));
    replay_next();
}

void FloorDocument::replay_next() {
    if (replayed_ < finds_.size()) return show(sim::solver_slots(finds_[replayed_++]->placement));
    replay_timer_.stop();
    plan_.search = FloorSearch::idle;
    show(before_search_);
}

}  // namespace waferscope::app
