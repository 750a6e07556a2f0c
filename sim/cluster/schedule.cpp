// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/schedule.hpp"

#include <algorithm>
#include <limits>

namespace waferscope::sim {
namespace {

using core::Pass;

/// State of the event-by-event run: what each stage did so far and when each result was ready.
struct Pipeline {
    const std::vector<std::vector<StageTimes>>& stages;
    int p, v, m;
    double send_s;
    std::vector<double> forward_end, backward_end;  ///< [(stage v + chunk) m + micro-batch], -1 = not yet
    std::vector<int> forwards, backwards;
    std::vector<double> free_at;
    std::vector<std::vector<StageEvent>> events;

    Pipeline(const std::vector<std::vector<StageTimes>>& s, int micro_batches, double send)
        : stages(s), p(static_cast<int>(s.size())), v(static_cast<int>(s.front().size())), m(micro_batches), send_s(send) {
        const auto size = static_cast<std::size_t>(p) * static_cast<std::size_t>(v) * static_cast<std::size_t>(m);
        forward_end.assign(size, -1);
        backward_end.assign(size, -1);
        const auto n = static_cast<std::size_t>(p);
        forwards.assign(n, 0);
        backwards.assign(n, 0);
        free_at.assign(n, 0);
        events.resize(n);
        for (auto& list : events) list.reserve(2 * static_cast<std::size_t>(v) * static_cast<std::size_t>(m));
    }

    [[nodiscard]] std::size_t at(int stage, int chunk, int micro) const {
        return (static_cast<std::size_t>(stage) * static_cast<std::size_t>(v) + static_cast<std::size_t>(chunk)) * static_cast<std::size_t>(m) + static_cast<std::size_t>(micro);
    }
    /// Micro-batch and chunk of the k-th forward of a stage; backward mirrors the chunks.
    [[nodiscard]] int micro_of(int k) const { return v == 1 ? k : k / (p * v) * p + k % p; }
    [[nodiscard]] int chunk_of(int k) const { return v == 1 ? 0 : k % (p * v) / p; }

    /// When the input of the operation exists; negative = not yet.
    [[nodiscard]] double ready(int s, int chunk, int micro, Pass pass) const {
        if (pass == Pass::forward) {
            if (s > 0) return forward_end[at(s - 1, chunk, micro)];
            return chunk > 0 ? forward_end[at(p - 1, chunk - 1, micro)] : 0;
        }
        if (s + 1 < p) return backward_end[at(s + 1, chunk, micro)];
        return chunk + 1 < v ? backward_end[at(0, chunk + 1, micro)] : forward_end[at(s, chunk, micro)];
    }

    /// Starts the next operation of stage `s` if its input exists.
    bool advance(int s) {
        const auto i = static_cast<std::size_t>(s);
        const int total = m * v;
        const int warm_up = std::min(v == 1 ? p - s - 1 : 2 * (p - s - 1) + (v - 1) * p, total);
        const Pass pass = forwards[i] < total && forwards[i] - backwards[i] <= warm_up ? Pass::forward : Pass::backward;
        const int k = pass == Pass::forward ? forwards[i] : backwards[i];
        const int micro = micro_of(k), chunk = pass == Pass::forward ? chunk_of(k) : v - 1 - chunk_of(k);
        const double input = ready(s, chunk, micro, pass);
        if (input < 0) return false;
        const auto& time = stages[i][static_cast<std::size_t>(chunk)];
        const bool ends = pass == Pass::forward ? s + 1 == p && chunk + 1 == v : s == 0 && chunk == 0;
        // Interleaved stages send while they compute the next chunk: the transfer delays its receiver only.
        const double start = std::max(input, free_at[i]), transfer = ends ? 0 : send_s, held = v == 1 ? transfer : 0;
        free_at[i] = start + held + (pass == Pass::forward ? time.forward + time.forward_collective : time.backward + time.backward_collective);
        (pass == Pass::forward ? forward_end : backward_end)[at(s, chunk, micro)] = free_at[i] + transfer - held;
        ++(pass == Pass::forward ? forwards : backwards)[i];
        events[i].push_back({start, free_at[i], micro, pass, chunk, held});
        return true;
    }
};

}  // namespace

std::vector<std::vector<StageEvent>> interleaved_schedule(const std::vector<std::vector<StageTimes>>& stages, int micro_batches, double send_s) {
    Pipeline run(stages, micro_batches, send_s);
    // Each pass over the stages starts every operation whose inputs exist; done when nothing moves.
    for (bool moved = true; moved;) {
        moved = false;
        for (int s = 0; s < run.p; ++s)
            while (run.backwards[static_cast<std::size_t>(s)] < run.m * run.v && run.advance(s)) moved = true;
    }
    return std::move(run.events);
}

std::vector<std::vector<StageEvent>> one_f_one_b(const std::vector<StageTimes>& stages, int micro_batches, double send_s) {
    std::vector<std::vector<StageTimes>> single;
    for (const auto& stage : stages) single.push_back({stage});
    return interleaved_schedule(single, micro_batches, send_s);
}

std::vector<std::vector<StageEvent>> zero_bubble_schedule(const std::vector<StageTimes>& stages, int micro_batches, double send_s) {
    const auto p = stages.size();
    const auto m = static_cast<std::size_t>(micro_batches);
    constexpr double kNever = std::numeric_limits<double>::infinity();
    struct Stage {
        std::size_t forwards = 0, inputs = 0, weights = 0;  ///< done, in order of the micro-batches
        double now = 0;
        std::vector<double> activation_at, gradient_at;  ///< when the input of a micro-batch's pass is here
    };
    std::vector<Stage> state(p);
    for (auto& stage : state) stage.activation_at.assign(m, kNever), stage.gradient_at.assign(m, kNever);
    state.front().activation_at.assign(m, 0);
    std::vector<std::vector<StageEvent>> events(p);
    const auto gradient_of = [&](const Stage& st) { return st.inputs < st.forwards ? st.gradient_at[st.inputs] : kNever; };
    const auto activation_of = [&](const Stage& st) { return st.forwards < m && st.forwards - st.weights < p ? st.activation_at[st.forwards] : kNever; };
    const auto next_start = [&](const Stage& st) {
        return st.weights < st.inputs ? st.now : std::max(st.now, std::min(gradient_of(st), activation_of(st)));
    };
    for (std::size_t left = 3 * p * m; left > 0; --left) {
        // The stage that can start first decides: whatever could reach it before is already known.
        const auto s = static_cast<std::size_t>(std::ranges::min_element(state, {}, next_start) - state.begin());
        auto& st = state[s];
        const auto& time = stages[s];
        st.now = next_start(st);
        const auto work = [&](double length, std::size_t micro, core::Pass pass, double sent, bool weights) {
            events[s].push_back({st.now, st.now + length + sent, static_cast<int>(micro), pass, 0, sent, weights});
            st.now += length + sent;
        };
        if (gradient_of(st) <= st.now) {
            const std::size_t micro = st.inputs++;
            work(time.backward - time.weights + time.backward_collective, micro, core::Pass::backward, s == 0 ? 0 : send_s, false);
            if (s > 0) state[s - 1].gradient_at[micro] = st.now;
        } else if (activation_of(st) <= st.now) {
            const std::size_t micro = st.forwards++;
            work(time.forward + time.forward_collective, micro, core::Pass::forward, s + 1 == p ? 0 : send_s, false);
            (s + 1 < p ? state[s + 1].activation_at : st.gradient_at)[micro] = st.now;
        } else {
            work(time.weights, st.weights++, core::Pass::backward, 0, true);
        }
    }
    return events;
}

}  // namespace waferscope::sim
