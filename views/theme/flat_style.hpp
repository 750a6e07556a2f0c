// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/theme/theme.hpp"

#include <QProxyStyle>

namespace waferscope::views {

/// Fusion without bevels: frames of 1 px, radius 4, colours of one Theme (visual.md, mistakes 1, 3 and 10).
/// Property "role" = "primary" on a push button fills it with the accent.
class FlatStyle : public QProxyStyle {
    Q_OBJECT

public:
    explicit FlatStyle(const Theme& theme);
    void set_theme(const Theme& theme) { theme_ = theme; }
    [[nodiscard]] const Theme& theme() const { return theme_; }

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                           const QWidget* widget) const override;

private:
    void draw_button(const QStyleOption* option, QPainter* painter, const QWidget* widget) const;
    void draw_check(const QStyleOption* option, QPainter* painter, bool round) const;
    void draw_header(const QStyleOption* option, QPainter* painter) const;
    void draw_menu_item(const QStyleOption* option, QPainter* painter, const QWidget* widget) const;
    void draw_menu_bar_item(const QStyleOption* option, QPainter* painter, const QWidget* widget) const;
    void draw_tab_shape(const QStyleOption* option, QPainter* painter) const;
    void draw_splitter(const QStyleOption* option, QPainter* painter) const;
    void draw_scroll_bar(const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const;
    void draw_combo(const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const;
    void frame(QPainter* painter, const QRect& rect, const QColor& line, const QColor& fill,
               double radius) const;

    Theme theme_;
};

}  // namespace waferscope::views
