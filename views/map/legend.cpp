// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/legend.hpp"

#include "views/theme/format.hpp"

#include <QCoreApplication>

namespace waferscope::views {
namespace {

constexpr int kHistogramBars = 60;
constexpr double kKibi = 1024;

/// Factor from the stored value to the number printed on the axis.
double shown_factor(const core::Metric& metric, double high) {
    if (metric.percent) return 100;
    if (metric.unit == "B" && metric.domain == core::MetricDomain::core) return 1 / kKibi;
    const auto parts = format::quantity_parts(high, metric.unit, {.digits = 1});
    if (parts.unit.isEmpty() || metric.unit.empty()) return 1;
    const QString plain = QString::fromUtf8(metric.unit.data(), static_cast<qsizetype>(metric.unit.size()));
    const QString prefix = parts.unit.left(parts.unit.size() - plain.size());
    if (prefix == u"m") return 1e3;
    if (prefix == u"µ") return 1e6;
    if (prefix == u"n") return 1e9;
    if (prefix == u"k") return 1e-3;
    if (prefix == u"M") return 1e-6;
    if (prefix == u"G") return 1e-9;
    return 1;
}

QString shown_unit(const core::Metric& metric, double high, bool difference) {
    if (metric.percent) return difference ? QStringLiteral("pt") : QStringLiteral("%");
    if (metric.unit == "B" && metric.domain == core::MetricDomain::core) return QStringLiteral("KiB");
    return format::quantity_parts(high, metric.unit, {.digits = 1}).unit;
}

}  // namespace

ColorBarSpec legend_spec(const WorkbenchModel& model, int pane) {
    const auto& metric = model.metric_of(pane);
    const bool difference = model.pane(pane).view == ViewKind::difference;
    const auto scale = model.scale(pane);
    const double factor = shown_factor(metric, scale.high);
    const QString label = QString::fromUtf8(metric.label.data(), static_cast<qsizetype>(metric.label.size()));
    ColorBarSpec spec{.name = label, .scale = scale, .unit = shown_unit(metric, scale.high, difference)};
    if (difference) spec.name = QCoreApplication::translate("Legend", "%1, difference").arg(label);
    if (scale.log) spec.name += QCoreApplication::translate("Legend", " (log)");
    spec.label = [factor, difference](double value) {
        return format::number(value * factor, {.digits = 3, .sign = difference});
    };
    const auto& range = model.color_range();
    spec.locked = range.mode == ColorRange::Mode::locked;
    spec.own_scale = range.own_scale;
    const auto* stats = model.stats(pane);
    if (stats == nullptr || difference || stats->bins.empty()) return spec;
    spec.clipped_low = stats->share_below(scale.low);
    spec.clipped_high = stats->share_above(scale.high);
    spec.has_no_data = stats->has_no_data;
    if (!scale.log) spec.histogram = stats->bars(scale.low, scale.high, kHistogramBars);
    return spec;
}

Legend::Legend(WorkbenchModel& model, QWidget* parent) : ColorBar(parent), model_(model) {
    connect(&model, &WorkbenchModel::runsChanged, this, &Legend::refresh);
    connect(&model, &WorkbenchModel::viewsChanged, this, &Legend::refresh);
    connect(&model, &WorkbenchModel::metricChanged, this, &Legend::refresh);
    connect(&model, &WorkbenchModel::colorsChanged, this, &Legend::refresh);
    connect(this, &ColorBar::lockRequested, this, [this](bool locked) {
        if (locked) return model_.lock_range();
        auto range = model_.color_range();
        range.mode = ColorRange::Mode::natural;
        model_.set_color_range(range);
    });
    refresh();
}

void Legend::refresh() {
    set_spec(legend_spec(model_, model_.active_pane()));
}

}  // namespace waferscope::views
