// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/series.hpp"

#include <algorithm>
#include <cassert>

namespace waferscope::core {

void expand(const CoreClasses& classes, const ClassSeries& series, std::size_t step, int wafer,
            std::span<float> out) {
    assert(out.size() == classes.class_of_core.size());
    const float* row = series.value.data() + step * classes.classes.size() +
                       static_cast<std::size_t>(wafer) * classes.classes_per_wafer;
    const std::uint32_t* index = classes.class_of_core.data();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = row[index[i]];
}

int busiest_wafer(const CoreClasses& classes, const ClassSeries& series, std::size_t step) {
    const auto first = series.value.begin() + static_cast<std::ptrdiff_t>(step * classes.classes.size());
    const auto most = std::max_element(first, first + static_cast<std::ptrdiff_t>(classes.classes.size()));
    return classes.classes_per_wafer == 0 ? 0 : static_cast<int>((most - first) / classes.classes_per_wafer);
}

void FlowPlane::add_row(int y, int x0, int x1, float weight, float* to) const {
    const auto count = static_cast<std::size_t>(std::max(0, x1 - x0));
    if (wavelets.size() == 1) {
        const float value = weight * wavelets[0];
        for (std::size_t i = 0; i < count; ++i) to[i] += value;
        return;
    }
    const float* from = wavelets.data() + static_cast<std::size_t>(y - box.y) * static_cast<std::size_t>(box.width) + static_cast<std::size_t>(x0 - box.x);
    for (std::size_t i = 0; i < count; ++i) to[i] += weight * from[i];
}

namespace {

void add_plane(const FlowPlane& plane, float weight, GridSize grid, std::span<float> out) {
    const auto& box = plane.box;
    for (int y = box.y; y < box.y + box.height; ++y)
        plane.add_row(y, box.x, box.x + box.width, weight, out.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.columns) + static_cast<std::size_t>(box.x));
}

}  // namespace

void expand(const LinkSeries& links, GridSize grid, std::size_t step, int wafer, Direction direction,
            std::span<float> out) {
    assert(out.size() == grid.cells());
    std::ranges::fill(out, 0.0F);
    const float* weight = links.weight.data() + step * links.plane.size();
    for (std::size_t p = 0; p < links.plane.size(); ++p)
        if (links.plane[p].direction == direction && links.plane[p].wafer == wafer && weight[p] != 0)
            add_plane(links.plane[p], weight[p], grid, out);
}

void expand_hottest(const LinkSeries& links, GridSize grid, std::size_t step, int wafer,
                    std::span<float> out) {
    std::ranges::fill(out, 0.0F);
    std::vector<float> one(out.size());
    for (int d = 0; d < kDirections; ++d) {
        expand(links, grid, step, wafer, static_cast<Direction>(d), one);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::max(out[i], one[i]);
    }
}

}  // namespace waferscope::core
