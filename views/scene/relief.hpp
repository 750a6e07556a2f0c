// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "views/theme/color_map.hpp"
#include "views/theme/theme.hpp"

#include <QImage>
#include <QMatrix4x4>
#include <QPoint>
#include <QVector3D>
#include <memory>

namespace waferscope::views {

/// Camera and size of a relief picture.
struct ReliefView {
    QSize size{1600, 1000};               ///< device px
    double pixel_ratio = 1;               ///< device px per logical px
    double azimuth = 35, elevation = 35;  ///< degrees
    double zoom = 1;
    int most_cells = 120;  ///< cells per side that are drawn: the maximum of each block
};

/// A rendered relief and what labels need to know about it. Scene axes: x east, y north, z up.
struct ReliefPicture {
    QImage image;          ///< null: nothing to show
    QMatrix4x4 to_clip;    ///< scene to clip space
    QMatrix4x4 rotation;   ///< scene to camera axes (x right, y up, z towards the viewer)
    double width = 0, depth = 0;         ///< of the slab, scene units
    double height = 0, thickness = 0;    ///< of `highest`, of the slab below 0
    double highest = 1;    ///< metric value at full height and colour
    core::GridSize blocks; ///< drawn cells, each the maximum of block_side x block_side cores
    int block_side = 1;
    QPointF peak;          ///< logical px of the highest block's top
    QPoint peak_cell;      ///< a core of that block
    int peak_device = -1;  ///< of a cluster instead
    QVector3D peak_place;  ///< scene point of its top
    double peak_value = 0;

    [[nodiscard]] QSizeF size() const { return image.deviceIndependentSize(); }
    /// Logical px of a scene point.
    [[nodiscard]] QPointF project(double x, double y, double z) const;
};

/// A field of the wafer, or the chips of a cluster, as a relief: height and colour show the same value. Owns a surfaceless GL window; GUI
/// thread only.
class Relief {
public:
    Relief();
    ~Relief();
    Relief(const Relief&) = delete;
    Relief& operator=(const Relief&) = delete;

    /// False: no EGL on this machine; pictures are null.
    [[nodiscard]] bool works() const;
    /// Full height and colour are the upper end of the metric's natural range. Null image without EGL or without data.
    ReliefPicture picture(const core::Run& run, std::string_view metric, std::size_t step, int wafer,
                   const ReliefView& view, const Theme& theme);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Maximum of each block of cells: `side` x `side` values at most, row by row, with the size used.
std::vector<float> block_maxima(std::span<const float> cells, core::GridSize grid, int most_cells,
                                core::GridSize& blocks);

}  // namespace waferscope::views
