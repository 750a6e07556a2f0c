// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/key_figures.hpp"

#include "views/theme/apply_theme.hpp"

#include <QCoreApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr int kHeight = 66;
constexpr double kColumnMin = 104;

QString tr(const char* text) {
    return QCoreApplication::translate("KeyFigures", text);
}

KeyFigure figure(const QString& label, std::optional<double> value, std::string_view unit, bool estimate) {
    KeyFigure out{.label = label,
                  .value = format::quantity_parts(value, unit),
                  .brief = format::quantity_parts(value, unit, {.brief = true})};
    out.estimate = estimate && value.has_value();
    if (value) out.exact = format::exact(*value, unit);
    return out;
}

KeyFigure speed(const core::Summary& s, bool estimate) {
    if (s.tokens_per_s_per_user) return figure(tr("User speed"), s.tokens_per_s_per_user, "tok/s", estimate);
    if (s.tokens_per_s) return figure(tr("Throughput"), s.tokens_per_s, "tok/s", estimate);
    if (s.samples_per_s) return figure(tr("Samples"), s.samples_per_s, "1/s", estimate);
    return figure(tr("Throughput"), std::nullopt, "tok/s", estimate);
}

KeyFigure cost(const core::Summary& s, bool estimate) {
    if (s.usd_per_mtok) return figure(tr("Cost per Mtok"), s.usd_per_mtok, "$", estimate);
    return figure(tr("Step time"), s.step_time_s > 0 ? std::optional(s.step_time_s) : std::nullopt, "s",
                  estimate);
}

/// Communication that nothing hides, as a share of the step; all of it where the split is unknown.
std::optional<double> communication_share(const core::Summary& s) {
    const auto part = s.exposed_communication_s ? s.exposed_communication_s : s.communication_s;
    if (!part || !(s.step_time_s > 0)) return std::nullopt;
    return std::min(1.0, *part / s.step_time_s);
}

QString precision_text(core::Precision precision) {
    const auto name = core::precision_name(precision);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())).toUpper();
}

QString mode_text(core::WaferMode mode) {
    switch (mode) {
        case core::WaferMode::pipelined:
            return tr("pipelined");
        case core::WaferMode::weight_streaming:
            return tr("weight streaming");
        case core::WaferMode::resident:
            return tr("resident");
        case core::WaferMode::automatic:
            break;
    }
    return {};
}

}  // namespace

QString estimate_mark(const core::Run& run) {
    return run.evidence.kind == "measured" ? QString() : QStringLiteral("~");
}

std::array<KeyFigure, 3> key_figures(const core::Run& run) {
    const bool estimate = run.evidence.kind != "measured";
    const auto& s = run.summary;
    const auto share = communication_share(s);
    KeyFigure communication = figure(tr("Communication"), std::nullopt, "%", estimate);
    if (share) communication = figure(tr("Communication"), *share * 100, "%", estimate);
    return {speed(s, estimate), cost(s, estimate), communication};
}

QString machine_title(const core::Run& run) {
    const QString name = run.machine ? QString::fromStdString(run.machine->name) : tr("Unknown machine");
    const bool wafer = run.machine && run.machine->wafer() != nullptr;
    const int count = wafer && run.summary.fits ? run.summary.wafers.value_or(1) : run.scenario.chips;
    return count > 1 ? format::count(count) + QStringLiteral(" × ") + name : name;
}

QString machine_subtitle(const core::Run& run) {
    QStringList parts;
    if (run.wafer) {
        if (const QString mode = mode_text(run.scenario.wafer.mode); !mode.isEmpty()) parts << mode;
        const auto grid = run.wafer->classes.grid;
        parts << tr("%1 cores").arg(format::dimensions(grid.columns, grid.rows));
        return parts.join(QStringLiteral(", "));
    }
    const auto add = [&](const char* name, int degree) {
        if (degree > 1) parts << QString::fromLatin1(name) + u' ' + format::count(degree);
    };
    add("TP", run.plan.tp);
    add("PP", run.plan.pp);
    add("DP", run.plan.dp);
    add("CP", run.plan.cp);
    add("EP", run.plan.ep);
    parts << precision_text(run.scenario.precision);
    return parts.join(QStringLiteral(", "));
}

void paint_key_figures(QPainter& painter, const Theme& theme, const QRectF& rect,
                       const std::array<KeyFigure, 3>& figures) {
    painter.fillRect(rect, theme.panel);
    painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), theme.border);
    const int fit = std::clamp(static_cast<int>(rect.width() / (kColumnMin * theme.font_scale)), 1, 3);
    const QFontMetricsF label(theme.font(TextRole::axis));
    const QFontMetricsF number(theme.font(TextRole::key_figure));
    for (int i = 0; i < fit; ++i) {
        const auto& one = figures.at(static_cast<std::size_t>(i));
        const double left = std::round(rect.left() + rect.width() * i / fit);
        const double right = std::round(rect.left() + rect.width() * (i + 1) / fit);
        if (i > 0) painter.fillRect(QRectF(left, rect.top() + 1, 1, rect.height() - 1), theme.border);
        const double inside = right - left - 20;
        double x = left + 10;
        const double room = right - 4 - x - (one.estimate ? number.horizontalAdvance(u'~') : 0);
        const auto width = [&](const format::Parts& parts) {
            return number.horizontalAdvance(parts.prefix + parts.number) + 4 +
                   label.horizontalAdvance(parts.unit);
        };
        const auto& value = width(one.value) <= room ? one.value : one.brief;
        painter.setFont(theme.font(TextRole::axis));
        painter.setPen(theme.text2);
        painter.drawText(QPointF(x, rect.top() + 10 + label.ascent()),
                         label.elidedText(one.label, Qt::ElideRight, inside));
        const double base = rect.top() + 14 + label.height() + number.ascent();
        QFont light = theme.font(TextRole::key_figure);
        light.setWeight(QFont::Normal);
        if (one.estimate) {
            painter.setFont(light);
            painter.setPen(theme.text3);
            painter.drawText(QPointF(x, base), QStringLiteral("~"));
            x += QFontMetricsF(light).horizontalAdvance(u'~');
        }
        painter.setFont(theme.font(TextRole::key_figure));
        painter.setPen(theme.text);
        const QString text = value.prefix + value.number;
        painter.drawText(QPointF(x, base), text);
        x += number.horizontalAdvance(text) + 4;
        painter.setFont(theme.font(TextRole::axis));
        painter.setPen(theme.text2);
        painter.drawText(QPointF(x, base), value.unit);
    }
}

KeyFigures::KeyFigures(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    set_run(nullptr);
}

void KeyFigures::set_run(const core::Run* run) {
    figures_ = key_figures(run != nullptr ? *run : core::Run{});
    QStringList spoken;
    for (const auto& one : figures_) spoken << one.label + u' ' + one.value.text();
    setAccessibleName(spoken.join(QStringLiteral(", ")));
    update();
}

QSize KeyFigures::sizeHint() const {
    return {240, active_theme().scaled(kHeight)};
}

bool KeyFigures::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        QStringList lines;
        for (const auto& one : figures_)
            if (!one.exact.isEmpty()) lines << one.label + QStringLiteral(": ") + one.exact;
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
        return true;
    }
    return QWidget::event(event);
}

void KeyFigures::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    paint_key_figures(painter, active_theme(), QRectF(rect()), figures_);
}

}  // namespace waferscope::views
