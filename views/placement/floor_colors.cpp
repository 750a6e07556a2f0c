// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/floor_colors.hpp"

#include "views/theme/format.hpp"

#include <QCoreApplication>

#include <algorithm>

namespace waferscope::views {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("FloorColors", text);
}

/// Slack is bright where there is none: that kernel sets the pace.
ColorScale scale_of(const Floorplan& plan, FloorColor color) {
    switch (color) {
        case FloorColor::slack: {
            double most = 0.1;
            for (const auto& kernel : plan.kernels)
                if (kernel.placed && kernel.decodes) most = std::max(most, slack(plan, kernel));
            return {.low = 0, .high = most, .reverse = true};
        }
        case FloorColor::time:
            return {.low = 0, .high = std::max(1.0, plan.now.time)};
        case FloorColor::memory:
            return {.low = 0, .high = std::max(1.0, plan.memory_limit)};
        default:
            return {.low = 0, .high = 1};
    }
}

}  // namespace

QString floor_color_name(FloorColor color) {
    switch (color) {
        case FloorColor::slack:
            return tr("Slack");
        case FloorColor::time:
            return tr("Time");
        case FloorColor::memory:
            return tr("Memory");
        case FloorColor::utilisation:
            return tr("Utilisation");
        case FloorColor::type:
            break;
    }
    return tr("Type");
}

double slack(const Floorplan& plan, const FloorKernel& kernel) {
    return plan.now.time > 0 ? 1 - kernel.time / plan.now.time : 0;
}

double floor_value(const Floorplan& plan, const FloorKernel& kernel, FloorColor color) {
    switch (color) {
        case FloorColor::slack:
            return slack(plan, kernel);
        case FloorColor::time:
            return kernel.time;
        case FloorColor::memory:
            return kernel.memory;
        default:
            return kernel.utilisation;
    }
}

namespace {

/// Regions that read prompts have no share in a token's time.
bool apart(const Floorplan& plan, const FloorKernel& kernel, FloorColor color) {
    return plan.regions && !kernel.decodes && plan.now.region.token_s > 0 && color != FloorColor::memory;
}

QString value_alone(const Floorplan& plan, const FloorKernel& kernel, FloorColor color) {
    switch (color) {
        case FloorColor::slack:
            return format::percent(slack(plan, kernel), {.digits = 2});
        case FloorColor::time:
            return format::number(kernel.time, {.digits = 5});
        case FloorColor::memory:
            return format::percent(plan.memory_limit > 0 ? kernel.memory / plan.memory_limit : 0,
                                   {.digits = 2});
        case FloorColor::utilisation:
            return format::percent(kernel.utilisation, {.digits = 2});
        case FloorColor::type:
            break;
    }
    return kernel.what.section(QLatin1Char(','), 0, 0);
}

}  // namespace

QString floor_value_text(const Floorplan& plan, const FloorKernel& kernel, FloorColor color) {
    if (apart(plan, kernel, color)) return kernel.what;
    const auto value = value_alone(plan, kernel, color);
    if (!plan.regions || !kernel.decodes || color == FloorColor::type) return value;
    const auto layers = kernel.layers == 1 ? tr("1 layer") : tr("%1 layers").arg(format::count(kernel.layers));
    return layers + QStringLiteral(", ") + value;
}

QColor floor_fill(const Floorplan& plan, const FloorKernel& kernel, FloorColor color, const Theme& theme) {
    if (color == FloorColor::type || apart(plan, kernel, color)) return theme.kind(kernel.kind).fill;
    return QColor::fromRgb(scale_of(plan, color).color(floor_value(plan, kernel, color)));
}

ColorBarSpec floor_legend(const Floorplan& plan, FloorColor color) {
    ColorBarSpec spec{.scale = scale_of(plan, color)};
    const auto percent = [](double value) { return format::number(100 * value, {.digits = 3}); };
    switch (color) {
        case FloorColor::slack:
            spec.name = plan.regions ? tr("Slack to the slowest region") : tr("Slack to the slowest kernel (0: sets the pace)");
            spec.label = percent, spec.unit = QStringLiteral("%");
            break;
        case FloorColor::time:
            spec.name = plan.regions ? tr("Time per token") : tr("Time per sample");
            spec.label = [](double value) { return format::number(value, {.digits = 5}); };
            spec.unit = tr("cycles");
            break;
        case FloorColor::memory:
            spec.name = tr("Memory of the fullest tile");
            spec.label = [](double value) { return format::bytes_binary(2 * value, {.digits = 2}); };
            break;
        default:
            spec.name = plan.regions ? tr("Share of the time a region works") : tr("Utilisation of the kernel's tiles");
            spec.label = percent, spec.unit = QStringLiteral("%");
            break;
    }
    return spec;
}

ColorScale link_scale(const Floorplan& plan) {
    return {.low = 0,
            .high = std::max(1.0, plan.now.interval() / plan.wavelet_interval),
            .map = ColorMapId::inferno};
}

}  // namespace waferscope::views
