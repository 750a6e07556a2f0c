// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace waferscope::sim {

/// Edges of `count` equal steps over [0, end]: count + 1 values.
std::vector<double> even_steps(double end_s, std::size_t count);

/// Edges of `count` steps over [0, end) that look closer where a pipeline fills and drains: two fifths of them for
/// the first `fill_s`, two fifths for the last, the rest between. Even when filling takes half of the time or more.
std::vector<double> phased_steps(double end_s, double fill_s, std::size_t count);

/// Share of [from, to) during which [start, end) lasts.
double overlap_share(double from, double to, double start, double end);

}  // namespace waferscope::sim
