// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/simulate.hpp"

#include <stop_token>

namespace waferscope::sim {

/// What the demand of a serving scenario (scenario.load) needs of machines like the scenario's, and costs
/// (design/economics.md "Our load, our bill"). One replica is the scenario's chips. Its concurrency is the one
/// with the highest rate that keeps the user speed and the time to first token asked for, found by simulation.
/// E-value without a rate of requests or tokens, E-fit when no concurrency keeps what was asked for.
core::Result<core::Fleet> plan_fleet(const Request& request, const std::stop_token& stop);

}  // namespace waferscope::sim
