// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/shape_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace waferscope::sim {
namespace {

/// Curves know sides a tenth beyond the grid, so that a search may pass through layouts that stick out.
constexpr int kBeyond = 10;

KindShapes make_kind(const PlacementProblem& problem, std::vector<ShapeOption> options, std::size_t domain) {
    KindShapes kind;
    kind.height_at.assign(domain, kNoSide);
    kind.width_at.assign(domain, kNoSide);
    kind.at_width.assign(domain, -1);
    kind.at_height.assign(domain, -1);
    const auto add = [&](const ShapeOption& option, bool rotated) {
        const int width = rotated ? option.height : option.width;
        const int height = rotated ? option.width : option.height;
        if (width > problem.grid.columns || height > problem.grid.rows) return;
        const auto index = static_cast<std::int16_t>(kind.shapes.size());
        kind.shapes.push_back({option, rotated, {0, 0, width, height}});
        const auto area = static_cast<std::int64_t>(width) * height;
        if (kind.least_area == 0 || area < kind.least_area) {
            kind.least_area = area;
            kind.least_area_time = option.time;
        } else if (area == kind.least_area) {
            kind.least_area_time = std::min(kind.least_area_time, option.time);
        }
        auto& least_height = kind.height_at[static_cast<std::size_t>(width)];
        if (height < least_height)
            least_height = static_cast<Side>(height), kind.at_width[static_cast<std::size_t>(width)] = index;
        auto& least_width = kind.width_at[static_cast<std::size_t>(height)];
        if (width < least_width)
            least_width = static_cast<Side>(width), kind.at_height[static_cast<std::size_t>(height)] = index;
    };
    for (const auto& option : options) {
        add(option, false);
        if (problem.may_rotate) add(option, true);
    }
    for (std::size_t s = 1; s < domain; ++s) {
        if (kind.height_at[s - 1] <= kind.height_at[s])
            kind.height_at[s] = kind.height_at[s - 1], kind.at_width[s] = kind.at_width[s - 1];
        if (kind.width_at[s - 1] <= kind.width_at[s])
            kind.width_at[s] = kind.width_at[s - 1], kind.at_height[s] = kind.at_height[s - 1];
    }
    return kind;
}

}  // namespace

void add_curves(std::span<const Side> a, std::span<const Side> b, std::span<Side> sum) {
    const Side* x = a.data();
    const Side* y = b.data();
    Side* out = sum.data();
    const std::size_t n = sum.size();
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) {
        const auto s = static_cast<Side>(x[i] + y[i]);
        out[i] = s < kNoSide ? s : kNoSide;
    }
}

void keep_least_sum(std::span<const Side> a, std::span<const Side> b, std::span<Side> least) {
    const Side* x = a.data();
    const Side* y = b.data();
    Side* out = least.data();
    const std::size_t n = least.size();
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) {
        const auto s = static_cast<Side>(x[i] + y[i]);
        out[i] = s < out[i] ? s : out[i];
    }
}

void invert_curve(std::span<const Side> curve, std::span<Side> inverse) {
    // inverse[v] is the least s with curve[s] <= v: drop each s at its value (descending s, so that the least
    // stays), then carry the running least upwards. Branch-free inside: this is the placer's hottest loop.
    const auto end = static_cast<Side>(inverse.size());
    const auto domain = curve.size();
    const auto first = static_cast<std::size_t>(
        std::partition_point(curve.begin(), curve.end(), [&](Side v) { return v >= end; }) - curve.begin());
    std::ranges::fill(inverse, kNoSide);
    if (first == domain) return;
    const auto last = static_cast<std::size_t>(
        std::partition_point(curve.begin(), curve.end(), [&](Side v) { return v > curve.back(); }) -
        curve.begin());
    const Side* value = curve.data();
    Side* out = inverse.data();
    for (std::size_t s = last + 1; s-- > first;) out[value[s]] = static_cast<Side>(s);

    // Four independent runs hide the latency of the running least; then each takes over from the one before.
    const auto low = static_cast<std::size_t>(curve.back()), high = static_cast<std::size_t>(value[first]);
    const std::size_t run = (high - low + 4) / 4;
    const auto bound = [&](std::size_t i) { return std::min(low + i * run, high + 1); };
    std::array<Side, 4> least{kNoSide, kNoSide, kNoSide, kNoSide};
    const std::size_t common = bound(4) - bound(3);  // the last run is the shortest
    for (std::size_t i = 0; i < common; ++i)
        for (std::size_t r = 0; r < 4; ++r) {
            Side& v = out[low + r * run + i];
            least[r] = v < least[r] ? v : least[r];
            v = least[r];
        }
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t v = std::min(bound(r) + common, bound(r + 1)); v < bound(r + 1); ++v) {
            least[r] = std::min(least[r], out[v]);
            out[v] = least[r];
        }
    Side carried = kNoSide;
    for (std::size_t r = 0; r < 4; ++r) {
        const auto to = bound(r + 1);
        for (std::size_t v = bound(r); v < to; ++v) out[v] = out[v] < carried ? out[v] : carried;
        carried = std::min(carried, least[r]);
    }
    for (std::size_t v = high; v < inverse.size(); ++v) out[v] = static_cast<Side>(first);
}

ShapeTable make_shape_table(const PlacementProblem& problem, double time_limit) {
    ShapeTable table;
    const int side = std::max(problem.grid.columns, problem.grid.rows);
    table.domain = static_cast<std::size_t>(side + side / kBeyond + 1);
    std::vector<bool> made;
    table.complete = true;
    for (const auto& kernel : problem.kernels) {
        if (kernel.kind >= table.kinds.size()) {
            table.kinds.resize(kernel.kind + 1);
            made.resize(kernel.kind + 1);
        }
        auto& kind = table.kinds[kernel.kind];
        if (!made[kernel.kind]) {
            made[kernel.kind] = true;
            auto options = kernel.shapes(time_limit);
            for (const auto& option : options) table.time_limit = std::max(table.time_limit, option.time);
            kind = make_kind(problem, std::move(options), table.domain);
        }
        table.complete = table.complete && kind.least_area > 0;
        table.least_area += kind.least_area;
    }
    return table;
}

double least_time_by_area(const PlacementProblem& problem) {
    double low = 0, high = 0;
    for (const auto& kernel : problem.kernels) {
        low = std::max(low, kernel.least_time);
        high = std::max(high, kernel.most_time);
    }
    const auto cells = static_cast<std::int64_t>(problem.grid.cells());
    // The time the least areas really need at this limit; 0 when they do not fit.
    const auto needed = [&](double limit) {
        const auto table = make_shape_table(problem, limit);
        if (!table.complete || table.least_area > cells) return 0.0;
        double time = 0;
        for (const auto& kind : table.kinds) time = std::max(time, kind.least_area_time);
        return time;
    };
    if (const double time = needed(low); time > 0) return time;
    high = needed(high);
    if (high == 0) return 0;
    // Contest times are multiples of 1 / T^2 >= 1 / 16 in practice: the bisection ends on the exact value.
    while (high - low > std::max(0.05, 1e-9 * high)) {
        const double middle = low > 0 && high / low > 4 ? std::sqrt(low * high) : (low + high) / 2;
        if (const double time = needed(middle); time > 0)
            high = time;
        else
            low = middle;
    }
    return high;
}

}  // namespace waferscope::sim
