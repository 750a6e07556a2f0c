// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/simulate.hpp"
#include "sim/wafer/wafer_spec.hpp"

namespace waferscope::sim {

/// simulate_cycles() for resident decode: the longest all-reduce of a layer, two trees along the rows or columns of
/// the region under the window's middle, from its first wavelet to its last. The grid is the window's rows (columns)
/// over the whole width (height) of the region: a sum crosses all of it. E-value when the middle lies in no decode region.
core::Result<core::Run> simulate_resident_cycles(const Request& request, const WaferSpec& spec, const core::Rect& window, const std::stop_token& stop);

}  // namespace waferscope::sim
