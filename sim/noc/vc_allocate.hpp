// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/vc_row.hpp"

namespace waferscope::sim {

/// The two allocators of a row of virtual-channel routers (design/wafer_models.md 4, steps 2 to 5): one
/// iteration of iSLIP (McKeown, IEEE/ACM ToN 1999) each. Outputs grant, inputs accept, pointers move on
/// accept only. Works through lists of requests of the whole row, not router by router: few loops, well
/// predicted.
template <int V>
class VcAllocator {
public:
    explicit VcAllocator(int columns);

    /// One cycle: winners of VA become active, winners of SA are taken off the lists.
    /// Returns the input channels that send; valid until the next call.
    const IndexList& allocate(const VcRow& row, VcLists& lists, bool speculative);

private:
    using Numbers = VcNumbers<V>;
    using Mask = typename Numbers::Mask;

    void collect(const VcRow& row, const VcLists& lists);
    void speculate(const VcRow& row);
    void allocate_channels(const VcRow& row);
    void grant_switch(const VcRow& row);
    void accept_switch(const VcRow& row);

    // Scratch by output port [column][port], zero between cycles; the lists name what is not.
    std::vector<Mask> waiting_;                ///< input channels that want an output channel
    std::vector<Mask> ready_;                  ///< active ones whose output channel has a credit
    std::vector<Mask> speculative_;            ///< waiting ones that ask for the switch too
    std::vector<std::uint8_t> switch_grants_;  ///< by input port: outputs that grant it
    IndexList va_outputs_, sa_outputs_, sa_inputs_;
    IndexList won_, sends_;
};

/// The same for one channel per port. Then an output has at most one owner and an input one request, so that
/// only waiting channels of one output compete.
template <>
class VcAllocator<1> {
public:
    explicit VcAllocator(int columns);
    const IndexList& allocate(const VcRow& row, VcLists& lists, bool speculative);

private:
    std::vector<std::uint8_t> asking_;  ///< by output [column][port]: waiting inputs, zero between cycles
    IndexList won_;                     ///< of VA
    IndexList matched_;                 ///< of SA among waiting channels, lost ones included
    IndexList sends_;
};

}  // namespace waferscope::sim
