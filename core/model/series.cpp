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

namespace {

void add_plane(const FlowPlane& plane, float weight, GridSize grid, std::span<float> out) {
    const auto width = static_cast<std::size_t>(plane.box.width);
    const bool uniform = plane.wavelets.size() == 1;
    for (int y = 0; y < plane.box.height; ++y) {
        const float* from = uniform ? plane.wavelets.data() : plane.wavelets.data() + static_cast<std::size_t>(y) * width;
        float* to = out.data() +
                    static_cast<std::size_t>(plane.box.y + y) * static_cast<std::size_t>(grid.columns) +
                    static_cast<std::size_t>(plane.box.x);
        for (std::size_t x = 0; x < width; ++x) to[x] += weight * from[uniform ? 0 : x];
    }
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
