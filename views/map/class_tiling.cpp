// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/class_tiling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace waferscope::views {
namespace {

constexpr std::size_t kMostMixtures = 20'000;

/// Whether all cores of a block have one class.
bool uniform(const core::CoreClasses& classes, int x0, int x1, int y0, int y1) {
    const auto columns = static_cast<std::size_t>(classes.grid.columns);
    const auto* row = classes.class_of_core.data() + static_cast<std::size_t>(y0) * columns;
    const std::uint32_t first = row[x0];
    for (int y = y0; y <= y1; ++y, row += columns)
        for (int x = x0; x <= x1; ++x)
            if (row[x] != first) return false;
    return true;
}

/// Distinct classes of a block, sorted.
void collect(const core::CoreClasses& classes, int x0, int x1, int y0, int y1,
             std::vector<std::uint32_t>& out) {
    out.clear();
    const auto columns = static_cast<std::size_t>(classes.grid.columns);
    for (int y = y0; y <= y1; ++y) {
        const auto* row = classes.class_of_core.data() + static_cast<std::size_t>(y) * columns;
        for (int x = x0; x <= x1; ++x)
            if (std::ranges::find(out, row[x]) == out.end()) out.push_back(row[x]);
    }
    std::ranges::sort(out);
}

/// Number of the run of equal rows each row belongs to: kernels are rectangles, so runs are long.
std::vector<int> row_runs(const core::CoreClasses& classes, int first, int last) {
    std::vector<int> run(static_cast<std::size_t>(classes.grid.rows), 0);
    const auto columns = static_cast<std::size_t>(classes.grid.columns);
    for (int y = first + 1; y <= last; ++y) {
        const auto* row = classes.class_of_core.data() + static_cast<std::size_t>(y) * columns;
        const auto at = static_cast<std::size_t>(y);
        run[at] = run[at - 1] + (std::equal(row, row + columns, row - columns) ? 0 : 1);
    }
    return run;
}

}  // namespace

std::optional<ClassTiling> ClassTiling::build(const core::CoreClasses& classes, const PixelGrid& pixels) {
    ClassTiling tiling;
    tiling.classes_ = classes.classes_per_wafer;
    tiling.width_ = pixels.x.size();
    tiling.height_ = pixels.y.size();
    tiling.set_of_pixel_.resize(static_cast<std::size_t>(tiling.width_) *
                                static_cast<std::size_t>(tiling.height_));
    const auto columns = static_cast<std::size_t>(classes.grid.columns);
    const auto width = static_cast<std::size_t>(tiling.width_);
    std::map<std::vector<std::uint32_t>, std::uint32_t> known;
    std::vector<std::uint32_t> set;
    if (pixels.empty()) return tiling;
    const auto run = row_runs(classes, pixels.y.first.front(), pixels.y.last.back());
    std::pair<int, int> previous;
    for (std::size_t py = 0; py < static_cast<std::size_t>(tiling.height_); ++py) {
        std::uint32_t* out = tiling.set_of_pixel_.data() + py * width;
        const int y0 = pixels.y.first[py];
        const int y1 = pixels.y.last[py];
        const auto runs = std::pair(run[static_cast<std::size_t>(y0)], run[static_cast<std::size_t>(y1)]);
        if (py > 0 && runs == previous) {  // covers the same kinds of rows as the pixel row above
            std::copy_n(out - width, width, out);
            continue;
        }
        previous = runs;
        const auto* row = classes.class_of_core.data() + static_cast<std::size_t>(y0) * columns;
        for (std::size_t px = 0; px < width; ++px) {
            const int x0 = pixels.x.first[px];
            const int x1 = pixels.x.last[px];
            if (uniform(classes, x0, x1, y0, y1)) {
                out[px] = row[x0];
                continue;
            }
            collect(classes, x0, x1, y0, y1, set);
            const auto next = static_cast<std::uint32_t>(tiling.classes_ + known.size());
            const auto [found, added] = known.emplace(set, next);
            out[px] = found->second;
            if (!added) continue;
            if (known.size() > kMostMixtures) return std::nullopt;
            tiling.members_.insert(tiling.members_.end(), set.begin(), set.end());
            tiling.mixture_begin_.push_back(static_cast<std::uint32_t>(tiling.members_.size()));
        }
    }
    return tiling;
}

void ClassTiling::pool(std::span<const float> value, std::span<float> out) const {
    std::copy_n(value.begin(), classes_, out.begin());
    for (std::size_t i = 0; i + 1 < mixture_begin_.size(); ++i) {
        float top = std::numeric_limits<float>::quiet_NaN();
        for (auto m = mixture_begin_[i]; m < mixture_begin_[i + 1]; ++m) {
            const float v = value[members_[m]];
            if (!(v <= top) && !std::isnan(v)) top = v;
        }
        out[classes_ + i] = top;
    }
}

}  // namespace waferscope::views
