// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hot_links.hpp"

#include <algorithm>
#include <numeric>

namespace waferscope::views {
namespace {

std::size_t index_in(const core::Rect& box, int x, int y) {
    return static_cast<std::size_t>(y - box.y) * static_cast<std::size_t>(box.width) +
           static_cast<std::size_t>(x - box.x);
}

}  // namespace

HotLinks::HotLinks(const core::LinkSeries& links) : links_(links), begin_{0} {
    const auto& planes = links.plane;
    for (const auto& plane : planes)
        most_.push_back(plane.wavelets.empty() ? 0.0F : std::ranges::max(plane.wavelets));
    for (std::size_t p = 0; p < planes.size(); ++p) {
        for (std::size_t q = 0; q < planes.size(); ++q)
            if (q != p && planes[q].wafer == planes[p].wafer && planes[q].direction == planes[p].direction &&
                planes[q].box.overlaps(planes[p].box))
                overlaps_.push_back(static_cast<std::uint32_t>(q));
        begin_.push_back(static_cast<std::uint32_t>(overlaps_.size()));
    }
}

std::optional<LinkPlace> HotLinks::hottest(std::size_t step) const {
    const std::size_t planes = links_.plane.size();
    const float* weight = links_.weight.data() + step * planes;
    std::vector<double> bound(planes);
    for (std::size_t p = 0; p < planes; ++p) {
        bound[p] = double{weight[p]} * double{most_[p]};
        for (auto i = begin_[p]; i < begin_[p + 1]; ++i)
            bound[p] += double{weight[overlaps_[i]]} * double{most_[overlaps_[i]]};
    }
    std::vector<std::size_t> order(planes);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t p) { return bound[p]; });
    std::optional<LinkPlace> best;
    for (const auto p : order) {
        if (bound[p] <= (best ? best->load : 0.0)) break;
        look(p, weight, best);
    }
    return best;
}

void HotLinks::look(std::size_t p, const float* weight, std::optional<LinkPlace>& best) const {
    const auto& plane = links_.plane[p];
    const auto& box = plane.box;
    std::vector<float> sum(static_cast<std::size_t>(box.area()), 0.0F);
    for (int y = box.y; y < box.y + box.height; ++y)
        plane.add_row(y, box.x, box.x + box.width, weight[p], sum.data() + index_in(box, box.x, y));
    for (auto i = begin_[p]; i < begin_[p + 1]; ++i) {
        const auto& other = links_.plane[overlaps_[i]];
        const float w = weight[overlaps_[i]];
        const int x0 = std::max(box.x, other.box.x);
        const int x1 = std::min(box.x + box.width, other.box.x + other.box.width);
        const int y1 = std::min(box.y + box.height, other.box.y + other.box.height);
        for (int y = std::max(box.y, other.box.y); y < y1; ++y) other.add_row(y, x0, x1, w, sum.data() + index_in(box, x0, y));
    }
    const auto top = std::ranges::max_element(sum);
    if (top == sum.end() || double{*top} <= (best ? best->load : 0.0)) return;
    const auto at = static_cast<int>(top - sum.begin());
    best = LinkPlace{.wafer = plane.wafer,
                     .x = box.x + at % box.width,
                     .y = box.y + at / box.width,
                     .direction = plane.direction,
                     .load = double{*top}};
}

}  // namespace waferscope::views
