// SPDX-License-Identifier: GPL-3.0-or-later
// What dot, convolution and collectives of HLO text cost. Included by .cpp files of core/io only.
#pragma once

#include "core/io/hlo_text.hpp"

#include <span>

namespace waferscope::core {

/// Dimensions and MACs of one product.
struct HloProduct {
    std::variant<std::monostate, ConvDims, GemmDims, CommDims> dims;
    double macs = 0;
};

/// dot: MACs = output elements x product of the contracted dimensions.
HloProduct hlo_dot(const HloInstruction& dot, const HloArray& left, const HloArray& right);

/// convolution: MACs = output elements x kernel elements per output feature, without the zeros that
/// lhs_dilate puts between inputs.
HloProduct hlo_convolution(const HloInstruction& convolution, const HloArray& left, const HloArray& right);

/// The kind of collective an opcode stands for; empty when it is none. "-start" forms count, "-done" do not.
std::string_view hlo_collective(std::string_view opcode);

/// Buffer (the larger of what goes in and comes out), groups and ranks per group.
CommDims hlo_comm(const HloInstruction& collective, double input_bytes);

}  // namespace waferscope::core
