// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run.hpp"

#include <algorithm>

namespace waferscope::core {

std::size_t Run::step_at(double time_s) const {
    if (steps() == 0) return 0;
    const auto above = std::ranges::upper_bound(step_edges_s, time_s);
    const auto index = above - step_edges_s.begin() - 1;
    return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(index, 0, static_cast<std::ptrdiff_t>(steps()) - 1));
}

char Run::layer() const { return machine && !machine->layers.empty() ? machine->layers.front() : 'A'; }

}  // namespace waferscope::core
