// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/vc_mesh.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace waferscope::sim {
namespace {

// Cycles from the grant (or the node's sending) to the event, design/wafer_models.md 4.
constexpr std::uint32_t kSwitchAndLink = 3;  ///< flit at the next router or node
constexpr std::uint32_t kCreditBack = 2;     ///< credit upstream, before credit_delay
constexpr std::uint32_t kNodeLink = 2;       ///< flit from the node to its router's queue
constexpr std::uint32_t kNodeCredit = 2;     ///< credit to the node

std::uint32_t delay_of(const VcConfig& config) {
    return static_cast<std::uint32_t>(config.credit_delay);
}

/// A mailbox must be emptied before it is filled again: the longest delay plus how far threads drift.
RowMail<std::uint64_t>::Config flit_mail(const VcConfig& config, std::uint32_t drift) {
    const auto columns = static_cast<std::uint32_t>(config.source.mesh.columns);
    return {.rows = config.source.mesh.rows,
            .cycles = kSwitchAndLink + drift,
            .most_same = 3 * columns,
            .most_vertical = columns};
}
RowMail<std::uint16_t>::Config credit_mail(const VcConfig& config) {
    const auto columns = static_cast<std::uint32_t>(config.source.mesh.columns);
    return {.rows = config.source.mesh.rows,
            .cycles = kSwitchAndLink + kCreditBack + delay_of(config) + 1,  // the row's own; drift included
            .most_same = 4 * columns,
            .most_vertical = columns};
}

/// Index distance from a channel to the one at the other end of its link, `width` channels per router of V.
template <int V>
constexpr std::array<std::uint32_t, kRouterPorts> across(std::uint32_t width) {
    constexpr auto kV = static_cast<std::uint32_t>(V);
    return {width + kV, 0U - width - kV, kV, 0U - kV, kV};  // node: to the node's view, one port further
}

}  // namespace

template <int V>
VcMesh<V>::VcMesh(const VcConfig& config, Window window, std::uint32_t lookahead)
    : config_(config),
      window_(window),
      sources_(config.source),
      buffer_(static_cast<std::size_t>(config.buffer)),
      in_stride_(static_cast<std::size_t>(config.source.mesh.columns) * Numbers::kIn),
      out_stride_(static_cast<std::size_t>(config.source.mesh.columns) * Numbers::kOut),
      flit_mail_(flit_mail(config, lookahead)),
      credit_mail_(credit_mail(config)) {
    const auto mesh = config.source.mesh;
    const auto rows = static_cast<std::size_t>(mesh.rows);
    in_.resize(rows * in_stride_);
    out_.assign(rows * out_stride_, {.credit = static_cast<std::uint8_t>(config.buffer)});
    port_.resize(mesh.cells() * kRouterPorts);
    flits_.resize(rows * in_stride_ * buffer_);
    lists_.assign(rows, VcLists(in_stride_));
    accepted_.assign(mesh.cells(), 0);
    node_.reserve(mesh.cells());
    for (std::uint32_t y = 0; std::cmp_less(y, mesh.rows); ++y)
        for (std::uint32_t x = 0; std::cmp_less(x, mesh.columns); ++x) {
            node_.push_back(sources_.start({.x = x, .y = y}));
            node_.back().vc = V - 1;
            due_.push_back(node_.back().created);
        }
}

template <int V>
std::uint64_t VcMesh<V>::bytes() const {
    const auto of = [](const auto& array) {
        return static_cast<std::uint64_t>(array.size() * sizeof array[0]);
    };
    std::uint64_t lists = 0;
    for (const auto& row : lists_) lists += row.routing.bytes() + row.waiting.bytes() + row.ready.bytes();
    return of(in_) + of(out_) + of(port_) + of(flits_) + of(node_) + of(due_) + of(accepted_) + of(lists_) +
           lists + flit_mail_.bytes() + credit_mail_.bytes();
}

template <int V>
typename VcMesh<V>::Place VcMesh<V>::place(std::size_t row, std::uint32_t cycle, Tally& tally) {
    const auto columns = static_cast<std::size_t>(config_.source.mesh.columns);
    return {{&in_[row * in_stride_], &out_[row * out_stride_], &port_[row * columns * kRouterPorts]},
            row,
            cycle,
            lists_[row],
            tally};
}

template <int V>
void VcMesh<V>::advance(int first, int end, std::uint32_t cycle, Scratch& scratch, Tally& tally) {
    for (auto y = static_cast<std::size_t>(first); std::cmp_less(y, end); ++y) {
        const Place at = place(y, cycle, tally);
        credit_mail_.empty(cycle, y, [&](std::uint16_t out) { ++at.row.out[out].credit; });
        flit_mail_.empty(cycle, y, [&](std::uint64_t flit) { receive(at, flit); });
        if (!at.lists.routing.empty()) end_routing(at);
        inject(at);
        if (!at.lists.waiting.empty() || !at.lists.ready.empty())
            send(at, scratch.allocate(at.row, at.lists, config_.speculative));
    }
}

template <int V>
void VcMesh<V>::receive(const Place& at, std::uint64_t flit) {
    const auto in = static_cast<std::uint32_t>(flit & Flit::kChannel);
    InChannel& channel = at.row.in[in];
    if (channel.flits++ != 0) {  // behind others: seen when they have left
        const std::size_t place = channel.second + channel.flits - 2U;
        fifo(at.index, in)[place < buffer_ ? place : place - buffer_] = flit;
        return;
    }
    channel.flit = flit;
    if (channel.active)
        at.lists.ready.put(in);
    else
        begin_packet(at, in, at.cycle);
}

template <int V>
void VcMesh<V>::pop(std::size_t row, std::uint32_t in, InChannel& channel) {
    if (--channel.flits == 0) return;
    channel.flit = fifo(row, in)[channel.second];
    channel.second = static_cast<std::uint8_t>(channel.second + 1U == buffer_ ? 0 : channel.second + 1U);
}

/// A head is at the front of an idle channel and may ask for an output channel from `cycle` on.
template <int V>
void VcMesh<V>::begin_packet(const Place& at, std::uint32_t in, std::uint32_t cycle) {
    InChannel& channel = at.row.in[in];
    const auto to = static_cast<std::uint32_t>(channel.flit >> Flit::kDestination);
    channel.out_port =
        static_cast<std::uint8_t>(xy_port(in / Numbers::kIn, static_cast<std::uint32_t>(at.index),
                                          to & kCoordinateMask, (to >> kCoordinateBits) & kCoordinateMask));
    if (config_.routing_delay == 0) return at.lists.waiting.put(in);
    channel.routed_at = static_cast<std::uint8_t>(cycle + static_cast<std::uint32_t>(config_.routing_delay));
    at.lists.routing.put(in);
}

template <int V>
void VcMesh<V>::end_routing(const Place& at) {
    at.lists.routing.refill([&](std::uint32_t in) {
        const bool over = at.row.in[in].routed_at == static_cast<std::uint8_t>(at.cycle);
        at.lists.waiting.put(in, over);
        at.lists.routing.put(in, !over);
    });
}

/// Each node with a packet sends at most one flit of it.
template <int V>
void VcMesh<V>::inject(const Place& at) {
    const auto columns = static_cast<std::uint32_t>(config_.source.mesh.columns);
    auto box = flit_mail_.box(at.cycle + kNodeLink, static_cast<std::ptrdiff_t>(at.index), From::same);
    Source* nodes = &node_[at.index * columns];
    std::uint32_t* due = &due_[at.index * columns];
    for (std::uint32_t x = 0; x < columns; ++x) {
        if (due[x] > at.cycle) continue;
        Source& source = nodes[x];
        OutChannel* channels = &at.row.out[Numbers::out(x, kRouterPorts, 0)];
        int vc = source.vc;
        if (source.sent == 0)  // a head: the next channel with a credit
            for (int tries = 0; tries < V; ++tries)
                if (vc = next_cyclic(vc, V); channels[vc].credit != 0) break;
        OutChannel& channel = channels[vc];
        if (channel.credit == 0) continue;
        source.vc = static_cast<std::uint8_t>(vc);
        const bool head = source.sent++ == 0, tail = source.sent == config_.packet_flits;
        const std::uint32_t in = x * Numbers::kIn + kNodePort * V + static_cast<std::uint32_t>(vc);
        --channel.credit;
        box.put(std::uint64_t{source.created} << Flit::kCreated |
                std::uint64_t{source.destination} << Flit::kDestination | (head ? Flit::kHead : 0) |
                (tail ? Flit::kTail : 0) | in);
        if (!tail) continue;
        sources_.draw(source, {.x = x, .y = static_cast<std::uint32_t>(at.index)});
        due[x] = source.created;
    }
}

/// The front flits of the given input channels cross the switch; step 5 and 6.
template <int V>
void VcMesh<V>::send(const Place& at, const IndexList& channels) {
    static constexpr auto kAcrossOut = across<V>(Numbers::kOut), kAcrossIn = across<V>(Numbers::kIn);
    const auto row = static_cast<std::ptrdiff_t>(at.index);
    const std::uint32_t arrival = at.cycle + kSwitchAndLink,
                        back = at.cycle + kCreditBack + delay_of(config_);
    std::array flit_to{flit_mail_.box(arrival, row, From::same), flit_mail_.box(arrival, row, From::same),
                       flit_mail_.box(arrival, row + 1, From::above),
                       flit_mail_.box(arrival, row - 1, From::below)};
    std::array credit_to{credit_mail_.box(back, row, From::same), credit_mail_.box(back, row, From::same),
                         credit_mail_.box(back, row + 1, From::above),
                         credit_mail_.box(back, row - 1, From::below),
                         credit_mail_.box(at.cycle + kNodeCredit, row, From::same)};
    auto ejected = credit_mail_.box(arrival + kCreditBack + delay_of(config_), row, From::same);

    for (const std::uint32_t in : channels) {
        const auto [column, input, vc] = Numbers::parts(in);
        InChannel& channel = at.row.in[in];
        const std::uint32_t output = channel.out_port;
        const std::uint32_t out = Numbers::out(column, output, channel.out_vc);
        OutChannel& next = at.row.out[out];
        const std::uint64_t flit = channel.flit;
        pop(at.index, in, channel);
        --next.credit;
        credit_to[input].put(static_cast<std::uint16_t>(Numbers::out(column, input, vc) + kAcrossOut[input]));
        if (output == kNodePort) {
            deliver(at, column, flit);
            ejected.put(static_cast<std::uint16_t>(out));
        } else {
            const std::uint32_t there =
                column * Numbers::kIn + output * V + channel.out_vc + kAcrossIn[output];
            flit_to[output].put((flit & ~Flit::kChannel) | there);
        }
        if ((flit & Flit::kTail) != 0) {
            next.owned = false;
            channel.active = false;
            if (channel.flits != 0) begin_packet(at, in, at.cycle + 1);
        } else {
            at.lists.ready.put(in, channel.flits != 0);
        }
    }
}

template <int V>
void VcMesh<V>::deliver(const Place& at, std::uint32_t column, std::uint64_t flit) {
    const std::size_t node = at.index * static_cast<std::size_t>(config_.source.mesh.columns) + column;
    const std::uint32_t cycle = at.cycle + kSwitchAndLink;
    at.tally.add_arrival(node, cycle, flit & ~Flit::kChannel);
    if (window_.holds(cycle)) {
        ++at.tally.window_flits;
        ++accepted_[node];
    }
    const auto created = static_cast<std::uint32_t>(flit >> Flit::kCreated);
    if ((flit & Flit::kTail) == 0 || !window_.holds(created)) return;
    ++at.tally.measured;
    at.tally.latency += cycle - created;
}

template class VcMesh<1>;
template class VcMesh<2>;
template class VcMesh<3>;
template class VcMesh<4>;
template class VcMesh<5>;
template class VcMesh<6>;
template class VcMesh<7>;
template class VcMesh<8>;

}  // namespace waferscope::sim
