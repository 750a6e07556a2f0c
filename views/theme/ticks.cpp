// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/ticks.hpp"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

double place(const TickAxis& axis, double value) {
    const double share = axis.log ? std::log(value / axis.low) / std::log(axis.high / axis.low)
                                  : (value - axis.low) / (axis.high - axis.low);
    return axis.from_px + share * (axis.to_px - axis.from_px);
}

Tick tick_at(const TickAxis& axis, const QFontMetricsF& metrics, double value) {
    Tick tick{
        .value = value, .position = place(axis, value), .label = axis.label ? axis.label(value) : QString()};
    tick.label_extent = axis.vertical ? metrics.height() : metrics.horizontalAdvance(tick.label);
    const auto [low, high] = std::minmax(axis.from_px, axis.to_px);
    tick.label_from =
        std::clamp(tick.position - tick.label_extent / 2, low, std::max(low, high - tick.label_extent));
    return tick;
}

bool fits(std::vector<Tick> ticks, double gap) {
    std::ranges::sort(ticks, {}, &Tick::position);
    for (std::size_t i = 1; i < ticks.size(); ++i)
        if (ticks[i].label_from < ticks[i - 1].label_from + ticks[i - 1].label_extent + gap) return false;
    return true;
}

double next_step(double step) {
    return round_step(step * 1.5);
}

std::vector<Tick> linear_ticks(const TickAxis& axis, const QFontMetricsF& metrics) {
    const double span = axis.high - axis.low;
    for (double step = round_step(span / std::max(1, axis.most)); step <= span * 2; step = next_step(step)) {
        std::vector<Tick> ticks;
        const auto first = static_cast<long long>(std::ceil(axis.low / step - 1e-9));
        const auto last = static_cast<long long>(std::floor(axis.high / step + 1e-9));
        for (auto i = first; i <= last; ++i)
            ticks.push_back(tick_at(axis, metrics, static_cast<double>(i) * step));
        if (fits(ticks, axis.gap_px)) return ticks;
    }
    return {};
}

std::vector<Tick> log_ticks(const TickAxis& axis, const QFontMetricsF& metrics) {
    const int first = static_cast<int>(std::ceil(std::log10(axis.low) - 1e-9));
    const int last = static_cast<int>(std::floor(std::log10(axis.high) + 1e-9));
    for (int stride = 1; stride <= std::max(1, last - first); ++stride) {
        std::vector<Tick> ticks;
        for (int e = first; e <= last; e += stride)
            ticks.push_back(tick_at(axis, metrics, std::pow(10.0, e)));
        if (static_cast<int>(ticks.size()) <= axis.most && fits(ticks, axis.gap_px)) return ticks;
    }
    return {};
}

}  // namespace

double round_step(double least) {
    if (!(least > 0) || !std::isfinite(least)) return 1;
    const double base = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * base >= least * (1 - 1e-9)) return factor * base;
    return 10 * base;
}

std::vector<Tick> make_ticks(const TickAxis& axis) {
    if (!(axis.high > axis.low) || !std::isfinite(axis.high) || !std::isfinite(axis.low)) return {};
    const QFontMetricsF metrics(axis.font);
    if (axis.log && axis.low > 0) return log_ticks(axis, metrics);
    TickAxis linear = axis;
    linear.log = false;
    return linear_ticks(linear, metrics);
}

}  // namespace waferscope::views
