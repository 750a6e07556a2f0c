// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/inspector.hpp"

#include "views/graph/graph_text.hpp"
#include "views/map/facts.hpp"
#include "views/map/key_figures.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QCoreApplication>
#include <QEvent>

namespace waferscope::views {
namespace {

QString pair_row(const QString& label, const QString& value, const QColor& label_color,
                 const QColor& value_color) {
    return QStringLiteral(
               "<tr><td style='color:%1'>%2&nbsp;&nbsp;</td><td align='right' "
               "style='color:%3'><b>%4</b></td></tr>")
        .arg(label_color.name(), label.toHtmlEscaped(), value_color.name(), value.toHtmlEscaped());
}

Facts operator_facts(const WorkbenchModel& model, const Place& place) {
    const auto& graph = model.graph(place.pane).graph;
    if (!graph || place.op >= graph->tree.item_of_op.size()) return {};
    return graph_facts(graph->tree, *graph->workload, graph->tree.item_of_op[place.op]);
}

QString place_html(const core::Run& run, const Place& place, const WorkbenchModel& model,
                   const Theme& theme) {
    const auto facts = place.kind == Place::Kind::op ? operator_facts(model, place)
                                                     : describe(run, place, model.metric_of(place.pane).id,
                                                                model.step_of(place.pane));
    QString html = QStringLiteral("<h3>%1</h3><p style='color:%2'>%3</p><table width='100%'>")
                       .arg(facts.title.toHtmlEscaped(), theme.text3.name(), facts.subtitle.toHtmlEscaped());
    for (const auto& pair : facts.pairs)
        html += pair_row(pair.label, pair.value, theme.text2, pair.hot ? theme.error : theme.text);
    return html + QStringLiteral("</table>");
}

QString summary_html(const core::Run& run, const Theme& theme) {
    QString html = QStringLiteral("<h3>%1</h3><p style='color:%2'>%3<br>%4</p><table width='100%'>")
                       .arg(machine_title(run).toHtmlEscaped(), theme.text3.name(),
                            QString::fromStdString(run.scenario.name).toHtmlEscaped(),
                            machine_subtitle(run).toHtmlEscaped());
    for (const auto& metric : core::metrics()) {
        if (metric.domain != core::MetricDomain::system) continue;
        if (const auto value = core::metric_value(run.summary, metric.id))
            html += pair_row(QString::fromUtf8(metric.label.data()),
                             estimate_mark(run) + format::metric(metric, value), theme.text2, theme.text);
    }
    return html + QStringLiteral("</table>");
}

QString list_html(const QString& title, const std::vector<std::string>& lines, const QColor& color) {
    if (lines.empty()) return {};
    QString html = QStringLiteral("<h4>%1</h4>").arg(title.toHtmlEscaped());
    for (const auto& line : lines)
        html += QStringLiteral("<p style='color:%1'>%2</p>")
                    .arg(color.name(), QString::fromStdString(line).toHtmlEscaped());
    return html;
}

/// The honesty badge of design/copy.md in words.
QString evidence_text(const core::Evidence& e) {
    const auto say = [](const char* text) { return QCoreApplication::translate("Inspector", text); };
    if (e.kind == "measured") return say("Measured: recorded on the machine, not modelled.");
    if (e.kind == "inherited") return say("I inherited: this machine has no measurements of its own; its constants are those of its family.");
    if (e.kind == "calibrated" || e.kind == "checked") {
        QString outside;
        for (const auto& name : e.outside) outside += (outside.isEmpty() ? QStringLiteral(" ") + say("Outside what was measured: ") : QStringLiteral(", ")) + QString::fromStdString(name);
        if (!outside.isEmpty()) outside += QLatin1Char('.');
        if (e.mape && e.n > 0) return say("~ typical error %1 on %2 published measurements, on which the model was calibrated.").arg(format::percent(*e.mape)).arg(e.n) + outside;
        return say("C calibrated on this: too few measurements to state an error.");
    }
    return say("? unchecked: no published measurement of this kind of work on this machine. Treat as a guess from its data sheet.");
}

/// Each line was simulated: old -> new, gain; what nobody can buy is a limit.
QString levers_html(const Pane& pane, const core::Run& run, const Theme& theme) {
    const auto& levers = pane.levers.empty() ? run.levers : pane.levers;
    if (levers.empty()) return {};
    QString html = QStringLiteral("<h4>%1</h4>").arg(QCoreApplication::translate("Inspector", "What would help"));
    for (const auto& lever : levers) {
        const auto* metric = core::find_metric(lever.metric);
        if (metric == nullptr) continue;
        html += QStringLiteral("<p>%1<br><span style='color:%2'>%3 \u2192 ~%4%5</span> <b style='color:%6'>%7</b></p>")
                    .arg(QString::fromStdString(lever.change).toHtmlEscaped(), theme.text2.name(), format::metric(*metric, lever.before), format::metric(*metric, lever.after),
                         lever.applicable ? QString() : QCoreApplication::translate("Inspector", "; a limit, not an option"), theme.ok.name(), QStringLiteral("+") + format::percent(lever.gain));
    }
    return html;
}

}  // namespace

Inspector::Inspector(WorkbenchModel& model, QWidget* parent) : QTextBrowser(parent), model_(model) {
    setFrameShape(QFrame::NoFrame);
    setOpenLinks(false);
    setAccessibleName(tr("Inspector"));
    for (const auto signal : {&WorkbenchModel::selectionChanged, &WorkbenchModel::runsChanged,
                              &WorkbenchModel::viewsChanged, &WorkbenchModel::metricChanged})
        connect(&model, signal, this, &Inspector::refresh);
    connect(&model, &WorkbenchModel::timeChanged, this, [this] {
        if (!model_.playing()) refresh();
    });
    refresh();
}

void Inspector::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) refresh();
    QTextBrowser::changeEvent(event);
}

void Inspector::refresh() {
    const auto& theme = active_theme();
    const auto& place = model_.selection();
    const bool selected =
        place.kind != Place::Kind::none && place.pane >= 0 && model_.run(place.pane) != nullptr;
    const auto* run = selected ? model_.run(place.pane) : model_.run(model_.active_pane());
    if (run == nullptr) {
        setHtml(QStringLiteral("<p style='color:%1'>%2</p>")
                    .arg(theme.text3.name(), tr("Select a core to see its history.")));
        return;
    }
    QString html = selected ? place_html(*run, place, model_, theme) : summary_html(*run, theme);
    html += QStringLiteral("<h4>%1</h4>").arg(tr("Why slow?"));
    for (const auto& reason : run->bottlenecks)
        html += QStringLiteral("<p>%1 <b style='color:%2'>%3</b></p>")
                    .arg(QString::fromStdString(reason.text).toHtmlEscaped(), theme.warning.name(),
                         reason.share > 0 ? format::percent(reason.share) : QString());
    html += levers_html(model_.pane(selected ? place.pane : model_.active_pane()), *run, theme);
    html += list_html(tr("Warnings"), run->warnings, theme.warning);
    html += list_html(tr("Assumed"), run->assumptions, theme.text3);
    html += QStringLiteral("<p style='color:%1'>%2</p>").arg(theme.text3.name(), evidence_text(run->evidence).toHtmlEscaped());
    setHtml(html);
}

}  // namespace waferscope::views
