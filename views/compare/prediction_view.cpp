// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare/prediction_view.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QBarCategoryAxis>
#include <QBarSet>
#include <QChartView>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QHorizontalBarSeries>
#include <QLabel>
#include <QLegend>
#include <QTableWidget>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr std::size_t kMostOperators = 12;
constexpr qsizetype kMostLetters = 34;

QString text_of(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString short_name(const core::PredictedOperator& op) {
    const auto name =
        QStringLiteral("%1 %2").arg(text_of(op.name).section(QStringLiteral("::"), -1), text_of(op.shape));
    return name.size() <= kMostLetters ? name : name.left(kMostLetters - 1) + QChar(0x2026);
}

void dress(QAbstractAxis& axis, const Theme& theme, bool grid) {
    axis.setLabelsFont(theme.font(TextRole::axis));
    axis.setLabelsBrush(theme.text2);
    axis.setLinePen(QPen(theme.axis, 1));
    axis.setGridLinePen(QPen(theme.grid, 1));
    axis.setGridLineVisible(grid);
    axis.setTitleFont(theme.font(TextRole::axis));
    axis.setTitleBrush(theme.text3);
}

/// Steps of 0.25, 0.5, 1, 2, 5...: 1 is always among the labels of short axes.
double tick_of(double most) {
    for (const double step : {0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0})
        if (most / step <= 8) return step;
    return std::pow(10, std::ceil(std::log10(most / 8)));
}

}  // namespace

std::vector<Residual> residuals_by_class(const core::Prediction& prediction) {
    std::vector<Residual> residuals;
    for (const auto& row : prediction.classes)
        if (const auto ratio = row.ratio())
            residuals.push_back({text_of(core::work_class_name(row.measured.kind)), *ratio});
    return residuals;
}

std::vector<Residual> residuals_by_operator(const core::Prediction& prediction, std::size_t most) {
    std::vector<Residual> residuals;
    for (const auto& op : prediction.operators) {
        if (residuals.size() == most) break;
        if (op.measured_s > 0 && op.predicted_s > 0)
            residuals.push_back({short_name(op), op.predicted_s / op.measured_s});
    }
    return residuals;
}

PredictionView::PredictionView(QWidget* parent)
    : QWidget(parent),
      headline_(new QLabel(this)),
      notes_(new QLabel(this)),
      table_(new QTableWidget(this)),
      by_(new QComboBox(this)),
      chart_(new QChartView(this)),
      body_(new QWidget(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 6, 10, 6);
    column->setSpacing(4);
    for (auto* label : {headline_, notes_}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    headline_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(headline_);
    auto* row = new QHBoxLayout(body_);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(table_, 3);
    auto* side = new QVBoxLayout;
    by_->addItem(tr("Predicted / measured by class"));
    by_->addItem(tr("Predicted / measured by operator"));
    by_->setAccessibleName(tr("What the bars stand for"));
    side->addWidget(by_);
    side->addWidget(chart_, 1);
    row->addLayout(side, 2);
    column->addWidget(body_, 1);
    column->addWidget(notes_);
    table_->setShowGrid(false);
    table_->setFrameShape(QFrame::NoFrame);
    table_->setEditTriggers(QTableWidget::NoEditTriggers);
    table_->verticalHeader()->hide();
    table_->setAccessibleName(tr("Measured and predicted time by class of work"));
    chart_->setFrameShape(QFrame::NoFrame);
    chart_->setBackgroundBrush(Qt::NoBrush);
    chart_->setRenderHint(QPainter::Antialiasing);
    chart_->setAccessibleName(tr("Predicted over measured time"));
    connect(by_, &QComboBox::currentIndexChanged, this, &PredictionView::fill_chart);
    show_reason(
        tr("No prediction. Open a recorded run (a profiler trace or a folder of rank traces) and choose Run, "
           "Predict this run."));
}

void PredictionView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) rebuild();
    QWidget::changeEvent(event);
}

void PredictionView::show_prediction(core::Prediction prediction) {
    prediction_ = std::move(prediction);
    rebuild();
}

void PredictionView::show_reason(const QString& why) {
    prediction_.reset();
    why_ = why;
    rebuild();
}

QString PredictionView::headline() const {
    return headline_->text();
}

void PredictionView::rebuild() {
    body_->setVisible(prediction_.has_value());
    notes_->setVisible(prediction_.has_value());
    headline_->setFont(active_theme().font(prediction_ ? TextRole::base_strong : TextRole::base));
    notes_->setFont(active_theme().font(TextRole::axis));
    if (!prediction_) return headline_->setText(why_);
    const auto& p = *prediction_;
    headline_->setText(tr("%1: measured %2, predicted %3. %4 of %5 kernel time is not predicted.")
                           .arg(p.step.empty() ? tr("Whole trace") : text_of(p.step),
                                format::quantity(p.measured_step_s, "s"),
                                format::estimated(format::quantity(p.predicted_step_s, "s")),
                                format::percent(p.unmatched_share()), format::quantity(p.measured_s, "s")));
    QStringList notes;
    for (const auto& note : p.notes) notes << text_of(note);
    notes_->setText(notes.join(QLatin1Char(' ')));
    fill_table();
    fill_chart();
}

void PredictionView::fill_table() {
    const auto& p = *prediction_;
    table_->clear();
    const QStringList titles{tr("Class of work"), tr("Kernels"),       tr("Measured (A)"),
                             tr("of it matched"), tr("Predicted (B)"), tr("B / A matched"),
                             tr("Unmatched")};
    table_->setColumnCount(static_cast<int>(titles.size()));
    table_->setHorizontalHeaderLabels(titles);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table_->setRowCount(static_cast<int>(p.classes.size()));
    for (int r = 0; r < table_->rowCount(); ++r) {
        const auto& row = p.classes[static_cast<std::size_t>(r)];
        const auto& m = row.measured;
        const auto share = p.measured_s > 0 ? (m.measured_s - m.matched_s) / p.measured_s : 0;
        const QStringList cells{
            text_of(core::work_class_name(m.kind)),
            format::count(m.kernels),
            format::quantity(m.measured_s, "s", {.keep_zeros = true}),
            format::quantity(m.matched_s, "s", {.keep_zeros = true}),
            row.predicted_s ? format::estimated(format::quantity(*row.predicted_s, "s", {.keep_zeros = true}))
                            : format::missing(),
            format::ratio(row.ratio(), {.keep_zeros = true}),
            share > 0 ? format::percent(share) : format::missing()};
        for (int c = 0; c < cells.size(); ++c) {
            auto* item = new QTableWidgetItem(cells[c]);
            if (c > 0) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            if (c == 2) item->setToolTip(format::exact(m.measured_s, "s"));
            if (c == 4 && row.predicted_s) item->setToolTip(format::exact(*row.predicted_s, "s"));
            table_->setItem(r, c, item);
        }
        table_->setRowHeight(r, active_theme().scaled(24));
    }
}

void PredictionView::fill_chart() {
    if (!prediction_) return;
    by_->setItemData(1, prediction_->operators.empty() ? 0 : 33, Qt::UserRole - 1);  // enabled or not
    if (prediction_->operators.empty()) by_->setCurrentIndex(0);
    const auto& theme = active_theme();
    const auto residuals = by_->currentIndex() == 0 ? residuals_by_class(*prediction_)
                                                    : residuals_by_operator(*prediction_, kMostOperators);
    auto* chart = new QChart;
    chart->setBackgroundVisible(false);
    chart->setMargins({0, 0, 0, 0});
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->legend()->hide();
    if (residuals.empty()) {
        chart->setTitle(tr("Nothing is matched: no ratio can be given."));
        chart->setTitleBrush(theme.text2);
    } else {
        auto* set = new QBarSet(tr("predicted / measured"));
        set->setColor(theme.accent);
        set->setBorderColor(Qt::transparent);
        QStringList names;
        double most = 1.25;
        for (auto it = residuals.rbegin(); it != residuals.rend(); ++it) {  // rows stack from the bottom up
            set->append(it->ratio);
            names << it->name;
            most = std::max(most, it->ratio * 1.05);
        }
        auto* bars = new QHorizontalBarSeries;
        bars->append(set);
        bars->setBarWidth(0.6);
        chart->addSeries(bars);
        auto* rows = new QBarCategoryAxis;
        rows->append(names);
        auto* x = new QValueAxis;
        const double step = tick_of(most);
        x->setRange(0, step * std::ceil(most / step));
        x->setTickType(QValueAxis::TicksDynamic);
        x->setTickAnchor(0);
        x->setTickInterval(step);
        x->setLabelFormat(step < 0.5 ? QStringLiteral("%.2f")
                          : step < 1 ? QStringLiteral("%.1f")
                                     : QStringLiteral("%.0f"));
        x->setTitleText(tr("predicted / measured time, × (1 = exact)"));
        chart->addAxis(rows, Qt::AlignLeft);
        chart->addAxis(x, Qt::AlignBottom);
        bars->attachAxis(rows);
        bars->attachAxis(x);
        dress(*rows, theme, false);
        dress(*x, theme, true);
    }
    auto* old = chart_->chart();
    chart_->setChart(chart);
    delete old;
}

}  // namespace waferscope::views
