// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/scenario.hpp"
#include "sim/cluster/chip_spec.hpp"

#include <string_view>

namespace waferscope::sim {

/// Seconds from the call to its completion on `ranks` devices, `bytes` per-rank buffer (design/cluster_models.md 2):
/// t(S) = t_min(n) + min(c sqrt(S), cap) + k_n S/BW. On a torus the sums of all axes run at once and the latency is
/// hops to the far side; across nodes the rate of the network bounds what leaves a node.
double collective_s(core::CollectiveKind kind, double bytes, int ranks, const ChipSpec& chip, bool across_nodes);

/// The kind whose collective_name a graph gives; send_recv, the cheapest, for names that are none.
core::CollectiveKind collective_kind(std::string_view name);

/// Bytes each rank sends per byte of its buffer: 2(n-1)/n for an all-reduce, (n-1)/n for its halves, ...
double collective_volume(core::CollectiveKind kind, int ranks);

/// What `collective_s` assumes: "ring", "torus", "ring in and across nodes".
std::string_view collective_algorithm(const ChipSpec& chip, bool across_nodes);

double all_reduce_s(double bytes, int ranks, const ChipSpec& chip, bool across_nodes);

/// All-reduce over `ranks` data-parallel copies when `group` devices (one copy's tensor-parallel group) lie between
/// neighbours of the ring: a node holds domain/group of its ranks, sums inside first, and shares its network ports
/// among them. `volume` 1 is an all-reduce; 0.5 a reduce-scatter or an all-gather.
double gradient_sum_s(double bytes, int ranks, int group, const ChipSpec& chip, double volume);

/// Point to point, start-up included.
double send_s(double bytes, const ChipSpec& chip, bool across_nodes);

}  // namespace waferscope::sim
