// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/traffic.hpp"

#include "sim/network/link_loads.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace waferscope::sim {
namespace {

constexpr std::array<std::pair<std::string_view, Traffic>, 5> kNames{{{"uniform", Traffic::uniform},
                                                                      {"transpose", Traffic::transpose},
                                                                      {"bitcomp", Traffic::bitcomp},
                                                                      {"neighbor", Traffic::neighbor},
                                                                      {"hotspot", Traffic::hotspot}}};

/// Flits per cycle on the fullest link of a row of n nodes under uniform traffic of rate 1: the cut after
/// node i is crossed by i + 1 sources, each to n - i - 1 of n targets.
double uniform_row_load(int n) {
    double most = 0;
    for (int left = 1; left < n; ++left) most = std::max(most, static_cast<double>(left) * (n - left) / n);
    return most;
}

/// Mean distance along one axis between two independent uniform positions.
double uniform_distance(double n) {
    return (n * n - 1) / (3 * n);
}

template <class Visit>
void each_node(core::GridSize mesh, Visit visit) {
    for (std::uint32_t y = 0; std::cmp_less(y, mesh.rows); ++y)
        for (std::uint32_t x = 0; std::cmp_less(x, mesh.columns); ++x) visit(Node{.x = x, .y = y});
}

/// Wavelets per cycle on the fullest link or ejection port when every node sends one flit per cycle to the
/// fixed destination of its pattern.
double permutation_load(Traffic traffic, core::GridSize mesh) {
    LinkLoads loads(mesh);
    std::vector<int> received(mesh.cells(), 0);
    Random unused(0);
    each_node(mesh, [&](Node from) {
        const Node to = destination(traffic, mesh, from, unused);
        loads.add_flow(static_cast<int>(from.x), static_cast<int>(from.y), static_cast<int>(to.x),
                       static_cast<int>(to.y), to_fixed(1));
        ++received[static_cast<std::size_t>(to.y) * static_cast<std::size_t>(mesh.columns) + to.x];
    });
    loads.finish();
    double most = std::ranges::max(received);
    for (int d = 0; d < core::kDirections; ++d)
        each_node(mesh, [&](Node at) {
            const auto load =
                loads.at(static_cast<core::Direction>(d), static_cast<int>(at.x), static_cast<int>(at.y));
            most = std::max(most, static_cast<double>(load) / kFixedOne);
        });
    return most;
}

}  // namespace

core::Result<Traffic> traffic_named(std::string_view name) {
    for (const auto& [known, traffic] : kNames)
        if (known == name) return traffic;
    return core::fail(core::ErrorCode::key, "no traffic pattern \"" + std::string(name) + "\"", "traffic",
                      "use uniform, transpose, bitcomp, neighbor or hotspot");
}

Node destination(Traffic traffic, core::GridSize mesh, Node from, Random& random) {
    const auto columns = static_cast<std::uint32_t>(mesh.columns);
    const auto rows = static_cast<std::uint32_t>(mesh.rows);
    switch (traffic) {
        case Traffic::uniform: {
            const auto x = static_cast<std::uint32_t>(random.below(mesh.columns));
            return {.x = x, .y = static_cast<std::uint32_t>(random.below(mesh.rows))};
        }
        case Traffic::transpose:
            return {.x = from.y, .y = from.x};
        case Traffic::bitcomp:
            return {.x = columns - 1 - from.x, .y = rows - 1 - from.y};
        case Traffic::neighbor:
            return {.x = (from.x + 1) % columns, .y = (from.y + 1) % rows};
        case Traffic::hotspot:
            return {.x = columns / 2, .y = rows / 2};
    }
    return from;
}

double mean_routers(Traffic traffic, core::GridSize mesh) {
    if (traffic == Traffic::uniform) return uniform_distance(mesh.columns) + uniform_distance(mesh.rows) + 1;
    double hops = 0;
    Random unused(0);
    each_node(mesh, [&](Node from) {
        const Node to = destination(traffic, mesh, from, unused);
        hops += std::abs(static_cast<int>(to.x) - static_cast<int>(from.x)) +
                std::abs(static_cast<int>(to.y) - static_cast<int>(from.y));
    });
    return hops / static_cast<double>(mesh.cells()) + 1;
}

double rate_bound(Traffic traffic, core::GridSize mesh) {
    const double load = traffic == Traffic::uniform
                            ? std::max(uniform_row_load(mesh.columns), uniform_row_load(mesh.rows))
                            : permutation_load(traffic, mesh);
    return 1 / std::max(load, 1.0);
}

}  // namespace waferscope::sim
