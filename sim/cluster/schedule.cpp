// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/schedule.hpp"

#include <algorithm>

namespace waferscope::sim {

std::vector<std::vector<StageEvent>> one_f_one_b(const std::vector<StageTimes>& stages, int micro_batches, double send_s) {
    using core::Pass;
    const int p = static_cast<int>(stages.size()), m = micro_batches;
    const auto size = static_cast<std::size_t>(p) * static_cast<std::size_t>(m);
    std::vector<double> forward_end(size, -1), backward_end(size, -1);
    const auto at = [&](int stage, int micro) { return static_cast<std::size_t>(stage) * static_cast<std::size_t>(m) + static_cast<std::size_t>(micro); };
    std::vector<std::vector<StageEvent>> events(static_cast<std::size_t>(p));
    std::vector<int> forwards(static_cast<std::size_t>(p), 0), backwards(static_cast<std::size_t>(p), 0);
    std::vector<double> free_at(static_cast<std::size_t>(p), 0);
    // Each pass over the stages starts every operation whose inputs exist; done when nothing moves.
    for (bool moved = true; moved;) {
        moved = false;
        for (int s = 0; s < p; ++s) {
            const auto i = static_cast<std::size_t>(s);
            while (backwards[i] < m) {
                const int warm_up = std::min(p - s - 1, m);
                const bool next_is_forward = forwards[i] < m && forwards[i] - backwards[i] <= warm_up;
                double ready = 0;
                if (next_is_forward) {
                    if (s > 0) {
                        const double before = forward_end[at(s - 1, forwards[i])];
                        if (before < 0) break;
                        ready = before + send_s;
                    }
                    const double start = std::max(ready, free_at[i]);
                    free_at[i] = start + stages[i].forward + stages[i].forward_collective;
                    forward_end[at(s, forwards[i])] = free_at[i];
                    events[i].push_back({start, free_at[i], forwards[i]++, Pass::forward});
                } else {
                    const int micro = backwards[i];
                    if (s + 1 < p) {
                        const double after = backward_end[at(s + 1, micro)];
                        if (after < 0) break;
                        ready = after + send_s;
                    } else {
                        ready = forward_end[at(s, micro)];
                    }
                    const double start = std::max(ready, free_at[i]);
                    free_at[i] = start + stages[i].backward + stages[i].backward_collective;
                    backward_end[at(s, micro)] = free_at[i];
                    events[i].push_back({start, free_at[i], micro, Pass::backward});
                    ++backwards[i];
                }
                moved = true;
            }
        }
    }
    return events;
}

}  // namespace waferscope::sim
