// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/charts/choice_map.hpp"

namespace waferscope::app {

/// Where each reduction along a line of cores is the fastest: cores against wavelets, at ramp time T_R
/// (sim/wafer/collectives).
views::ChoiceMap reduce_crossover(double ramp_cycles);

}  // namespace waferscope::app
