// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waferscope::core {

/// Where a kernel lies on the wafer and how it is cut up. `arguments` are the execution arguments
/// (primes of design/placement.md): h', w', c' per part, k' per part.
struct Slot {
    int x = 0, y = 0;
    bool rotated = false;
    std::vector<int> arguments;
    friend bool operator==(const Slot&, const Slot&) = default;
};

struct PlacedKernel {
    std::string name;
    Slot slot;
    Rect rect;  ///< as occupied, rotation applied
    std::uint32_t op = 0xFFFFFFFFU;
    int wafer = 0;
};

/// Kernels of a layer-pipelined workload on one wafer, or regions of resident inference on some.
struct Placement {
    std::vector<PlacedKernel> kernels;
};

}  // namespace waferscope::core
