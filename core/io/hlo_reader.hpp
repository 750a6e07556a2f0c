// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "core/model/workload.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Whether these bytes are XLA HLO text.
bool looks_like_hlo(std::string_view bytes);

/// XLA HLO text (before or after optimisation) as a workload. A fusion is one operator with the products
/// inside it; calls are unfolded; loops count as often as known_trip_count says, else once with a warning.
/// Inputs that stand on the right of a product are taken as weights: the text does not say which are.
/// Limits: 500,000 operators after unfolding, calls 64 deep.
Result<Workload> read_hlo(std::string_view bytes, const std::string& file);

}  // namespace waferscope::core
