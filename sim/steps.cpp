// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/steps.hpp"

#include <algorithm>

namespace waferscope::sim {

std::vector<double> even_steps(double end_s, std::size_t count) {
    std::vector<double> edges(count + 1);
    for (std::size_t i = 0; i <= count; ++i) edges[i] = end_s * static_cast<double>(i) / static_cast<double>(count);
    return edges;
}

std::vector<double> phased_steps(double end_s, double fill_s, std::size_t count) {
    if (fill_s <= 0 || 2 * fill_s >= end_s || count < 10) return even_steps(end_s, count);
    const std::size_t slow = count * 2 / 5, fast = count - 2 * slow;
    std::vector<double> edges{0};
    const auto extend = [&](double to, std::size_t steps) {
        const double from = edges.back();
        for (std::size_t i = 1; i <= steps; ++i) edges.push_back(from + (to - from) * static_cast<double>(i) / static_cast<double>(steps));
    };
    extend(fill_s, slow);
    extend(end_s - fill_s, fast);
    extend(end_s, slow);
    return edges;
}

double overlap_share(double from, double to, double start, double end) {
    return to > from ? std::max(0.0, std::min(to, end) - std::max(from, start)) / (to - from) : 0;
}

}  // namespace waferscope::sim
