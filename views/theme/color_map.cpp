// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/color_map.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr int kStops = 9;
struct MapRow {
    const char* name;
    std::array<std::uint32_t, kStops> stop;  // 0xRRGGBB at 0, 12.5 ... 100 %
};
// Order of ColorMapId; design/visual/tokens.json, turbo after Mikhailov (Google, 2019).
constexpr std::array<MapRow, 6> kMaps{{
    {"cividis", {0x00224E, 0x1A386F, 0x434E6C, 0x61656F, 0x7D7C78, 0x9B9476, 0xBCAE6C, 0xDEC958, 0xFEE838}},
    {"viridis", {0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725}},
    {"inferno", {0x000004, 0x210C4A, 0x57106E, 0x8A226A, 0xBC3754, 0xE45A31, 0xF98E09, 0xF9CB35, 0xFCFFA4}},
    {"turbo", {0x30123B, 0x466BE3, 0x28BBEC, 0x31F299, 0xA4FC3C, 0xEECF3A, 0xFB7E21, 0xD02F05, 0x7A0403}},
    {"blue-orange dark",
     {0x8CC4FF, 0x4F9BEA, 0x2C6DB5, 0x1F4470, 0x23272E, 0x6B3B16, 0xAE5A14, 0xE58A35, 0xFFC48A}},
    {"blue-orange light",
     {0x0B3C78, 0x2468AE, 0x5E9BD3, 0xAFCFEB, 0xF4F2EE, 0xF5CDA3, 0xE29A52, 0xB9631A, 0x77370A}},
}};
constexpr std::array kSequential{ColorMapId::cividis, ColorMapId::viridis, ColorMapId::inferno,
                                 ColorMapId::turbo};
constexpr double kLogDecades = 1e-4;  // a log range without a positive low end spans four decades

int mix(std::uint32_t from, std::uint32_t to, int shift, double share) {
    const auto a = static_cast<double>((from >> shift) & 0xFFU);
    const auto b = static_cast<double>((to >> shift) & 0xFFU);
    return static_cast<int>(std::lround(a + (b - a) * share));
}

}  // namespace

std::span<const ColorMapId> sequential_maps() {
    return kSequential;
}

QString color_map_name(ColorMapId id) {
    return QString::fromLatin1(kMaps.at(static_cast<std::size_t>(id)).name);
}

ColorMap::ColorMap(ColorMapId id) : id_(id), table_{} {
    const auto& stop = kMaps.at(static_cast<std::size_t>(id)).stop;
    for (int i = 0; i < kSize; ++i) {
        const double place = static_cast<double>(i) * (kStops - 1) / (kSize - 1);
        const auto left = static_cast<std::size_t>(std::min(static_cast<int>(place), kStops - 2));
        const double share = place - static_cast<double>(left);
        const auto from = stop.at(left);
        const auto to = stop.at(left + 1);
        table_.at(static_cast<std::size_t>(i)) =
            qRgb(mix(from, to, 16, share), mix(from, to, 8, share), mix(from, to, 0, share));
    }
}

const ColorMap& ColorMap::of(ColorMapId id) {
    static const std::array<ColorMap, kMaps.size()> kTables{
        ColorMap(ColorMapId::cividis),        ColorMap(ColorMapId::viridis),
        ColorMap(ColorMapId::inferno),        ColorMap(ColorMapId::turbo),
        ColorMap(ColorMapId::diverging_dark), ColorMap(ColorMapId::diverging_light)};
    return kTables.at(static_cast<std::size_t>(id));
}

const ColorMap& ColorMap::diverging(bool light) {
    return of(light ? ColorMapId::diverging_light : ColorMapId::diverging_dark);
}

QRgb ColorMap::at(double share) const {
    if (!(share > 0)) return table_.front();
    const double index = std::min(share, 1.0) * (kSize - 1) + 0.5;
    return table_.at(static_cast<std::size_t>(index));
}

double ColorScale::floor() const {
    if (!log) return low;
    return low > 0 ? low : high * kLogDecades;
}

double ColorScale::share(double value) const {
    const double bottom = floor();
    if (!(high > bottom)) return value > bottom ? 1 : 0;
    if (log) {
        if (!(value > bottom)) return 0;
        return std::min(1.0, std::log(value / bottom) / std::log(high / bottom));
    }
    return std::clamp((value - bottom) / (high - bottom), 0.0, 1.0);
}

double ColorScale::value_at(double share) const {
    const double bottom = floor();
    if (log && bottom > 0) return bottom * std::pow(high / bottom, share);
    return bottom + share * (high - bottom);
}

QRgb ColorScale::color(double value) const {
    const double place = share(value);
    return ColorMap::of(map).at(reverse ? 1 - place : place);
}

bool ColorScale::clipped(double value) const {
    const double slack =
        1e-6 * std::max(std::abs(high), std::abs(low));  // floats near the ends are not clipped
    return value > high + slack || value < low - slack;
}

}  // namespace waferscope::views
