// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/link_users.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace waferscope::sim {
std::vector<LinkUser> link_users(const PipelineLayout& layout, double batch, core::Direction direction, int x, int y) {
    std::map<std::pair<int, int>, FixedWavelets> found;
    std::pair<int, int> ends;  // of the flows visited next
    const auto remember = [&](int from, int to) {
        ends = {from, to};
        return true;
    };
    for (std::size_t k = 0; k < layout.graph.kernels.size(); ++k)
        for_each_flow(layout, k, batch, remember, [&](const TileFlow& flow, RouteOrder order) {
            if (crosses({flow, order}, direction, x, y)) found[ends] += flow.wavelets;
        });
    std::vector<LinkUser> users;
    for (const auto& [pair, wavelets] : found) users.push_back({pair.first, pair.second, static_cast<double>(wavelets) / kFixedOne});
    std::ranges::stable_sort(users, std::greater{}, &LinkUser::wavelets);
    return users;
}

std::string describe_users(const PipelineLayout& layout, const std::vector<LinkUser>& users, std::size_t most) {
    double all = 0;
    for (const auto& user : users) all += user.wavelets;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, users.size()); ++i) {
        const auto& [from, to, wavelets] = users[i];
        const auto& name = layout.graph.kernels[static_cast<std::size_t>(from)].name;
        text += fmt::format("{}{:.0f} % {}", i == 0 ? "" : ", ", 100 * wavelets / all,
                            from == to ? "inside " + name : name + " to " + layout.graph.kernels[static_cast<std::size_t>(to)].name);
    }
    if (users.size() > most) text += fmt::format(" and {} more", users.size() - most);
    return text;
}

}  // namespace waferscope::sim
