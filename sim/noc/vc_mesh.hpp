// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/row_mail.hpp"
#include "sim/noc/tally.hpp"
#include "sim/noc/vc_allocate.hpp"
#include "sim/noc/vc_config.hpp"

#include <vector>

namespace waferscope::sim {

/// BookSim mode of the cycle engine: XY routes, wormhole, V channels per port, order of events as in
/// design/wafer_models.md 4. Flits and credits travel by mail for the cycle they become usable, at least two
/// cycles ahead; so strips of rows may be advanced that far apart by different threads, and the result is the
/// same for any number of them.
template <int V>
class VcMesh {
public:
    /// `lookahead`: cycles a strip may be advanced before its neighbours must follow, 1 or 2.
    VcMesh(const VcConfig& config, Window window, std::uint32_t lookahead);

    /// Scratch of one thread.
    using Scratch = VcAllocator<V>;
    [[nodiscard]] Scratch scratch() const { return Scratch(config_.source.mesh.columns); }
    /// Advances rows [first, end) by one cycle.
    void advance(int first, int end, std::uint32_t cycle, Scratch& scratch, Tally& tally);

    [[nodiscard]] std::uint64_t bytes() const;  ///< of all state, nodes included
    /// Flits each node received in the window.
    [[nodiscard]] const std::vector<std::uint32_t>& accepted() const { return accepted_; }

private:
    using Numbers = VcNumbers<V>;
    /// A row, its cycle and where its letters go.
    struct Place {
        VcRow row;
        std::size_t index;
        std::uint32_t cycle;
        VcLists& lists;
        Tally& tally;
    };

    [[nodiscard]] Place place(std::size_t row, std::uint32_t cycle, Tally& tally);
    void receive(const Place& at, std::uint64_t flit);
    void begin_packet(const Place& at, std::uint32_t in, std::uint32_t cycle);
    void end_routing(const Place& at);
    void inject(const Place& at);
    void send(const Place& at, const IndexList& channels);
    void deliver(const Place& at, std::uint32_t column, std::uint64_t flit);

    std::uint64_t* fifo(std::size_t row, std::uint32_t in) {
        return &flits_[(row * in_stride_ + in) * buffer_];
    }
    /// Takes the first flit off a channel.
    void pop(std::size_t row, std::uint32_t in, InChannel& channel);

    VcConfig config_;
    Window window_;
    Sources sources_;
    std::size_t buffer_;
    std::size_t in_stride_, out_stride_;  ///< channels of a row

    std::vector<InChannel> in_;         ///< [row][column][port][vc]
    std::vector<OutChannel> out_;       ///< [row][column][port, source][vc]
    std::vector<PortPointers> port_;    ///< [row][column][port]
    std::vector<std::uint64_t> flits_;  ///< [row][column][port][vc][place]
    std::vector<VcLists> lists_;        ///< [row]
    std::vector<Source> node_;          ///< [row][column]
    std::vector<std::uint32_t> due_;    ///< [row][column]: creation of the node's first packet
    std::vector<std::uint32_t> accepted_;
    RowMail<std::uint64_t> flit_mail_;
    RowMail<std::uint16_t> credit_mail_;  ///< letters: output channels
};

}  // namespace waferscope::sim
