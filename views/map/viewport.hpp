// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"

#include <QPoint>
#include <QRect>
#include <QRectF>

#include <optional>
#include <vector>

namespace waferscope::views {

/// Which cores one pixel of an axis shows: [first, last], both included.
struct AxisMap {
    int from_px = 0;  ///< device px of the first entry
    std::vector<int> first, last;
    friend bool operator==(const AxisMap&, const AxisMap&) = default;
    [[nodiscard]] int size() const { return static_cast<int>(first.size()); }
};

/// The cores of a wafer on device pixels: cell edges lie on whole pixels, no core is without a pixel.
struct PixelGrid {
    AxisMap x, y;
    double cell = 1;  ///< device px per core; below 1 a pixel shows several cores
    friend bool operator==(const PixelGrid&, const PixelGrid&) = default;
    [[nodiscard]] bool empty() const { return x.first.empty() || y.first.empty(); }
    [[nodiscard]] QRect rect() const { return {x.from_px, y.from_px, x.size(), y.size()}; }
};

/// Where the world (cores, or units of a device map) lies on a canvas. Lengths in logical px unless said.
struct Viewport {
    QRectF world;   ///< (0, 0, columns, rows) for a wafer
    QRectF canvas;  ///< part of the widget the map may cover
    QRectF frame;   ///< part of the canvas the whole world fits into
    double dpr = 1;
    double scale = 1;  ///< px per unit
    QPointF centre;    ///< world point in the middle of `frame`
    double largest_cell = 96;

    /// Everything visible, aspect kept.
    void fit();
    /// `area` of the world with a border of a tenth.
    void fit(const QRectF& area);
    [[nodiscard]] double fit_scale() const;
    [[nodiscard]] bool is_fit() const { return scale <= fit_scale() * 1.001; }
    /// Zooms by `factor` so that the world under `at` stays there; between fit and `largest_cell`.
    void zoom(double factor, QPointF at);
    void pan(QPointF delta);
    /// Moves as little as possible so that `area` of the world is visible.
    void reveal(const QRectF& area);
    /// Keeps the view inside the world; call after the canvas changed.
    void clamp();

    [[nodiscard]] QPointF to_screen(QPointF world_point) const;
    [[nodiscard]] QPointF to_world(QPointF screen_point) const;
    [[nodiscard]] QRectF to_screen(const QRectF& world_rect) const;
    /// Part of the world that is on the canvas.
    [[nodiscard]] QRectF visible() const;

    /// Device px of the left or top edge of column `x`, row `y`; exact for wafers.
    [[nodiscard]] int edge_x(int x) const;
    [[nodiscard]] int edge_y(int y) const;
    /// Cores as logical px, on whole device pixels.
    [[nodiscard]] QRectF core_rect(const core::Rect& cores) const;
    [[nodiscard]] QRectF core_rect(int x, int y) const { return core_rect(core::Rect{x, y, 1, 1}); }
    /// Core under a point of the widget, if any.
    [[nodiscard]] std::optional<QPoint> core_at(QPointF screen_point, core::GridSize grid) const;
    /// Pixels of the canvas that show cores of `grid`.
    [[nodiscard]] PixelGrid pixels(core::GridSize grid) const;
    /// Device px per core after rounding: whole numbers from 8 on.
    [[nodiscard]] double cell() const;
};

}  // namespace waferscope::views
