// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/cluster.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

using core::Device;
using core::DeviceLink;
using core::Topology;
constexpr int kMostShown = 64;
constexpr float kNodeWidth = 7.0F, kNodeHeight = 6.0F, kPitch = 1.5F;

/// Links of one kind carry the same load in all devices of a pipeline stage: one column per kind and stage.
struct Columns {
    int stages = 1;
    int tp = 1;  ///< chips that work on one stage together and lie side by side
    [[nodiscard]] std::uint32_t inside(int stage) const { return static_cast<std::uint32_t>(stage); }
    [[nodiscard]] std::uint32_t network(int stage) const { return static_cast<std::uint32_t>(stages + stage); }
    [[nodiscard]] int stage_of(int chip, int chips) const {
        const int groups = std::max(1, chips / tp);
        return std::min(groups - 1, chip / tp) * stages / groups;
    }
};

void lay_out_torus(core::DeviceMap& map, int chips, const Columns& columns_of) {
    int columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(chips))));
    while (chips % columns != 0) ++columns;
    const int rows = chips / columns;
    for (int i = 0; i < chips; ++i)
        map.devices.push_back({.name = std::to_string(i), .x = static_cast<float>(i % columns) * 1.6F, .y = static_cast<float>(i / columns) * 1.6F,
                               .value_class = static_cast<std::uint32_t>(columns_of.stage_of(i, chips))});
    const auto at = [&](int x, int y) { return static_cast<std::uint32_t>(y * columns + x); };
    for (int y = 0; y < rows; ++y)
        for (int x = 0; x < columns; ++x) {
            const auto value = columns_of.inside(columns_of.stage_of(y * columns + x, chips));
            if (columns > 1) map.links.push_back({.from = at(x, y), .to = at((x + 1) % columns, y), .name = fmt::format("{} east", at(x, y)), .value_class = value, .wraps = x + 1 == columns});
            if (rows > 1) map.links.push_back({.from = at(x, y), .to = at(x, (y + 1) % rows), .name = fmt::format("{} south", at(x, y)), .value_class = value, .wraps = y + 1 == rows});
        }
}

/// The network between nodes: ports below each node, joined in the middle between the two columns of nodes.
void add_network(core::DeviceMap& map, int nodes, int chips, int per_node, const Columns& columns_of) {
    std::uint32_t above = 0;
    for (int row = 0; 2 * row < nodes; ++row) {
        const float top = static_cast<float>(row) * kNodeHeight + 5.0F;
        const auto middle = static_cast<std::uint32_t>(map.devices.size());
        map.devices.push_back({.name = "Network", .kind = Device::Kind::network_switch, .x = 5.75F, .y = top, .width = 1.0F, .height = 0.5F});
        if (row > 0) map.links.push_back({.from = above, .to = middle, .name = "network", .value_class = columns_of.network(0)});
        above = middle;
        for (int node = 2 * row; node < std::min(nodes, 2 * row + 2); ++node) {
            const int ports = std::min(per_node, chips - node * per_node);
            const auto index = static_cast<std::uint32_t>(map.devices.size());
            map.devices.push_back({.name = fmt::format("{} network ports", ports), .kind = Device::Kind::network_switch, .x = static_cast<float>(node % 2) * kNodeWidth, .y = top, .width = 5.5F, .height = 0.5F});
            map.links.push_back({.from = index, .to = middle, .name = fmt::format("{} network ports of node {}", ports, node), .value_class = columns_of.network(columns_of.stage_of(node * per_node, chips))});
        }
    }
}

void lay_out_nodes(core::DeviceMap& map, int chips, int domain, const Columns& columns_of) {
    const int per_node = std::clamp(domain, 1, 8), across = std::min(per_node, 4);
    const auto left = [](int node) { return static_cast<float>(node % 2) * kNodeWidth; };
    const auto top = [](int node) { return static_cast<float>(node / 2) * kNodeHeight; };
    for (int i = 0; i < chips; ++i) {
        const int node = i / per_node, k = i % per_node;
        map.devices.push_back({.name = std::to_string(i), .x = left(node) + static_cast<float>(k % across) * kPitch, .y = top(node) + static_cast<float>(k / across) * 3.4F, .height = 1.4F,
                               .value_class = static_cast<std::uint32_t>(columns_of.stage_of(i, chips))});
    }
    const int nodes = (chips + per_node - 1) / per_node;
    if (chips < 2) return;
    for (int node = 0; node < nodes; ++node) {
        const int here = std::min(per_node, chips - node * per_node), switches = here > 1 ? std::min(4, here) : 0;
        for (int s = 0; s < switches; ++s) {
            const auto index = static_cast<std::uint32_t>(map.devices.size());
            map.devices.push_back({.name = fmt::format("Switch {}", s), .kind = Device::Kind::network_switch, .x = left(node) + static_cast<float>(s) * kPitch, .y = top(node) + 2.1F, .height = 0.6F});
            for (int k = 0; k < here; ++k) {
                const int chip = node * per_node + k;
                map.links.push_back({.from = static_cast<std::uint32_t>(chip), .to = index, .name = fmt::format("chip {} to switch {}", chip, s), .value_class = columns_of.inside(columns_of.stage_of(chip, chips))});
            }
        }
    }
    if (nodes > 1) add_network(map, nodes, chips, per_node, columns_of);
}

}  // namespace

core::DeviceMap device_map(const core::Run& run, const ChipSpec& chip, const std::vector<Activity>& activity) {
    core::DeviceMap map;
    map.total_chips = run.scenario.chips;
    map.shown_chips = std::min(run.scenario.chips, kMostShown);
    const int stages = std::max(1, run.plan.pp);
    const Columns columns{stages, std::max(1, run.plan.tp / chip.devices_per_chip)};
    const bool torus = chip.topology == Topology::torus2d || chip.topology == Topology::torus3d || chip.topology == Topology::ring || chip.topology == Topology::hypercube;
    if (torus)
        lay_out_torus(map, map.shown_chips, columns);
    else
        lay_out_nodes(map, map.shown_chips, chip.domain / chip.devices_per_chip, columns);
    map.caption = fmt::format("{} chips, {}{}{}", map.total_chips, core::topology_name(chip.topology), chip.topology == Topology::torus3d ? " drawn flat" : "",
                              map.shown_chips < map.total_chips ? fmt::format("; {} shown, the rest alike", map.shown_chips) : "");
    for (int s = 0; s < stages; ++s) map.device_classes.push_back(stages > 1 ? fmt::format("stage {}", s) : "chip");
    for (const char* kind : {"chip link", "network port"})
        for (int s = 0; s < stages; ++s) map.link_classes.push_back(stages > 1 ? fmt::format("{}, stage {}", kind, s) : kind);
    const auto steps = run.steps();
    const auto n = static_cast<std::size_t>(stages);
    map.series = {{"utilisation", std::vector<float>(steps * n)}, {"memory_bandwidth", std::vector<float>(steps * n)}, {"power", std::vector<float>(steps * n)}};
    const auto kinds = map.link_classes.size();
    map.link_load.assign(steps * kinds, 0.0F);
    for (const auto& a : activity) {
        const double length = a.end_s - a.start_s;
        if (length <= 0) continue;
        for (std::size_t t = run.step_at(a.start_s); t < steps && run.step_edges_s[t] < a.end_s; ++t) {
            const double width = run.step_edges_s[t + 1] - run.step_edges_s[t];
            const double share = (std::min(run.step_edges_s[t + 1], a.end_s) - std::max(run.step_edges_s[t], a.start_s)) / length;
            const auto at = t * n + static_cast<std::size_t>(std::clamp(a.stage, 0, stages - 1));
            map.series[0].value[at] += static_cast<float>(a.flops * share / (width * chip.flops_per_s));
            map.series[1].value[at] += static_cast<float>(a.memory_bytes * share / (width * chip.memory_bytes_per_s));
            const bool network = a.across_nodes && chip.scale_out_bytes_per_s > 0;
            const double bandwidth = network ? chip.scale_out_bytes_per_s : chip.scale_up_bytes_per_s;
            const int stage = std::clamp(a.stage, 0, stages - 1);
            if (a.link_bytes > 0 && bandwidth > 0) map.link_load[t * kinds + (network ? columns.network(stage) : columns.inside(stage))] += static_cast<float>(a.link_bytes * share / (width * bandwidth));
        }
    }
    for (std::size_t i = 0; i < steps * n; ++i) {
        for (std::size_t k = 0; k < 2; ++k) map.series[k].value[i] = std::min(1.0F, map.series[k].value[i]);
        // Half of the rated power when idle, the rest by what is busier (estimate).
        map.series[2].value[i] = static_cast<float>(chip.power_w.value_or(0) * (0.5 + 0.5 * std::max(map.series[0].value[i], map.series[1].value[i])));
    }
    for (auto& load : map.link_load) load = std::min(1.0F, load);
    return map;
}

}  // namespace waferscope::sim
