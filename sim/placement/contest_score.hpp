// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/contest_graph.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::sim {

/// One breach of the rules of design/placement.md.
struct ContestViolation {
    std::string kernel;  ///< as the layout names it; for a missing one as the graph does
    std::string
        rule;  ///< missing, unknown, repeated, type, arguments, execution, unplaced, range, memory, overlap
    int line = 0;  ///< of the layout file; for `missing` of the graph file; 0 when not from a file
    std::string detail;
};

struct ContestKernelScore {
    std::string name;
    int x = 0, y = 0;
    bool rotated = false;
    std::int64_t width = 0, height = 0;  ///< tiles as occupied, rotation applied
    double time = 0;                     ///< cycles, not rounded
    double memory = 0;                   ///< 16-bit elements per tile
};

/// The contest's score of a layout. When it is not legal, the figures are those of the kernels that have a
/// shape.
struct ContestScore {
    bool legal = false;
    std::vector<ContestViolation> violations;  ///< at most kMostViolations
    double time = 0;                           ///< of the slowest kernel
    double wire_length = 0;                    ///< summed L1 distances of centres over kernel-kernel edges
    double adapter_cost = 0;                   ///< protocol mismatches (our definition), not weighted
    double cost = 0, cost_without_adapters = 0;
    double area_fraction = 0;  ///< of the fabric
    double most_memory = 0;
    double lower_bound = 0;                   ///< least time whose summed least areas fit; 0 = none
    double gap = 0;                           ///< time / lower_bound - 1; 0 without a bound
    std::vector<ContestKernelScore> kernels;  ///< in the layout's order
};
inline constexpr std::size_t kMostViolations = 1000;

/// `lower_bound` as least_time_by_area gives it: the caller computes it once per graph.
ContestScore score_contest(const core::ContestGraph& graph, const core::ContestLayout& layout,
                           double lower_bound);

/// A kernel's name without the zeros before its number: layouts may call k1 k01.
std::string plain_kernel_name(std::string_view name);

/// Mismatches of one edge: producer and consumer differ in h', in w', the producer's last k' and the
/// consumer's first c' differ. `from` and `to` are execution arguments.
int protocol_mismatches(const std::vector<int>& from, const std::vector<int>& to);

}  // namespace waferscope::sim
