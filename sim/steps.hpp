// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace waferscope::sim {

/// Edges of `count` equal steps over [0, end]: count + 1 values.
std::vector<double> even_steps(double end_s, std::size_t count);

/// Share of [from, to) during which [start, end) lasts.
double overlap_share(double from, double to, double start, double end);

}  // namespace waferscope::sim
