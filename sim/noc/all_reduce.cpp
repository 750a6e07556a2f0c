// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/all_reduce.hpp"

#include "sim/noc/program_builder.hpp"
#include "sim/wafer/collectives.hpp"

#include <algorithm>
#include <vector>

namespace waferscope::sim {
namespace {

/// Calls add(router, j) for core j of each group of a row, and finishes every core.
void each_core(ProgramBuilder& builder, core::GridSize mesh, int length, auto add) {
    for (std::size_t router = 0; router < mesh.cells(); ++router) {
        const int x = static_cast<int>(router % static_cast<std::size_t>(mesh.columns)), j = x % length;
        if (x - j + length <= mesh.columns) add(router, j);
        builder.finish_core();
    }
}

/// Slots of two trees: of a chain's colours in either direction, and of the ramp that feeds both.
struct Level {
    int east, west, ramp;               ///< fabric slots
    std::uint8_t from_west, from_east;  ///< core slots
};

Level declare_level(ProgramBuilder& builder, int first_fabric, int first_core) {
    const Level level{.east = first_fabric,
                      .west = first_fabric + 1,
                      .ramp = first_fabric + 2,
                      .from_west = builder.core_slot(first_core),
                      .from_east = builder.core_slot(first_core + 1)};
    builder.lands(level.east, level.east, level.from_west);
    builder.lands(level.west, level.west, level.from_east);
    builder.lands_by(level.ramp, kEast, level.east);
    builder.lands_by(level.ramp, kWest, level.west);
    return level;
}

/// Place of a core on one level: `count` cores in line, their sum collected by core `middle`.
struct Rank {
    int index, middle, count;
};

/// Routes of a core that takes part in a level; appends the vectors it reads there.
void join(ProgramBuilder& builder, std::size_t router, const Level& level, Rank rank,
          std::vector<std::uint8_t>& reads) {
    builder.route(router, level.east, FabricProgram::kToCore);
    builder.route(router, level.west, FabricProgram::kToCore);
    if (rank.index != rank.middle)
        builder.route(router, level.ramp, tx(rank.index < rank.middle ? kEast : kWest));
    // The eastern half is the shorter of unequal ones: its sum comes first.
    if (rank.index >= rank.middle && rank.index < rank.count - 1) reads.push_back(level.from_east);
    if (rank.index > 0 && rank.index <= rank.middle) reads.push_back(level.from_west);
}

/// Reads the vectors and sends the sum, from the first value of the last vector on. The root waits for all of
/// it: the cores that still send do not read what it hands back, and both would wait for each other.
void collect(ProgramBuilder& builder, const std::vector<std::uint8_t>& reads, int slot, bool root) {
    const std::size_t passed_on = root || reads.empty() ? 0 : 1;
    for (std::size_t i = 0; i + passed_on < reads.size(); ++i) builder.read(reads[i]);
    if (passed_on == 1)
        builder.pass_on(reads.back(), slot);
    else
        builder.send(slot);
}

int ring_rank(int x, int length) {
    return x % 2 == 0 ? x / 2 : length - (x + 1) / 2;
}

/// Routes of the folded ring; slots: eastward, westward, ramp.
void route_ring(ProgramBuilder& builder, std::size_t router, int x, int length) {
    constexpr int kEastward = 0, kWestward = 1, kRamp = 2;
    const bool even = x % 2 == 0;
    builder.route(router, kEastward, even || x == length - 1 ? FabricProgram::kToCore : tx(kEast));
    builder.route(router, kWestward, !even || x == 0 ? FabricProgram::kToCore : tx(kWest));
    builder.route(router, kRamp, tx(even && x < length - 1 ? kEast : kWest));
}

}  // namespace

FabricProgram two_tree_program(core::GridSize mesh, int length, std::uint32_t wavelets) {
    constexpr int kFabricSlots = 7, kCoreSlots = 5;
    ProgramBuilder builder(
        {.mesh = mesh, .fabric_slots = kFabricSlots, .core_slots = kCoreSlots, .wavelets = wavelets});
    const Level inside = declare_level(builder, 0, 0), across = declare_level(builder, 3, 2);
    const int back = kFabricSlots - 1;  // from the ramp at the root, from the root's side elsewhere
    const std::uint8_t total = builder.core_slot(kCoreSlots - 1);
    builder.lands(back, back, total);
    const int groups = default_groups(length), members = length / groups;
    const int middle = members / 2, root = groups / 2 * members + middle;
    each_core(builder, mesh, length, [&](std::size_t router, int j) {
        const int group = j / members, member = j % members;
        std::vector<std::uint8_t> reads;
        join(builder, router, inside, {.index = member, .middle = middle, .count = members}, reads);
        int send_slot = inside.ramp;
        if (member == middle) {
            join(builder, router, across, {.index = group, .middle = groups / 2, .count = groups}, reads);
            send_slot = j == root ? back : across.ramp;
        } else {
            builder.route(router, across.east, tx(kEast));
            builder.route(router, across.west, tx(kWest));
        }
        const int to_core = j == root ? 0 : FabricProgram::kToCore;
        const int west = j <= root && j > 0 ? tx(kWest) : 0,
                  east = j >= root && j < length - 1 ? tx(kEast) : 0;
        builder.route(router, back, static_cast<std::uint8_t>(to_core | west | east));
        collect(builder, reads, send_slot, j == root);
        if (j != root) builder.read(total, Use::copy);
    });
    return builder.finish();
}

FabricProgram ring_program(core::GridSize mesh, int length, std::uint32_t wavelets,
                           const FabricConfig& fabric) {
    ProgramBuilder builder({.mesh = mesh, .fabric_slots = 3, .core_slots = 1, .wavelets = wavelets});
    const std::uint8_t in = builder.core_slot(0), ramp = 2;
    for (const int slot : {0, 1}) builder.lands(slot, slot, in);
    builder.lands_by(ramp, kEast, 0);
    builder.lands_by(ramp, kWest, 1);
    // Sent before the first read: what is under way between neighbours at full rate, and less than the
    // three queues between them hold, or all would wait for each other.
    const auto lead =
        static_cast<std::uint32_t>(std::min(2 * fabric.ramp_cycles + 3, 3 * fabric.queue_depth - 1));
    const auto size = [&](int chunk) {
        const auto bound = [&](std::uint64_t i) { return i * wavelets / static_cast<std::uint64_t>(length); };
        const auto i = static_cast<std::uint64_t>((chunk % length + length) % length);
        return static_cast<std::uint32_t>(bound(i + 1) - bound(i));
    };
    const auto some = [&](const TaskStep& step) {
        if (step.count > 0) builder.step(step);
    };
    each_core(builder, mesh, length, [&](std::size_t router, int x) {
        route_ring(builder, router, x, length);
        const int rank = ring_rank(x, length);
        for (int round = 0; round < 2 * (length - 1); ++round) {
            const std::uint32_t out = size(rank - round), next = size(rank - round - 1);
            const std::uint32_t first = std::min(lead, out), both = out - first;
            // The core's own chunk leaves at once, one that was read like any value passed on.
            some({.count = first, .send_slot = ramp, .use = round == 0 ? Use::add : Use::part});
            some({.count = both, .read_slot = in, .send_slot = ramp, .use = Use::store});
            some({.count = next - both, .read_slot = in, .use = round < length - 1 ? Use::chunk : Use::copy});
        }
    });
    return builder.finish();
}

}  // namespace waferscope::sim
