// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/collectives.hpp"

#include <cmath>

namespace waferscope::sim {

double two_tree_all_reduce(int cores, int groups, double wavelets, double ramp_cycles) {
    const double members = static_cast<double>(cores) / groups;
    const double step = 2 * ramp_cycles;
    const double inside = std::floor(members / 2) * (step + 2) + wavelets;
    const double across = std::floor(groups / 2.0) * (step + 1 + members) + wavelets;
    const double back = wavelets + cores / 2.0 + step;
    return inside + across + back;
}

int default_groups(int cores) {
    for (int g = static_cast<int>(std::sqrt(cores)); g > 1; --g)
        if (cores % g == 0) return g;
    return 1;
}

}  // namespace waferscope::sim
