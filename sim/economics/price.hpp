// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

namespace waferscope::sim {

/// Fills the price fields of a run from its machine: rent if there is any, else owning at the list price.
/// $/h = capital / (years x 8760) + kW x PUE x $/kWh + capital x opex / 8760. Absent when no price is public.
void add_prices(core::Run& run);

}  // namespace waferscope::sim
