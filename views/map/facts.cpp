// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/facts.hpp"

#include "core/model/confidence.hpp"
#include "views/map/fabric_image.hpp"
#include "views/theme/format.hpp"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kHotLoad = 0.85;
constexpr double kPadding = 10;
constexpr double kWidest = 280;

QString tr(const char* text) {
    return QCoreApplication::translate("facts", text);
}

Facts::Pair pair_of(const core::Metric& metric, double value) {
    const bool hot = metric.percent && metric.better == core::Better::lower && value >= kHotLoad;
    return {QString::fromUtf8(metric.label.data(), static_cast<qsizetype>(metric.label.size())),
            format::metric(metric, value), hot};
}

/// Metrics of the run, the shown one first.
std::vector<const core::Metric*> ordered(const core::Run& run, std::string_view first) {
    auto all = map_metrics(run);
    std::ranges::stable_partition(all, [&](const core::Metric* m) { return m->id == first; });
    return all;
}

Facts describe_core(const core::Run& run, const Place& place, std::string_view metric, std::size_t step) {
    const bool several = run.wafer && run.wafer->classes.wafers > 1;
    Facts facts{.title =
                    tr("Core %1").arg(format::core_name(place.x, place.y, several ? place.wafer + 1 : 0))};
    if (const auto* c = core_class(run, place.wafer, place.x, place.y))
        facts.subtitle = QString::fromStdString(c->name.empty() ? c->group : c->name);
    for (const auto* m : ordered(run, metric))
        if (const auto value = core_value(run, m->id, step, place.wafer, place.x, place.y))
            facts.pairs.push_back(pair_of(*m, *value));
    if (facts.pairs.empty()) facts.pairs.push_back({tr("value"), format::missing()});
    return facts;
}

Facts describe_link(const core::Run& run, const Place& place, std::size_t step) {
    Facts facts{
        .title = tr("Link %1 %2").arg(format::core_name(place.x, place.y), direction_name(place.direction))};
    if (!run.wafer) return facts;
    const auto& links = run.wafer->links;
    const double now = link_load(links, step, place.wafer, place.x, place.y, place.direction);
    facts.pairs.push_back({tr("Load now"), format::percent(now), now >= kHotLoad});
    double sum = 0;
    double top = 0;
    for (std::size_t s = 0; s < run.steps(); ++s) {
        const double load = link_load(links, s, place.wafer, place.x, place.y, place.direction);
        sum += load * (run.step_edges_s[s + 1] - run.step_edges_s[s]);
        top = std::max(top, load);
    }
    const double span = run.steps() > 0 ? run.step_edges_s.back() - run.step_edges_s.front() : 0;
    if (span > 0) facts.pairs.push_back({tr("Load, mean of the run"), format::percent(sum / span)});
    facts.pairs.push_back({tr("Load, highest"), format::percent(top), top >= kHotLoad});
    static constexpr std::array kTrust{"good", "caution", "verify by cycles"};
    facts.pairs.push_back({tr("Trust in its waiting time"), tr(kTrust.at(static_cast<std::size_t>(core::confidence_at(top))))});
    if (const auto* c = core_class(run, place.wafer, place.x, place.y))
        facts.subtitle = QString::fromStdString(c->group);
    return facts;
}

Facts describe_device(const core::Run& run, const Place& place, std::string_view metric, std::size_t step) {
    const auto& device = run.devices->devices[place.index];
    const QString name = QString::fromStdString(device.name);
    const bool chip = device.kind == core::Device::Kind::chip;
    Facts facts{.title = chip ? tr("Chip %1").arg(name) : name};
    for (const auto* m : ordered(run, metric))
        if (const auto value = device_value(run, m->id, step, place.index))
            facts.pairs.push_back(pair_of(*m, *value));
    double top = -1;
    for (std::size_t i = 0; i < run.devices->links.size(); ++i) {
        const auto& link = run.devices->links[i];
        if (link.from == place.index || link.to == place.index)
            top = std::max(top, device_link_load(run, step, i).value_or(-1));
    }
    if (top >= 0) facts.pairs.push_back({tr("Busiest link"), format::percent(top), top >= kHotLoad});
    return facts;
}

Facts describe_device_link(const core::Run& run, const Place& place, std::size_t step) {
    const auto& map = *run.devices;
    const auto& link = map.links[place.index];
    const auto load = device_link_load(run, step, place.index);
    Facts facts{.title = QString::fromStdString(link.name)};
    if (facts.title.isEmpty())
        facts.title = tr("Link %1 to %2")
                          .arg(QString::fromStdString(map.devices[link.from].name),
                               QString::fromStdString(map.devices[link.to].name));
    facts.pairs.push_back({tr("Load now"), format::percent(load), load.value_or(0) >= kHotLoad});
    return facts;
}

struct TooltipLayout {
    QSizeF size;
    double line = 0;
    std::size_t pairs = 0;
};

TooltipLayout layout_of(const Theme& theme, const Facts& facts, const QRectF& bounds, std::size_t limit) {
    const QFontMetricsF strong(theme.font(TextRole::table_strong));
    const QFontMetricsF small(theme.font(TextRole::axis));
    TooltipLayout out{.line = std::ceil(small.height()) + 2, .pairs = std::min(limit, facts.pairs.size())};
    double width = strong.horizontalAdvance(facts.title);
    if (!facts.subtitle.isEmpty()) width = std::max(width, small.horizontalAdvance(facts.subtitle));
    const QFontMetricsF value(theme.font(TextRole::badge));
    for (std::size_t i = 0; i < out.pairs; ++i)
        width = std::max(width, small.horizontalAdvance(facts.pairs[i].label) + 16 +
                                    value.horizontalAdvance(facts.pairs[i].value));
    const double rows = static_cast<double>(out.pairs) + (facts.subtitle.isEmpty() ? 0 : 1);
    out.size = {std::min({std::ceil(width) + 2 * kPadding, kWidest, bounds.width() - 4}),
                std::ceil(strong.height()) + rows * out.line + 2 * kPadding - 4};
    return out;
}

}  // namespace

Facts describe(const core::Run& run, const Place& place, std::string_view metric, std::size_t step) {
    if (run.steps() == 0) return {};
    switch (place.kind) {
        case Place::Kind::core:
            return describe_core(run, place, metric, step);
        case Place::Kind::link:
            return describe_link(run, place, step);
        case Place::Kind::device:
            if (run.devices && place.index < run.devices->devices.size())
                return describe_device(run, place, metric, step);
            break;
        case Place::Kind::device_link:
            if (run.devices && place.index < run.devices->links.size())
                return describe_device_link(run, place, step);
            break;
        case Place::Kind::none:
        case Place::Kind::area:
        case Place::Kind::op:  // needs the graph: graph_facts()
            break;
    }
    return {};
}

QRectF tooltip_rect(const Theme& theme, const Facts& facts, QPointF pointer, const QRectF& bounds,
                    std::size_t limit) {
    const QSizeF size = layout_of(theme, facts, bounds, limit).size;
    QPointF at = pointer + QPointF(12, 12);
    if (at.x() + size.width() > bounds.right() - 2) at.setX(pointer.x() - 12 - size.width());
    if (at.y() + size.height() > bounds.bottom() - 2) at.setY(pointer.y() - 12 - size.height());
    at.setX(std::clamp(at.x(), bounds.left() + 2,
                       std::max(bounds.left() + 2, bounds.right() - 2 - size.width())));
    at.setY(std::clamp(at.y(), bounds.top() + 2,
                       std::max(bounds.top() + 2, bounds.bottom() - 2 - size.height())));
    return {std::round(at.x()), std::round(at.y()), size.width(), size.height()};
}

void paint_tooltip(QPainter& painter, const Theme& theme, const Facts& facts, QPointF pointer,
                   const QRectF& bounds, std::size_t limit) {
    if (facts.empty()) return;
    const auto layout = layout_of(theme, facts, bounds, limit);
    const QRectF rect = tooltip_rect(theme, facts, pointer, bounds, limit);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border_strong, 1));
    painter.setBrush(theme.tooltip);
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    const double left = rect.left() + kPadding;
    const double inside = rect.width() - 2 * kPadding;
    painter.setFont(theme.font(TextRole::table_strong));
    const QFontMetricsF strong(painter.font());
    double y = rect.top() + kPadding - 2 + strong.ascent();
    painter.setPen(theme.text);
    painter.drawText(QPointF(left, y), strong.elidedText(facts.title, Qt::ElideRight, inside));
    const QFontMetricsF small(theme.font(TextRole::axis));
    const QFontMetricsF bold(theme.font(TextRole::badge));
    y += 1;
    if (!facts.subtitle.isEmpty()) {
        y += layout.line;
        painter.setFont(theme.font(TextRole::axis));
        painter.setPen(theme.text2);
        painter.drawText(QPointF(left, y), small.elidedText(facts.subtitle, Qt::ElideRight, inside));
    }
    for (std::size_t i = 0; i < layout.pairs; ++i) {
        const auto& pair = facts.pairs[i];
        y += layout.line;
        const double value_width = bold.horizontalAdvance(pair.value);
        painter.setFont(theme.font(TextRole::axis));
        painter.setPen(theme.text2);
        painter.drawText(QPointF(left, y),
                         small.elidedText(pair.label, Qt::ElideRight, inside - value_width - 8));
        painter.setFont(theme.font(TextRole::badge));
        painter.setPen(pair.hot ? theme.error : theme.text);
        painter.drawText(QPointF(rect.right() - kPadding - value_width, y), pair.value);
    }
    painter.restore();
}

}  // namespace waferscope::views
