// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/work_class.hpp"

#include <optional>
#include <string_view>

namespace waferscope::core {

/// Argument sizes and types of a recorded call, as the trace spells them: JSON of "Input Dims", "Input type".
struct RecordedArguments {
    std::string_view dims, types;
};

/// The operator behind a recorded call of PyTorch: products with their dims, element-wise work and copies
/// with the bytes they touch, collectives with their buffer. `kernel` is the class of its longest kernel.
/// Nothing when the cost does not follow from the sizes: reads that depend on indices, optimisers over lists,
/// foreign extensions.
std::optional<Operator> recorded_operator(std::string_view name, const RecordedArguments& arguments,
                                          WorkClass kernel);

}  // namespace waferscope::core
