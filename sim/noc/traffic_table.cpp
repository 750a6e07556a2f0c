// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/traffic_table.hpp"

#include "sim/noc/source.hpp"

#include <algorithm>

namespace waferscope::sim {
namespace {

constexpr double kMostRate = 1 - 1e-6;  ///< a certain packet in every cycle has no finite log of its failure

}  // namespace

TrafficTable::TrafficTable(core::GridSize mesh, std::span<const SteadyFlow> flows) : first_(mesh.cells() + 1, 0), rate_(mesh.cells(), 0.0) {
    const auto node_of = [&](const SteadyFlow& f) { return static_cast<std::size_t>(f.from_y) * static_cast<std::size_t>(mesh.columns) + static_cast<std::size_t>(f.from_x); };
    for (const auto& f : flows) ++first_[node_of(f) + 1];
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    targets_.resize(flows.size());
    auto next = first_;
    for (const auto& f : flows) {
        const auto node = node_of(f);
        rate_[node] += f.rate;
        targets_[next[node]++] = {static_cast<std::uint32_t>(f.to_x) | static_cast<std::uint32_t>(f.to_y) << kCoordinateBits, rate_[node]};
    }
    for (std::size_t node = 0; node < rate_.size(); ++node) {
        for (auto t = first_[node]; t < first_[node + 1]; ++t) targets_[t].below /= rate_[node];
        lost_ += std::max(0.0, rate_[node] - kMostRate);
        rate_[node] = std::min(rate_[node], kMostRate);
    }
}

std::uint32_t TrafficTable::target(std::size_t node, double draw) const {
    const auto begin = targets_.begin() + first_[node], end = targets_.begin() + first_[node + 1];
    const auto found = std::ranges::upper_bound(begin, end, draw, {}, &Target::below);
    return found == end ? std::prev(end)->node : found->node;
}

}  // namespace waferscope::sim
