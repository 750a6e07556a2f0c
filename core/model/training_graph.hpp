// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/workload.hpp"

namespace waferscope::core {

/// `forward` followed by its backward operators (2 x MACs, 1 x other operations, in reverse order) and one
/// Adam step per operator with parameters, all of them marked as inferred. Repeats are mirrored.
/// Adam follows the 18-byte rule: 2 B weights, 4 B gradients, 12 B of state per parameter.
Workload with_training_passes(const Workload& forward);

}  // namespace waferscope::core
