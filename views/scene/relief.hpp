// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "views/theme/color_map.hpp"
#include "views/theme/theme.hpp"

#include <QImage>
#include <QPoint>
#include <memory>

namespace waferscope::views {

/// Camera and size of a relief picture.
struct ReliefView {
    QSize size{1600, 1000};               ///< device px
    double azimuth = 35, elevation = 35;  ///< degrees
    double zoom = 1;
    int most_cells = 120;  ///< cells per side that are drawn: the maximum of each block
};

/// A field of the wafer as a relief: height and colour show the same value. Owns a surfaceless GL window; GUI
/// thread only.
class Relief {
public:
    Relief();
    ~Relief();
    Relief(const Relief&) = delete;
    Relief& operator=(const Relief&) = delete;

    /// False: no EGL on this machine; pictures are null.
    [[nodiscard]] bool works() const;
    /// Full height and colour are the upper end of the metric's natural range. Null image without EGL or without a wafer.
    QImage picture(const core::Run& run, std::string_view metric, std::size_t step, int wafer,
                   const ReliefView& view, const Theme& theme);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Maximum of each block of cells: `side` x `side` values at most, row by row, with the size used.
std::vector<float> block_maxima(std::span<const float> cells, core::GridSize grid, int most_cells,
                                core::GridSize& blocks);

}  // namespace waferscope::views
