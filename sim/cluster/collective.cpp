// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/collective.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::sim {
namespace {

using core::CollectiveKind;
using core::Topology;

bool is_torus(const ChipSpec& chip) {
    return chip.topology == Topology::torus2d || chip.topology == Topology::torus3d || chip.topology == Topology::ring;
}

/// Hops from a chip to the farthest one of a square or cubic part of the torus, axes wrapped.
double torus_hops(int ranks, Topology topology) {
    const double axes = topology == Topology::torus3d ? 3 : topology == Topology::torus2d ? 2 : 1;
    return axes * std::pow(static_cast<double>(ranks), 1 / axes) / 2;
}

/// Passes round the ring: an all-reduce is a reduce-scatter and an all-gather.
double passes(CollectiveKind kind) { return kind == CollectiveKind::all_reduce ? 2 : 1; }

}  // namespace

CollectiveKind collective_kind(std::string_view name) {
    for (int i = 0; i < static_cast<int>(CollectiveKind::send_recv); ++i)
        if (core::collective_name(static_cast<CollectiveKind>(i)) == name) return static_cast<CollectiveKind>(i);
    return CollectiveKind::send_recv;
}

double collective_volume(CollectiveKind kind, int ranks) {
    const double n = ranks;
    switch (kind) {
        case CollectiveKind::all_reduce: return 2 * (n - 1) / n;
        case CollectiveKind::all_gather:
        case CollectiveKind::reduce_scatter:
        case CollectiveKind::all_to_all: return (n - 1) / n;
        case CollectiveKind::broadcast:
        case CollectiveKind::send_recv: return 1;
    }
    return 1;
}

std::string_view collective_algorithm(const ChipSpec& chip, bool across_nodes) {
    if (is_torus(chip) && !across_nodes) return "torus, all axes";
    if (chip.topology == Topology::full_mesh && !across_nodes) return "direct, every pair";
    return across_nodes ? "ring in the node and across nodes" : "ring";
}

double collective_s(CollectiveKind kind, double bytes, int ranks, const ChipSpec& chip, bool across_nodes) {
    if (ranks <= 1 || bytes <= 0) return 0;
    const auto& k = chip.constants;
    const double bandwidth = chip.scale_up_bytes_per_s * k.collective_bandwidth_share;
    double volume = collective_volume(kind, ranks) * bytes;
    if (is_torus(chip) && !across_nodes) {
        // All-to-all crosses half of the torus with every byte, a quarter of an all-gather's time at equal buffers.
        const double share = kind == CollectiveKind::all_to_all ? 0.25 : 1;
        return k.collective_base_s + std::max(passes(kind) * torus_hops(ranks, chip.topology) * chip.hop_latency_s, share * volume / bandwidth);
    }
    // Every pair is joined: each rank sends its parts straight to their owners, in one hop per pass; where links do
    // not reach all, in three (a dragonfly: inside the group, across, inside).
    if (chip.topology == Topology::full_mesh && !across_nodes) {
        const double hops = chip.links > 0 && ranks - 1 > chip.links ? 3 : 1;
        return k.collective_base_s + passes(kind) * hops * chip.hop_latency_s + hops * volume / bandwidth;
    }
    const double inside = std::min(ranks, std::max(1, chip.domain));
    const bool pairwise = kind == CollectiveKind::all_to_all;
    if (pairwise && across_nodes) volume = (inside - 1) / ranks * bytes;  // the rest leaves the node
    double time = k.collective_base_s + passes(kind) * (inside - 1) * k.collective_step_s + std::min(k.collective_sqrt_s * std::sqrt(bytes), k.collective_cap_s) + volume / bandwidth;
    if (across_nodes) {
        const double nodes = std::max(2.0, std::ceil(ranks / inside));
        const double network = chip.scale_out_bytes_per_s > 0 ? chip.scale_out_bytes_per_s * k.network_bandwidth_share : bandwidth;
        // The node's sum leaves through all its ports at once; all-to-all has as much to send from every one.
        time += passes(kind) * std::log2(nodes) * k.network_step_s + passes(kind) * (nodes - 1) / nodes * bytes / (network * (pairwise ? 1 : inside));
    }
    return time;
}

double all_reduce_s(double bytes, int ranks, const ChipSpec& chip, bool across_nodes) { return collective_s(CollectiveKind::all_reduce, bytes, ranks, chip, across_nodes); }

double gradient_sum_s(double bytes, int ranks, int group, const ChipSpec& chip, double volume) {
    if (ranks <= 1 || bytes <= 0) return 0;
    const auto kind = volume >= 1 ? CollectiveKind::all_reduce : CollectiveKind::all_gather;
    const int inside = std::clamp(chip.domain / std::max(1, group), 1, ranks);
    if (inside >= ranks) return collective_s(kind, bytes, ranks, chip, false);
    const double nodes = std::ceil(static_cast<double>(ranks) / inside);
    const double network = (chip.scale_out_bytes_per_s > 0 ? chip.scale_out_bytes_per_s : chip.scale_up_bytes_per_s) * chip.constants.network_bandwidth_share;
    const double across = passes(kind) * (nodes - 1) / nodes * bytes / (network * inside) + passes(kind) * (nodes - 1) * chip.constants.collective_step_s + std::log2(nodes) * chip.constants.network_step_s;
    return collective_s(kind, bytes, inside, chip, false) + across;
}

double send_s(double bytes, const ChipSpec& chip, bool across_nodes) {
    const double slow = chip.scale_out_bytes_per_s;
    return bytes / ((across_nodes && slow > 0 ? slow : chip.scale_up_bytes_per_s) * chip.constants.pipeline_bandwidth_share) + chip.constants.pipeline_start_s;
}

}  // namespace waferscope::sim
