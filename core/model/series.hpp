// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace waferscope::core {

/// Cores that behave alike: same rectangle, same role, same share of the work.
struct CoreClass {
    std::string name;          ///< "conv1 compute 14x7x31x16", "region 2"
    std::string group;         ///< kernel, region or role it belongs to
    std::uint32_t op = 0xFFFFFFFFU;  ///< operator of the workload graph, or none
};

/// Which class each core of one wafer belongs to. Class 0 is "idle" by convention.
/// Several wafers share the pattern: class on wafer w = w * classes_per_wafer + class_of_core.
struct CoreClasses {
    GridSize grid;
    int wafers = 1;
    std::uint32_t classes_per_wafer = 0;
    std::vector<std::uint32_t> class_of_core;  ///< grid.cells() values < classes_per_wafer
    std::vector<CoreClass> classes;            ///< wafers * classes_per_wafer
};

/// A metric of every core over time, stored per class: exact, and small.
struct ClassSeries {
    std::string metric;        ///< id of core/model/metrics
    std::vector<float> value;  ///< [step][class], classes as in CoreClasses
};

/// A count of every core that does not change over time, the same on every wafer.
struct CoreField {
    std::string metric;               ///< id of core/model/metrics
    std::vector<std::uint8_t> value;  ///< grid.cells() values, row by row
};

/// Loads of one flow group on the links inside a box, for one direction.
struct FlowPlane {
    Rect box;
    int wafer = 0;
    Direction direction = Direction::east;
    /// Link leaving (x, y) in `direction`: box.area() values row by row, or one value for all of them.
    std::vector<float> wavelets;

    /// Value of the link at (x, y) of the grid, inside the box.
    [[nodiscard]] float at(int x, int y) const {
        return wavelets.size() == 1 ? wavelets[0] : wavelets[static_cast<std::size_t>(y - box.y) * static_cast<std::size_t>(box.width) + static_cast<std::size_t>(x - box.x)];
    }
    /// to[i] += weight * at(x0 + i, y) for x0 <= x < x1, all inside the box.
    void add_row(int y, int x0, int x1, float weight, float* to) const;
};

/// Link loads over time: load(link, step) = sum of weight[step][plane] * wavelets of its planes.
/// With weight in 1/wavelets the sum is a share of link capacity (rho).
struct LinkSeries {
    std::vector<FlowPlane> plane;
    std::vector<float> weight;  ///< [step][plane]
};

/// Values of all cores of `wafer` at `step`, one gather. `out` has classes.grid.cells() values.
void expand(const CoreClasses& classes, const ClassSeries& series, std::size_t step, int wafer,
            std::span<float> out);

/// The wafer whose cores have the largest value of `series` at `step`.
int busiest_wafer(const CoreClasses& classes, const ClassSeries& series, std::size_t step);

/// Loads of the links leaving every core of `wafer` in `direction` at `step`. `out` as above.
void expand(const LinkSeries& links, GridSize grid, std::size_t step, int wafer, Direction direction,
            std::span<float> out);

/// The largest of the four directions per core: what a zoomed-out fabric map shows.
void expand_hottest(const LinkSeries& links, GridSize grid, std::size_t step, int wafer, std::span<float> out);

}  // namespace waferscope::core
