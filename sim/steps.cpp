// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/steps.hpp"

#include <algorithm>

namespace waferscope::sim {

std::vector<double> even_steps(double end_s, std::size_t count) {
    std::vector<double> edges(count + 1);
    for (std::size_t i = 0; i <= count; ++i) edges[i] = end_s * static_cast<double>(i) / static_cast<double>(count);
    return edges;
}

double overlap_share(double from, double to, double start, double end) {
    return to > from ? std::max(0.0, std::min(to, end) - std::max(from, start)) / (to - from) : 0;
}

}  // namespace waferscope::sim
