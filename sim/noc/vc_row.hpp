// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/ports.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace waferscope::sim {

/// A flit in one word: the input channel it goes to within the row (while in the mail), head and tail marks,
/// destination (x | y << 11), cycle its packet was created (below 2^24).
struct Flit {
    static constexpr std::uint64_t kHead = 1ULL << 16U, kTail = 1ULL << 17U, kChannel = 0xFFFF;
    static constexpr unsigned kDestination = 18, kCreated = 40;
};

/// An input channel: a FIFO and the packet at its front. The first flit is kept here, so that the ring of the
/// others is not touched while traffic flows freely.
struct InChannel {
    std::uint64_t flit = 0;      ///< the first
    std::uint8_t flits = 0;      ///< queued, the first included
    std::uint8_t second = 0;     ///< place of the second in the ring
    std::uint8_t out_port = 0;   ///< of the packet at the front
    std::uint8_t out_vc = 0;     ///< once active
    bool active = false;         ///< owns an output channel
    bool leaves = false;         ///< granted the switch in this cycle
    std::uint8_t accept = 0;     ///< VA pointer over output channels
    std::uint8_t routed_at = 0;  ///< low byte of the cycle the routing delay ends
};

/// An output channel: what a router knows of the queue at the other end.
struct OutChannel {
    std::uint8_t credit = 0;  ///< free places
    std::uint8_t grant = 0;   ///< VA pointer over input channels
    bool owned = false;
};

/// Switch allocation pointers of one port.
struct PortPointers {
    std::uint8_t grant = 0;   ///< as output: over input ports
    std::uint8_t accept = 0;  ///< as input: over output ports
    std::uint8_t vc = 0;      ///< as input: over its channels
};

/// Numbering within one row of routers with V channels per port. In one router, channel port * V + vc, the
/// order in which the allocators go round. A sixth port of output channels is the node's view of the channels
/// it injects into.
template <int V>
struct VcNumbers {
    static constexpr std::uint32_t kIn = kRouterPorts * V;         ///< input channels of a router
    static constexpr std::uint32_t kOut = (kRouterPorts + 1) * V;  ///< output channels, the node's included
    static constexpr std::uint32_t kSource = kRouterPorts * V;     ///< first of the node's
    using Mask = std::conditional_t<(kIn <= 32), std::uint32_t, std::uint64_t>;

    /// An input channel of the row taken apart.
    struct Parts {
        std::uint32_t column, port, vc;
    };
    static constexpr Parts parts(std::uint32_t in) {
        const std::uint32_t column = in / kIn, channel = in % kIn;
        return {column, channel / V, channel % V};
    }
    static constexpr std::uint32_t out(std::uint32_t column, std::uint32_t port, std::uint32_t vc) {
        return column * kOut + port * V + vc;
    }
};

/// The state of one row as the allocators see it: pointers into the mesh's arrays.
struct VcRow {
    InChannel* in = nullptr;       ///< [column][port][vc]
    OutChannel* out = nullptr;     ///< [column][port, source][vc]
    PortPointers* port = nullptr;  ///< [column][port]
};

/// Indices within a row, of bounded number; orders do not matter.
class IndexList {
public:
    explicit IndexList(std::size_t most) : items_(most + 1) {}
    /// Appends `index` if `keep`, without a branch.
    void put(std::uint32_t index, bool keep = true) {
        items_[size_] = static_cast<std::uint16_t>(index);
        size_ += static_cast<std::uint32_t>(keep);
    }
    void clear() { size_ = 0; }
    /// Empties the list and calls visit(index) for what it held; visit may put into this list again, at most
    /// one index per call.
    template <class Visit>
    void refill(Visit visit) {
        const std::uint32_t before = size_;
        size_ = 0;
        for (std::uint32_t i = 0; i < before; ++i) visit(std::uint32_t{items_[i]});
    }
    [[nodiscard]] const std::uint16_t* begin() const { return items_.data(); }
    [[nodiscard]] const std::uint16_t* end() const { return items_.data() + size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::uint64_t bytes() const { return items_.size() * sizeof items_[0]; }

private:
    std::vector<std::uint16_t> items_;
    std::uint32_t size_ = 0;
};

/// Input channels of a row by what they wait for.
struct VcLists {
    explicit VcLists(std::size_t most) : routing(most), waiting(most), ready(most) {}
    IndexList routing;  ///< head at the front, routing delay running
    IndexList waiting;  ///< head at the front, wants an output channel
    IndexList ready;    ///< owns an output channel, flit at the front
};

}  // namespace waferscope::sim
