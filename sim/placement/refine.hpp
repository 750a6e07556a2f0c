// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/problem.hpp"
#include "sim/placement/shape_curve.hpp"

namespace waferscope::sim {

/// Shortens the wires of a legal placement kernel by kernel: another shape of `table` that is no slower than
/// the slowest kernel now, moved towards the median of its neighbours as far as there is room. The result is
/// legal and costs no more. Deterministic.
PlacementResult refine(const PlacementProblem& problem, const ShapeTable& table, PlacementResult placement);

}  // namespace waferscope::sim
