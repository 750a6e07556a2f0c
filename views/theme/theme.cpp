// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/theme.hpp"

#include <QFontDatabase>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

// The one table of colours: design/visual/tokens.json, row for row.
constexpr std::array kTokens{
    TokenRow{"window", &Theme::window, 0x14171C, 0xE6E9ED, 0x000000},
    TokenRow{"panel", &Theme::panel, 0x1B1F26, 0xF8F9FB, 0x000000},
    TokenRow{"raised", &Theme::raised, 0x262C35, 0xFFFFFF, 0x101010},
    TokenRow{"sunken", &Theme::sunken, 0x0F1216, 0xFFFFFF, 0x000000},
    TokenRow{"border", &Theme::border, 0x343C47, 0xC6CDD6, 0xFFFFFF},
    TokenRow{"borderStrong", &Theme::border_strong, 0x667384, 0x7A8694, 0xFFFFFF},
    TokenRow{"text", &Theme::text, 0xE9EDF2, 0x171C22, 0xFFFFFF},
    TokenRow{"text2", &Theme::text2, 0xB7C1CD, 0x434D59, 0xFFFFFF},
    TokenRow{"text3", &Theme::text3, 0x929EAD, 0x5C6672, 0xE0E0E0},
    TokenRow{"disabled", &Theme::disabled, 0x667180, 0x8C96A2, 0x9A9A9A},
    TokenRow{"accent", &Theme::accent, 0x4C9DF5, 0x1565C0, 0x3FD2FF},
    TokenRow{"accentText", &Theme::accent_text, 0x7DB8FA, 0x0F57A8, 0x6FDDFF},
    TokenRow{"onAccent", &Theme::on_accent, 0x08121F, 0xFFFFFF, 0x000000},
    TokenRow{"selection", &Theme::selection, 0x1F4A7A, 0xCFE3FA, 0xFFE600},
    TokenRow{"onSelection", &Theme::on_selection, 0xFFFFFF, 0x0B1D33, 0x000000},
    TokenRow{"hover", &Theme::hover, 0x2D3540, 0xEBEFF4, 0x2A2A2A},
    TokenRow{"focus", &Theme::focus, 0xA8D1FF, 0x0B4F9E, 0xFFE600},
    TokenRow{"warning", &Theme::warning, 0xF2C14B, 0x8A5A00, 0xFFC400},
    TokenRow{"error", &Theme::error, 0xFF7A80, 0xB3202E, 0xFF8A8A},
    TokenRow{"ok", &Theme::ok, 0x5CCB8B, 0x17693F, 0x5CFF9D},
    TokenRow{"warnBg", &Theme::warn_bg, 0x3A301A, 0xFFF2CF, 0x000000},
    TokenRow{"errBg", &Theme::err_bg, 0x42222A, 0xFDE4E6, 0x000000},
    TokenRow{"okBg", &Theme::ok_bg, 0x1B3A2B, 0xDDF3E6, 0x000000},
    TokenRow{"A", &Theme::layer_a, 0xF58E4E, 0xAD450A, 0xFF9A57},
    TokenRow{"B", &Theme::layer_b, 0xBC97FF, 0x6A3FC4, 0xCDB2FF},
    TokenRow{"C", &Theme::layer_c, 0x2EC7AC, 0x00705F, 0x33E6C8},
    TokenRow{"noData", &Theme::no_data, 0x4A515B, 0xD3D8DE, 0x3A3A3A},
    TokenRow{"noDataDot", &Theme::no_data_dot, 0x6B7480, 0x9AA4B0, 0x9A9A9A},
    TokenRow{"grid", &Theme::grid, 0x2A313B, 0xE3E7EC, 0x4A4A4A},
    TokenRow{"axis", &Theme::axis, 0x667384, 0x7A8694, 0xFFFFFF},
    TokenRow{"tooltip", &Theme::tooltip, 0x313945, 0xFFFFFF, 0x000000},
    TokenRow{"casing", &Theme::casing, 0x000000, 0xFFFFFF, 0x000000},
    TokenRow{"mark", &Theme::mark, 0xFFFFFF, 0x10151B, 0xFFFFFF},
};

struct KindRow {
    std::uint32_t dark, light;
};
// Order of core::SliceKind.
constexpr std::array<KindRow, core::kSliceKinds> kKinds{{
    {0x4F93E6, 0x2F6FC4},
    {0x3FBFA0, 0x1F9F80},
    {0xCCF0F5, 0xB7BED9},
    {0xF1F5CC, 0x90CF70},
    {0xABAAD1, 0xAA8CE8},
    {0xF0803C, 0xE07B2E},
    {0xDBC64D, 0xD0BBA7},
    {0xB73538, 0xA12536},
    {0x8947A6, 0x4F2B61},
    {0x6B727D, 0x5A6069},
}};

constexpr std::uint32_t kHotRing = 0xFF7A80;
constexpr int kFaintAlphaDark = 41;   // 16 % white
constexpr int kFaintAlphaLight = 46;  // 18 % white: light casing on the same maps

QColor rgb(std::uint32_t value) {
    return QColor::fromRgb(0xFF000000U | value);
}

Theme make(ThemeId id) {
    Theme theme;
    theme.id = id;
    for (const auto& row : kTokens)
        theme.*row.member = rgb(id == ThemeId::dark    ? row.dark
                                : id == ThemeId::light ? row.light
                                                       : row.high_contrast);
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        theme.kinds[i].fill = rgb(id == ThemeId::light ? kKinds[i].light : kKinds[i].dark);
        theme.kinds[i].label = readable_on(theme.kinds[i].fill);
    }
    theme.black = QColor(Qt::black);
    theme.white = QColor(Qt::white);
    theme.hot_ring = rgb(kHotRing);
    theme.hot_casing = theme.black;
    theme.clip_hatch = theme.black;
    theme.faint = theme.white;
    theme.faint.setAlpha(id == ThemeId::light ? kFaintAlphaLight : kFaintAlphaDark);
    return theme;
}

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& c) {
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}

struct FontRow {
    int px;
    bool strong;
};
// Order of TextRole.
constexpr std::array<FontRow, 11> kFonts{{
    {13, false},
    {13, true},
    {13, false},
    {13, true},
    {12, true},
    {12, false},
    {11, false},
    {11, true},
    {15, true},
    {20, true},
    {26, true},
}};

const QString& family() {
    static const QString kFamily = QFontDatabase::families().contains(QStringLiteral("Open Sans"))
                                       ? QStringLiteral("Open Sans")
                                       : QStringLiteral("DejaVu Sans");
    return kFamily;
}

}  // namespace

std::span<const TokenRow> theme_tokens() {
    return kTokens;
}

const Theme& Theme::dark() {
    static const Theme kTheme = make(ThemeId::dark);
    return kTheme;
}
const Theme& Theme::light() {
    static const Theme kTheme = make(ThemeId::light);
    return kTheme;
}
const Theme& Theme::high_contrast() {
    static const Theme kTheme = make(ThemeId::high_contrast);
    return kTheme;
}
const Theme& Theme::of(ThemeId id) {
    return id == ThemeId::dark ? dark() : id == ThemeId::light ? light() : high_contrast();
}

const QColor& Theme::layer(char letter) const {
    switch (letter) {
        case 'A':
            return layer_a;
        case 'B':
            return layer_b;
        case 'C':
            return layer_c;
        default:
            return text2;
    }
}

const KindColor& Theme::kind(core::SliceKind slice_kind) const {
    return kinds.at(static_cast<std::size_t>(slice_kind));
}

QFont Theme::font(TextRole role) const {
    const auto row = kFonts.at(static_cast<std::size_t>(role));
    QFont font(family());
    font.setPixelSize(std::max(8, static_cast<int>(std::lround(row.px * font_scale))));
    font.setWeight(row.strong ? QFont::DemiBold : QFont::Normal);
    return font;
}

int Theme::scaled(int token_px) const {
    return static_cast<int>(std::lround(token_px * font_scale));
}

QPalette Theme::palette() const {
    QPalette p;
    const auto set = [&](QPalette::ColorRole role, const QColor& color) { p.setColor(role, color); };
    set(QPalette::Window, window);
    set(QPalette::Base, sunken);
    set(QPalette::AlternateBase, panel);
    set(QPalette::Button, raised);
    set(QPalette::ToolTipBase, tooltip);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText, QPalette::ToolTipText,
                            QPalette::BrightText})
        set(role, text);
    set(QPalette::PlaceholderText, text3);
    set(QPalette::Highlight, selection);
    set(QPalette::HighlightedText, on_selection);
    set(QPalette::Link, accent_text);
    set(QPalette::LinkVisited, accent_text);
    set(QPalette::Light, raised);
    set(QPalette::Midlight, raised);
    set(QPalette::Mid, border);
    set(QPalette::Dark, border);
    set(QPalette::Shadow, window);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, disabled);
    return p;
}

double contrast(const QColor& a, const QColor& b) {
    const double first = luminance(a), second = luminance(b);  // std::minmax of the calls would dangle
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QColor readable_on(const QColor& fill) {
    const QColor black(Qt::black);
    const QColor white(Qt::white);
    return contrast(black, fill) >= contrast(white, fill) ? black : white;
}

}  // namespace waferscope::views
