// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/wafer/pipelined.hpp"

#include <string>
#include <vector>

namespace waferscope::sim {

/// What one kernel sends to another (or to itself) across one link.
struct LinkUser {
    int from = 0, to = 0;   ///< kernels of the layout
    double wavelets = 0;    ///< per sample
};

/// The flows that cross the link leaving (x, y) in `direction`, by kernels, most wavelets first.
std::vector<LinkUser> link_users(const PipelineLayout& layout, double batch, core::Direction direction, int x, int y);

/// "61 % of it conv2 to conv3, 20 % sums inside conv7": the `most` largest, in words; empty without users.
std::string describe_users(const PipelineLayout& layout, const std::vector<LinkUser>& users, std::size_t most);

}  // namespace waferscope::sim
