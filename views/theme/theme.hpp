// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/timeline.hpp"

#include <QColor>
#include <QFont>
#include <QPalette>

#include <array>
#include <span>
#include <string_view>

namespace waferscope::views {

enum class ThemeId : std::uint8_t { dark, light, high_contrast };

/// What a piece of text is for; sizes and weights of design/visual/tokens.md section 4.
enum class TextRole : std::uint8_t {
    base,  ///< rows, controls, body
    base_strong,
    table,         ///< table cells, inspector labels
    table_strong,  ///< inspector values
    title,         ///< dock and section titles (semibold)
    status,        ///< status bar
    axis,          ///< axis numbers, hints, units: the smallest
    badge,
    heading,  ///< inspector title, tile title
    key_figure,
    display,  ///< heading of the empty view
};

/// Fill of an operator kind and the text colour that is readable on it.
struct KindColor {
    QColor fill, label;
};

/// Every colour and font a painter may use. A value: cheap to copy, no state behind it.
struct Theme {
    ThemeId id = ThemeId::dark;
    double font_scale = 1.0;  ///< 0.8 .. 2.0

    QColor window, panel, raised, sunken, border, border_strong;
    QColor text, text2, text3, disabled;
    QColor accent, accent_text, on_accent, selection, on_selection, hover, focus;
    QColor warning, error, ok, warn_bg, err_bg, ok_bg;
    QColor layer_a, layer_b, layer_c;
    QColor no_data, no_data_dot, grid, axis, tooltip, casing, mark;
    // Fixed on maps of all themes.
    QColor hot_ring, hot_casing, clip_hatch, faint;  ///< `faint`: structure over the picture (alpha)
    QColor black, white;                             ///< letters on layer glyphs
    std::array<KindColor, core::kSliceKinds> kinds;

    static const Theme& dark();
    static const Theme& light();
    static const Theme& high_contrast();
    static const Theme& of(ThemeId id);

    /// Hue of layer 'A', 'B' or 'C'; text2 for any other letter.
    [[nodiscard]] const QColor& layer(char letter) const;
    [[nodiscard]] const KindColor& kind(core::SliceKind kind) const;
    [[nodiscard]] bool is_light() const { return id == ThemeId::light; }
    [[nodiscard]] QFont font(TextRole role) const;
    /// A length of tokens.md that follows the font scale (row and bar heights), in logical px.
    [[nodiscard]] int scaled(int token_px) const;
    [[nodiscard]] QPalette palette() const;
};

/// One row of the token table: the name in tokens.json and its value in the three themes.
struct TokenRow {
    std::string_view name;
    QColor Theme::* member;
    std::uint32_t dark, light, high_contrast;  ///< 0xRRGGBB
};
std::span<const TokenRow> theme_tokens();

/// WCAG 2.1 contrast ratio, 1..21.
double contrast(const QColor& a, const QColor& b);
/// Black or white, whichever reads better on `fill`.
QColor readable_on(const QColor& fill);

}  // namespace waferscope::views
