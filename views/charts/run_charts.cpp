// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/charts/run_charts.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QBarCategoryAxis>
#include <QBarSet>
#include <QChartView>
#include <QEvent>
#include <QHBoxLayout>
#include <QHorizontalStackedBarSeries>
#include <QLegend>
#include <QLineSeries>
#include <QValueAxis>
#include <algorithm>
#include <numeric>

namespace waferscope::views {

std::vector<double> mean_over_time(const core::Run& run, std::string_view metric) {
    std::vector<double> mean(run.steps(), 0.0);
    const auto fill = [&](const core::ClassSeries& series, const std::vector<double>& weight) {
        const double total = std::max(1.0, std::accumulate(weight.begin(), weight.end(), 0.0));
        for (std::size_t t = 0; t < mean.size(); ++t)
            for (std::size_t c = 0; c < weight.size(); ++c)
                mean[t] += static_cast<double>(series.value[t * weight.size() + c]) * weight[c] / total;
        return mean;
    };
    if (run.wafer)
        for (const auto& series : run.wafer->series)
            if (series.metric == metric) {
                const auto& classes = run.wafer->classes;
                std::vector<double> cores(classes.classes.size(), 0.0);
                for (const auto c : classes.class_of_core)
                    for (int w = 0; w < classes.wafers; ++w)
                        cores[static_cast<std::size_t>(w) * classes.classes_per_wafer + c] += 1;
                return fill(series, cores);
            }
    if (run.devices)
        for (const auto& series : run.devices->series)
            if (series.metric == metric)
                return fill(series, std::vector<double>(run.devices->device_classes.size(), 1.0));
    return {};
}

std::array<double, core::kSliceKinds> time_split(const core::Run& run) {
    std::array<double, core::kSliceKinds> split{};
    for (const auto& lane : run.timeline.lanes)
        for (const auto& slice : lane.slices)
            split[static_cast<std::size_t>(slice.kind)] += slice.end_s - slice.start_s;
    return split;
}

namespace {

QChart* bare_chart() {
    auto* chart = new QChart;
    chart->setBackgroundVisible(false);
    chart->setPlotAreaBackgroundVisible(false);
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->setMargins({0, 0, 0, 0});
    return chart;
}

void dress_axis(QAbstractAxis& axis, const Theme& theme, bool grid) {
    axis.setLabelsFont(theme.font(TextRole::axis));
    axis.setLabelsBrush(theme.text3);
    axis.setLinePen(QPen(theme.axis, 1));
    axis.setGridLinePen(QPen(theme.grid, 1));
    axis.setGridLineVisible(grid);
    axis.setShadesVisible(false);
    axis.setTitleFont(theme.font(TextRole::axis));
    axis.setTitleBrush(theme.text3);
}

/// setChart gives the old chart back to us.
void replace_chart(QChartView& view, QChart* chart) {
    auto* old = view.chart();
    view.setChart(chart);
    delete old;
}

void dress_legend(QChart& chart, const Theme& theme) {
    chart.legend()->setAlignment(Qt::AlignTop);
    chart.legend()->setLabelColor(theme.text2);
    chart.legend()->setFont(theme.font(TextRole::axis));
}

}  // namespace

RunCharts::RunCharts(WorkbenchModel& model, QWidget* parent)
    : QWidget(parent), model_(model), over_time_(new QChartView(this)), split_(new QChartView(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 4, 6, 4);
    for (auto* view : {over_time_, split_}) {
        view->setFrameShape(QFrame::NoFrame);
        view->setBackgroundBrush(Qt::NoBrush);
        view->setRenderHint(QPainter::Antialiasing);
        row->addWidget(view, 1);
    }
    over_time_->setAccessibleName(tr("Utilisation over time"));
    split_->setAccessibleName(tr("Time split"));
    connect(&model, &WorkbenchModel::runsChanged, this, &RunCharts::rebuild);
    rebuild();
}

void RunCharts::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) rebuild();
    QWidget::changeEvent(event);
}

namespace {

QString pane_name(const WorkbenchModel& model, int pane) {
    return QStringLiteral("%1 %2").arg(QChar('A' + pane)).arg(QString::fromStdString(model.run(pane)->machine->id));
}

}  // namespace

void RunCharts::rebuild() {
    rebuild_over_time();
    rebuild_split();
}

void RunCharts::rebuild_over_time() {
    const auto& theme = active_theme();
    auto* chart = bare_chart();
    auto* x = new QValueAxis;
    auto* y = new QValueAxis;
    x->setRange(0, 100);
    x->setTitleText(tr("% of the step"));
    y->setTitleText(tr("mean utilisation, %"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    double most = 1;
    for (int pane = 0; pane < kPanes; ++pane) {
        const auto* run = model_.run(pane);
        if (run == nullptr) continue;
        auto* line = new QLineSeries;
        line->setName(pane_name(model_, pane));
        line->setPen(QPen(theme.layer(static_cast<char>('A' + pane)), 2));
        const auto mean = mean_over_time(*run, "utilisation");
        for (std::size_t t = 0; t < mean.size(); ++t) {
            line->append(100 * (static_cast<double>(t) + 0.5) / static_cast<double>(mean.size()), 100 * mean[t]);
            most = std::max(most, 100 * mean[t]);
        }
        chart->addSeries(line);
        line->attachAxis(x);
        line->attachAxis(y);
    }
    y->setRange(0, std::min(100.0, most * 1.15));
    for (auto* axis : {x, y}) dress_axis(*axis, theme, axis == y);
    dress_legend(*chart, theme);
    replace_chart(*over_time_, chart);
}

void RunCharts::rebuild_split() {
    const auto& theme = active_theme();
    auto* bars = new QHorizontalStackedBarSeries;
    std::array<QBarSet*, core::kSliceKinds> sets{};
    for (int k = 0; k < core::kSliceKinds; ++k) {
        const auto kind = static_cast<core::SliceKind>(k);
        auto* set = sets[static_cast<std::size_t>(k)] = new QBarSet(QString::fromUtf8(core::slice_kind_name(kind).data()));
        set->setColor(theme.kind(kind).fill);
        set->setBorderColor(Qt::transparent);
    }
    QStringList names;
    for (int pane = kPanes; pane-- > 0;) {  // a bar chart stacks its rows from the bottom up
        if (model_.run(pane) == nullptr) continue;
        const auto split = time_split(*model_.run(pane));
        const double total = std::max(1e-30, std::accumulate(split.begin(), split.end(), 0.0));
        for (std::size_t k = 0; k < split.size(); ++k) sets[k]->append(100 * split[k] / total);
        names << pane_name(model_, pane);
    }
    for (auto* set : sets) {
        double sum = 0;
        for (int i = 0; i < set->count(); ++i) sum += set->at(i);
        if (sum > 0.05)
            bars->append(set);
        else
            delete set;
    }
    bars->setBarWidth(0.65);
    auto* chart = bare_chart();
    chart->addSeries(bars);
    auto* rows = new QBarCategoryAxis;
    rows->append(names);
    auto* share = new QValueAxis;
    share->setRange(0, 100);
    share->setTitleText(tr("% of slice time"));
    chart->addAxis(rows, Qt::AlignLeft);
    chart->addAxis(share, Qt::AlignBottom);
    bars->attachAxis(rows);
    bars->attachAxis(share);
    dress_axis(*rows, theme, false);
    dress_axis(*share, theme, true);
    dress_legend(*chart, theme);
    replace_chart(*split_, chart);
}

}  // namespace waferscope::views
