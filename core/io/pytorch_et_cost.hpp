// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace waferscope::core {

using Shapes = std::vector<std::vector<std::int64_t>>;

/// Product of dimensions as a double: shapes of a damaged file must not overflow.
double elements_of(const std::vector<std::int64_t>& shape);

/// Multiply-accumulates of an operator of PyTorch from the shapes of its arguments; 0 for those without.
double aten_macs(std::string_view name, const Shapes& inputs, const Shapes& outputs);

}  // namespace waferscope::core
