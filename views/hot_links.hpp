// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/series.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace waferscope::views {

/// A link of the fabric and its load.
struct LinkPlace {
    int wafer = 0, x = 0, y = 0;
    core::Direction direction = core::Direction::north;
    double load = 0;  ///< share of capacity
};

/// Finds the hottest link of any step without adding up every plane: what a plane and those that overlap it
/// can reach at most decides which boxes are looked at. Exact. Keeps a reference to `links`.
class HotLinks {
public:
    explicit HotLinks(const core::LinkSeries& links);
    /// Nothing when no link carries load.
    [[nodiscard]] std::optional<LinkPlace> hottest(std::size_t step) const;

private:
    void look(std::size_t plane, const float* weight, std::optional<LinkPlace>& best) const;
    const core::LinkSeries& links_;
    std::vector<float> most_;                      // largest value of each plane
    std::vector<std::uint32_t> begin_, overlaps_;  // CSR: other planes on the same links
};

}  // namespace waferscope::views
