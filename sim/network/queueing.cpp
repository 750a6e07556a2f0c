// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/network/queueing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <vector>

namespace waferscope::sim {
namespace {

enum Port : std::size_t { kNorth, kEast, kSouth, kWest, kLocal, kPorts };
using Turns = std::array<std::array<double, kPorts>, kPorts>;  ///< [out][in], flits per cycle

/// What goes through a router.
struct RouterFlow {
    Turns turns{};
    std::array<double, kPorts> late{};  ///< [out]: flits per cycle x late_share of their packets
};

/// Share of a tail's delay behind its head, 1 to L - 1 cycles alike, that is left when it arrives, with
/// `routers` still to pass: each holds a head for a cycle more than the flits after it, which catch up by
/// one. A speculative router does not.
double late_share(const VcConfig& vc, int routers) {
    if (vc.speculative) return 1;
    const int most = vc.packet_flits - 1;
    if (routers >= most) return 0;
    return static_cast<double>(most - routers) * (most - routers + 1) / (most * (most + 1));
}

/// Mean of late_share over `count` paths of `first`, first + 1, ... routers.
double mean_late(const VcConfig& vc, int first, int count) {
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += late_share(vc, first + i);
    return count > 0 ? sum / count : 0;
}

/// Every node sends to every node, itself included: loads in closed form.
std::vector<RouterFlow> uniform_flows(const VcConfig& vc, double rate) {
    const auto mesh = vc.source.mesh;
    std::vector<RouterFlow> flows(mesh.cells());
    const double c = mesh.columns, r = mesh.rows, pair = rate / static_cast<double>(mesh.cells());
    for (int y = 0; y < mesh.rows; ++y)
        for (int x = 0; x < mesh.columns; ++x) {
            auto& [t, late] = flows[static_cast<std::size_t>(y * mesh.columns + x)];
            const double west = x, east = c - 1 - x, north = y, south = r - 1 - y;  // nodes on each side
            t[kEast][kWest] = west * east * r * pair, t[kEast][kLocal] = east * r * pair;
            t[kWest][kEast] = east * west * r * pair, t[kWest][kLocal] = west * r * pair;
            t[kSouth] = {c * north * south * pair, east * south * pair, 0, west * south * pair, south * pair};
            t[kNorth] = {0, east * north * pair, c * south * north * pair, west * north * pair, north * pair};
            t[kLocal] = {c * north * pair, east * pair, c * south * pair, west * pair, pair};
            // Nodes a link leads to are targets alike.
            const int north_rows = y, south_rows = mesh.rows - 1 - y;
            const double to_north = mean_late(vc, 1, north_rows), to_south = mean_late(vc, 1, south_rows);
            const auto along_row = [&](int columns) {
                double sum = 0;
                for (int routers = 1; routers <= columns; ++routers)
                    sum += late_share(vc, routers) + north_rows * mean_late(vc, routers + 1, north_rows) +
                           south_rows * mean_late(vc, routers + 1, south_rows);
                return columns > 0 ? sum / (columns * r) : 0.0;
            };
            const std::array share{to_north, along_row(mesh.columns - 1 - x), to_south, along_row(x),
                                   late_share(vc, 0)};
            for (std::size_t out = 0; out < kPorts; ++out)
                late[out] = share[out] * std::accumulate(t[out].begin(), t[out].end(), 0.0);
        }
    return flows;
}

/// One target per node: its X-then-Y route, router by router.
std::vector<RouterFlow> permutation_flows(const VcConfig& vc, double rate) {
    const auto mesh = vc.source.mesh;
    std::vector<RouterFlow> flows(mesh.cells());
    Random unused(1);
    for (int sy = 0; sy < mesh.rows; ++sy)
        for (int sx = 0; sx < mesh.columns; ++sx) {
            const auto to =
                destination(vc.source.traffic, mesh,
                            {static_cast<std::uint32_t>(sx), static_cast<std::uint32_t>(sy)}, unused);
            const int tx = static_cast<int>(to.x), ty = static_cast<int>(to.y);
            int x = sx, y = sy;
            Port in = kLocal;
            for (;;) {
                const Port out = x < tx ? kEast : x > tx ? kWest : y < ty ? kSouth : y > ty ? kNorth : kLocal;
                auto& flow = flows[static_cast<std::size_t>(y * mesh.columns + x)];
                flow.turns[out][in] += rate;
                flow.late[out] +=
                    rate * late_share(vc, out == kLocal ? 0 : std::abs(tx - x) + std::abs(ty - y));
                if (out == kLocal) break;
                x += out == kEast ? 1 : out == kWest ? -1 : 0;
                y += out == kSouth ? 1 : out == kNorth ? -1 : 0;
                in = out == kEast ? kWest : out == kWest ? kEast : out == kSouth ? kNorth : kSouth;
            }
        }
    return flows;
}

/// Cycles of a link that one packet takes: its flits, and one more when a lone channel without speculation
/// asks for the output again only after the tail has left.
double packet_slot(const VcConfig& vc) {
    return vc.packet_flits + (vc.vcs == 1 && !vc.speculative ? 1 : 0);
}

/// Share of the cycles a link can send because its credits are back in time.
double credit_rate(const VcConfig& vc) {
    constexpr double kCreditLoop = 7;  ///< T_crt; a speculative router is one cycle faster
    return std::min(1.0, vc.vcs * vc.buffer / (kCreditLoop - (vc.speculative ? 1 : 0) + vc.credit_delay - 1));
}

/// How much longer packets wait when their flits take turns on a link of this load than when one goes after
/// the other, as a share. Two packets of L flits that meet wait 2 L^2 - 1 cycles instead of L^2, summed over
/// the L offsets; not while all channels are taken (load^(V - 1)), nor for a packet that comes with gaps from
/// a link it shared before (load), into which the other fits.
double sharing(const VcConfig& vc, double load) {
    const double flits = vc.packet_flits;
    return (1 - 1 / (flits * flits)) * (1 - std::pow(load, vc.vcs - 1)) * (1 - load);
}

/// Waits of one router: at its outputs for the link, at its inputs behind packets that wait for other
/// outputs.
double waited(const RouterFlow& flow, const VcConfig& vc, double per_flit) {
    const auto& turns = flow.turns;
    const double slot = packet_slot(vc);
    std::array<double, kPorts> out_wait{};
    double sum = 0;
    for (std::size_t out = 0; out < kPorts; ++out) {
        double load = 0, squares = 0;
        for (const double in : turns[out]) load += in, squares += in * in;
        out_wait[out] = queue_wait(load * per_flit, squares * per_flit * per_flit, slot);
        if (load <= 0) continue;
        sum += load * out_wait[out];
        if (load * per_flit < 1) sum += flow.late[out] * sharing(vc, load * per_flit) * out_wait[out];
    }
    for (std::size_t in = 0; in < kPorts; ++in) {
        double load = 0, blocked = 0;
        for (std::size_t out = 0; out < kPorts; ++out)
            if (turns[out][in] > 0) load += turns[out][in], blocked += turns[out][in] * out_wait[out];
        if (load <= 0) continue;
        const double m = blocked / load, packets = load * per_flit / slot, square = slot * m + 2 * m * m;
        const double busy = packets * (slot + m);
        // Links deliver packets no closer than a slot, nodes create them in any cycle: geometric arrivals
        // wait for whole slots too.
        const double spacing = in == kLocal ? 1 : slot;
        const double excess = slot * (slot - spacing) + (2 * slot - spacing) * m + square;
        sum +=
            busy < 1 ? load * packets * excess / (2 * (1 - busy)) : std::numeric_limits<double>::infinity();
    }
    return sum;
}

}  // namespace

double queue_wait(double load, double squares, double slot) {
    if (load <= 0) return 0;
    if (load >= 1) return std::numeric_limits<double>::infinity();
    return slot * std::max(0.0, load * load - squares) / (2 * load * (1 - load));
}

MeshEstimate estimate_mesh(const NocConfig& config) {
    const auto& source = config.vc.source;
    const auto flows = source.traffic == Traffic::uniform ? uniform_flows(config.vc, config.rate)
                                                          : permutation_flows(config.vc, config.rate);
    const double per_flit =
        std::max(packet_slot(config.vc) / config.vc.packet_flits, 1 / credit_rate(config.vc));
    MeshEstimate estimate;
    double wait = 0, sent = 0;
    for (const auto& router : flows) {
        wait += waited(router, config.vc, per_flit);
        for (const auto& out : router.turns)
            estimate.busiest_load =
                std::max(estimate.busiest_load, per_flit * std::accumulate(out.begin(), out.end(), 0.0));
        sent += std::accumulate(router.turns[kLocal].begin(), router.turns[kLocal].end(), 0.0);
    }
    estimate.latency_cycles = zero_load_cycles(config) + (sent > 0 ? wait / sent : 0);
    estimate.confidence = core::confidence_at(estimate.busiest_load);
    return estimate;
}

}  // namespace waferscope::sim
