// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/source.hpp"

namespace waferscope::sim {

/// A mesh of wormhole routers with virtual channels (design/wafer_models.md 4, BookSim mode).
struct VcConfig {
    SourceConfig source;
    int packet_flits = 1;      ///< L, 1..255
    int vcs = 1;               ///< per input port, 1..8
    int buffer = 8;            ///< flits per VC, 1..64
    bool speculative = false;  ///< switch allocation in the same cycle as VC allocation
    int routing_delay = 0;     ///< cycles a head waits before VC allocation, 0..100
    int credit_delay = 1;      ///< cycles a credit travels on top of two, 0..50
};
inline constexpr int kMostVcs = 8;

}  // namespace waferscope::sim
