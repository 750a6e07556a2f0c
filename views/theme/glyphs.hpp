// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/theme/theme.hpp"

#include <QIcon>
#include <QPainterPath>
#include <QRectF>
#include <QString>

class QPainter;

namespace waferscope::views {

/// Shape of a layer: A rounded square, B disc, C diamond; side `size` as in tokens.md.
QPainterPath layer_shape(char letter, QPointF centre, double size);
/// The shape in the layer's hue with its letter: 14 px in rows, 18 px in titles, 11 px (no letter) in charts.
void draw_layer_glyph(QPainter& painter, const Theme& theme, char letter, QPointF centre, double size);

enum class BadgeKind : std::uint8_t { estimate, measured, warning, error, neutral };
/// Size of a badge with `text`, 17 px high at font scale 1.
QSizeF badge_size(const Theme& theme, const QString& text);
void draw_badge(QPainter& painter, const Theme& theme, QPointF top_left, BadgeKind kind, const QString& text);

/// 45 degree lines every `step` px inside `path`.
void draw_hatch(QPainter& painter, const QPainterPath& path, const QColor& color, double step = 6,
                double width = 1.4);
/// The no-data fill with its dots.
void draw_no_data(QPainter& painter, const Theme& theme, const QRectF& rect);

/// A mark on a map: `casing` outside, `mark` inside; visible on both ends of every colour map.
void draw_mark(QPainter& painter, const Theme& theme, const QPainterPath& path, double width = 2);
void draw_mark_rect(QPainter& painter, const Theme& theme, const QRectF& rect, double width = 2);
/// Keyboard cursor: the four corners of `rect`.
void draw_corner_brackets(QPainter& painter, const Theme& theme, const QRectF& rect);
void draw_hot_ring(QPainter& painter, const Theme& theme, QPointF centre, double radius);
/// 2 px focus ring just inside `rect`.
void draw_focus_ring(QPainter& painter, const Theme& theme, const QRectF& rect, double radius = 4);
/// Text with a halo of the casing colour; `baseline` is the left end of the base line.
void draw_halo_text(QPainter& painter, const Theme& theme, QPointF baseline, const QString& text);

enum class Icon : std::uint8_t {
    play,
    pause,
    step_forward,
    step_back,
    first,
    last,
    search,
    lock,
    unlock,
    cube,
    maximise,
    restore,
    swap,
    close,
    bookmark,
    plus,
    minus,
    fit,
    camera,
    settings,
    undo,
    redo,
    chevron_right,
    chevron_down,
    warning,
    check,
    pin,
    float_out,
    slides,
    link,
    trace,
    filter,
    copy,
    save,
    open,
    help,
};
/// The icon on a 16 x 16 grid; strokes and filled heads apart.
struct IconPath {
    QPainterPath stroke, fill;
};
IconPath icon_path(Icon icon);
void draw_icon(QPainter& painter, Icon icon, const QRectF& rect, const QColor& color);
/// An icon that takes its colour from the theme in force when it is painted, at any size and ratio.
QIcon make_icon(Icon icon);

}  // namespace waferscope::views
