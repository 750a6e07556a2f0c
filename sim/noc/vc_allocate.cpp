// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/vc_allocate.hpp"

#include <array>

namespace waferscope::sim {
namespace {

template <class Mask>
constexpr Mask bit(std::uint32_t index) {
    return static_cast<Mask>(Mask{1} << index);
}

/// Index of an output (or input) port within the row.
constexpr std::uint32_t port_of(std::uint32_t column, std::uint32_t port) {
    return column * kRouterPorts + port;
}

/// Whether `input` is the first set bit of `ports` at or after `start`, cyclic, without a branch.
bool is_first(std::uint32_t ports, std::uint32_t start, std::uint32_t input) {
    const std::uint32_t twice = (ports | ports << kRouterPorts) >> start;
    const std::uint32_t distance = input - start + (input < start ? kRouterPorts : 0U);
    return (twice & ((2U << distance) - 1)) == 1U << distance;
}

std::uint8_t after(int index, int size) {
    return static_cast<std::uint8_t>(next_cyclic(index, size));
}

/// The V bits of a port.
template <int V, class Mask>
std::uint32_t of_port(Mask mask, std::uint32_t port) {
    return static_cast<std::uint32_t>(mask >> (port * V)) & ((1U << V) - 1);
}

/// The input ports among channels.
template <int V, class Mask>
std::uint32_t ports_of(Mask channels) {
    std::uint32_t ports = 0;
    for (std::uint32_t port = 0; port < kRouterPorts; ++port)
        ports |= static_cast<std::uint32_t>(of_port<V>(channels, port) != 0) << port;
    return ports;
}

}  // namespace

template <int V>
VcAllocator<V>::VcAllocator(int columns)
    : waiting_(static_cast<std::size_t>(columns) * kRouterPorts),
      ready_(waiting_.size()),
      speculative_(waiting_.size()),
      switch_grants_(waiting_.size()),
      va_outputs_(waiting_.size()),
      sa_outputs_(waiting_.size()),
      sa_inputs_(waiting_.size()),
      won_(waiting_.size() * V),
      sends_(waiting_.size()) {}

/// The requests of the state at the start of the cycle.
template <int V>
void VcAllocator<V>::collect(const VcRow& row, const VcLists& lists) {
    for (const std::uint32_t in : lists.ready) {
        const auto [column, port, vc] = Numbers::parts(in);
        const InChannel& channel = row.in[in];
        const std::uint32_t output = port_of(column, channel.out_port);
        const bool credit = row.out[Numbers::out(column, channel.out_port, channel.out_vc)].credit != 0;
        sa_outputs_.put(output, credit && ready_[output] == 0);
        ready_[output] |= credit ? bit<Mask>(in % Numbers::kIn) : Mask{0};
    }
    for (const std::uint32_t in : lists.waiting) {
        const std::uint32_t output = port_of(in / Numbers::kIn, row.in[in].out_port);
        va_outputs_.put(output, waiting_[output] == 0);
        waiting_[output] |= bit<Mask>(in % Numbers::kIn);
    }
}

/// Waiting channels ask for the switch too where some channel of their output is un-owned and not full.
template <int V>
void VcAllocator<V>::speculate(const VcRow& row) {
    for (const std::uint32_t output : va_outputs_) {
        const OutChannel* channels = &row.out[Numbers::out(output / kRouterPorts, output % kRouterPorts, 0)];
        bool hope = false;
        for (int vc = 0; vc < V; ++vc) hope |= !channels[vc].owned && channels[vc].credit != 0;
        sa_outputs_.put(output, hope && ready_[output] == 0);
        speculative_[output] = hope ? waiting_[output] : Mask{0};
    }
}

template <int V>
void VcAllocator<V>::allocate_channels(const VcRow& row) {
    won_.clear();
    va_outputs_.refill([&](std::uint32_t output) {
        const std::uint32_t column = output / kRouterPorts, port = output % kRouterPorts;
        OutChannel* channels = &row.out[Numbers::out(column, port, 0)];
        const Mask asking = waiting_[output];
        waiting_[output] = 0;
        Mask granted = 0;
        std::array<std::uint32_t, Numbers::kIn>
            grants;  // by input channel of the router: channels that grant it
        for (int vc = 0; vc < V; ++vc) {
            if (channels[vc].owned) continue;
            const int in = first_from(asking, channels[vc].grant);
            const Mask mine = bit<Mask>(static_cast<std::uint32_t>(in));
            auto& of = grants[static_cast<std::size_t>(in)];
            of = ((granted & mine) != 0 ? of : 0U) | 1U << vc;
            granted |= mine;
        }
        each_bit(granted, [&](int in) {
            const std::uint32_t index = column * Numbers::kIn + static_cast<std::uint32_t>(in);
            InChannel& channel = row.in[index];
            const int pointer = channel.accept - static_cast<int>(port) * V;  // all grants are of this port
            const int vc =
                first_from(grants[static_cast<std::size_t>(in)], pointer > 0 && pointer < V ? pointer : 0);
            channels[vc].owned = true;
            channels[vc].grant = after(in, Numbers::kIn);
            channel.accept = after(static_cast<int>(port) * V + vc, Numbers::kIn);
            channel.out_vc = static_cast<std::uint8_t>(vc);
            channel.active = true;
            won_.put(index);
        });
    });
}

template <int V>
void VcAllocator<V>::grant_switch(const VcRow& row) {
    for (const std::uint32_t output : sa_outputs_) {
        const std::uint32_t ports = ports_of<V>(static_cast<Mask>(ready_[output] | speculative_[output]));
        const auto input = static_cast<std::uint32_t>(first_from(ports, row.port[output].grant));
        const std::uint32_t target = port_of(output / kRouterPorts, input);
        sa_inputs_.put(target, switch_grants_[target] == 0);
        switch_grants_[target] =
            static_cast<std::uint8_t>(switch_grants_[target] | 1U << output % kRouterPorts);
    }
}

template <int V>
void VcAllocator<V>::accept_switch(const VcRow& row) {
    sends_.clear();
    sa_inputs_.refill([&](std::uint32_t target) {
        const std::uint32_t column = target / kRouterPorts, input = target % kRouterPorts;
        PortPointers& pointers = row.port[target];
        const int port = first_from(std::uint32_t{switch_grants_[target]}, pointers.accept);
        switch_grants_[target] = 0;
        const std::uint32_t output = port_of(column, static_cast<std::uint32_t>(port));
        row.port[output].grant = after(static_cast<int>(input), kRouterPorts);
        pointers.accept = after(port, kRouterPorts);
        // Active channels before speculative ones.
        const std::uint32_t active = of_port<V>(ready_[output], input);
        const std::uint32_t choice = active != 0 ? active : of_port<V>(speculative_[output], input);
        const int vc = first_from(choice, pointers.vc);
        pointers.vc = after(vc, V);
        const std::uint32_t in = column * Numbers::kIn + input * V + static_cast<std::uint32_t>(vc);
        // A speculative grant counts only with an output channel won in this cycle and a credit for it.
        InChannel& channel = row.in[in];
        const bool sends =
            channel.active &&
            row.out[Numbers::out(column, static_cast<std::uint32_t>(port), channel.out_vc)].credit != 0;
        channel.leaves = sends;
        sends_.put(in, sends);
    });
    sa_outputs_.refill([&](std::uint32_t output) { ready_[output] = speculative_[output] = 0; });
}

template <int V>
const IndexList& VcAllocator<V>::allocate(const VcRow& row, VcLists& lists, bool speculative) {
    collect(row, lists);
    if (speculative) speculate(row);
    allocate_channels(row);
    grant_switch(row);
    accept_switch(row);
    lists.waiting.refill([&](std::uint32_t in) { lists.waiting.put(in, !row.in[in].active); });
    lists.ready.refill([&](std::uint32_t in) { lists.ready.put(in, !row.in[in].leaves); });
    for (const std::uint32_t in : won_) lists.ready.put(in, !row.in[in].leaves);
    for (const std::uint32_t in : sends_) row.in[in].leaves = false;
    return sends_;
}

VcAllocator<1>::VcAllocator(int columns)
    : asking_(static_cast<std::size_t>(columns) * kRouterPorts),
      won_(asking_.size()),
      matched_(asking_.size()),
      sends_(asking_.size()) {}

const IndexList& VcAllocator<1>::allocate(const VcRow& row, VcLists& lists, bool speculative) {
    using Numbers = VcNumbers<1>;
    sends_.clear();
    won_.clear();
    matched_.clear();
    const auto output_of = [&](std::uint32_t in) {
        return Numbers::out(in / Numbers::kIn, row.in[in].out_port, 0);
    };
    const auto port_index = [&](std::uint32_t in) { return port_of(in / Numbers::kIn, row.in[in].out_port); };
    lists.ready.refill([&](std::uint32_t in) {
        const bool sends = row.out[output_of(in)].credit != 0;
        row.port[port_index(in)].grant =
            sends ? after(static_cast<int>(in % Numbers::kIn), kRouterPorts) : row.port[port_index(in)].grant;
        sends_.put(in, sends);
        lists.ready.put(in, !sends);
    });
    for (const std::uint32_t in : lists.waiting) {
        auto& asking = asking_[port_index(in)];
        asking = static_cast<std::uint8_t>(asking | static_cast<unsigned>(!row.out[output_of(in)].owned)
                                                        << in % Numbers::kIn);
    }
    lists.waiting.refill([&](std::uint32_t in) {
        const OutChannel& out = row.out[output_of(in)];
        const std::uint32_t asking = asking_[port_index(in)], input = in % Numbers::kIn;
        const bool idle = !out.owned;
        const bool wins = idle & is_first(asking, out.grant, input);
        const bool matched =
            speculative & idle & (out.credit != 0) & is_first(asking, row.port[port_index(in)].grant, input);
        won_.put(in, wins);
        matched_.put(in, matched);
        sends_.put(in, wins & matched);
        lists.ready.put(in, wins & !matched);
        lists.waiting.put(in, !wins);
    });
    for (const std::uint32_t in : won_) {
        const auto input = static_cast<int>(in % Numbers::kIn);
        OutChannel& out = row.out[output_of(in)];
        out.owned = true;
        out.grant = after(input, kRouterPorts);
        row.in[in].active = true;
        asking_[port_index(in)] = 0;
    }
    for (const std::uint32_t in : matched_)
        row.port[port_index(in)].grant = after(static_cast<int>(in % Numbers::kIn), kRouterPorts);
    return sends_;
}

template class VcAllocator<2>;
template class VcAllocator<3>;
template class VcAllocator<4>;
template class VcAllocator<5>;
template class VcAllocator<6>;
template class VcAllocator<7>;
template class VcAllocator<8>;

}  // namespace waferscope::sim
