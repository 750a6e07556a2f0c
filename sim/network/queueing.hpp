// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/confidence.hpp"
#include "sim/noc/noc.hpp"

namespace waferscope::sim {

/// Cycles a packet waits for an output link that carries `load` = sum of its inputs' loads, with `squares` =
/// sum of their squares: W = slot (load^2 - squares) / (2 load (1 - load)), `slot` cycles per packet. Inputs
/// that do not collide do not wait (design/wafer_models.md 4). Infinite from load >= 1.
double queue_wait(double load, double squares, double slot = 1);

/// What the flow engine says of a mesh without simulating a cycle.
struct MeshEstimate {
    /// Mean, in cycles: zero-load latency, and the waits along the routes weighted by flow: for output links,
    /// longer where packets of several flits take turns on a link; behind blocked packets at inputs
    /// (Geo/G/1); at the sources. Within about 2 % of the cycle engine up to 0.6 of the configuration's own
    /// ceiling.
    double latency_cycles = 0;
    double busiest_load = 0;  ///< of a link, against its service rate
    core::Confidence confidence = core::Confidence::ok;
};
MeshEstimate estimate_mesh(const NocConfig& config);

}  // namespace waferscope::sim
