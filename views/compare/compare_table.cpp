// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare/compare_table.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QCoreApplication>
#include <QHeaderView>
#include <QPainter>
#include <algorithm>

namespace waferscope::views {
namespace {

using Runs = std::vector<std::shared_ptr<const core::Run>>;

QString title_of(const core::Run& run) {
    return QStringLiteral("%1 × %2").arg(run.scenario.chips).arg(QString::fromStdString(run.machine->name));
}

int best_of(const core::Metric& metric, const std::vector<std::optional<double>>& values) {
    if (metric.better == core::Better::neither) return -1;
    int best = -1, present = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!values[i]) continue;
        ++present;
        const auto& held = best < 0 ? values[i] : values[static_cast<std::size_t>(best)];
        if (best < 0 || (metric.better == core::Better::lower ? *values[i] < *held : *values[i] > *held))
            best = static_cast<int>(i);
    }
    return present > 1 ? best : -1;
}

}  // namespace

std::vector<CompareRow> compare_rows(const Runs& runs) {
    std::vector<CompareRow> rows;
    for (const auto& metric : core::metrics()) {
        if (metric.domain != core::MetricDomain::system) continue;
        std::vector<std::optional<double>> values;
        for (const auto& run : runs) values.push_back(core::metric_value(run->summary, metric.id));
        if (std::ranges::none_of(values, [](const auto& v) { return v.has_value(); })) continue;
        CompareRow row{.label = QCoreApplication::translate("Metric", metric.label.data())};
        for (const auto& value : values)
            row.values.push_back(value ? QStringLiteral("~") + format::metric(metric, value)
                                       : format::missing());
        row.best = best_of(metric, values);
        rows.push_back(std::move(row));
    }
    return rows;
}

QString no_winner_note() {
    return QCoreApplication::translate("Compare", "Bold leads. No winner is named: a lead may be smaller than the models' errors.");
}

QString fair_fight_line(const Runs& runs) {
    if (runs.empty()) return {};
    QStringList chips, power, price;
    bool same_precision = true;
    for (const auto& run : runs) {
        chips << format::count(run->scenario.chips);
        power << format::quantity(run->summary.power_w, "W");
        price << (run->summary.usd_per_hour ? format::quantity(run->summary.usd_per_hour, "$/h")
                                            : QCoreApplication::translate("Compare", "no public price"));
        same_precision = same_precision && run->scenario.precision == runs.front()->scenario.precision;
    }
    const QString separator = QStringLiteral(" : ");
    return QCoreApplication::translate("Compare", "same model, %1  |  chips %2  |  power %3  |  %4")
        .arg(same_precision ? QCoreApplication::translate("Compare", "same precision")
                            : QCoreApplication::translate("Compare", "precision differs"),
             chips.join(separator), power.join(separator), price.join(separator));
}

void paint_compare(QPainter& painter, const QRectF& rect, const Runs& runs, const Theme& theme) {
    painter.fillRect(rect, theme.panel);
    const double row_height = theme.scaled(26), left = rect.left() + 16;
    const double label_width = std::min(240.0, rect.width() * 0.3);
    const double column =
        (rect.width() - 32 - label_width) / static_cast<double>(std::max<std::size_t>(1, runs.size()));
    double y = rect.top() + 12;
    painter.setFont(theme.font(TextRole::heading));
    painter.setPen(theme.text);
    painter.drawText(QRectF(left, y, rect.width() - 32, 24), Qt::AlignVCenter,
                     QCoreApplication::translate("Compare", "Compare"));
    y += 28;
    painter.setFont(theme.font(TextRole::axis));
    painter.setPen(theme.text2);
    painter.drawText(QRectF(left, y, rect.width() - 32, 20), Qt::AlignVCenter, fair_fight_line(runs));
    y += 26;
    painter.setFont(theme.font(TextRole::title));
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const double x = left + label_width + static_cast<double>(i) * column;
        const QString title =
            QFontMetricsF(painter.font()).elidedText(title_of(*runs[i]), Qt::ElideRight, column - 30);
        const double width = QFontMetricsF(painter.font()).horizontalAdvance(title);
        draw_layer_glyph(painter, theme, static_cast<char>('A' + std::min<std::size_t>(i, 2)),
                         {x + column - width - 16, y + row_height / 2}, 14);
        painter.setPen(theme.text);
        painter.drawText(QRectF(x, y, column - 4, row_height), Qt::AlignVCenter | Qt::AlignRight, title);
    }
    y += row_height;
    for (const auto& row : compare_rows(runs)) {
        painter.setPen(theme.grid);
        painter.drawLine(QPointF(left, std::floor(y) + 0.5), QPointF(rect.right() - 16, std::floor(y) + 0.5));
        painter.setFont(theme.font(TextRole::table));
        painter.setPen(theme.text2);
        painter.drawText(QRectF(left, y, label_width, row_height), Qt::AlignVCenter, row.label);
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            const bool best = static_cast<int>(i) == row.best;
            painter.setFont(theme.font(best ? TextRole::table_strong : TextRole::table));
            painter.setPen(theme.text);
            const QRectF cell(left + label_width + static_cast<double>(i) * column, y, column - 4,
                              row_height);
            painter.drawText(cell, Qt::AlignVCenter | Qt::AlignRight, row.values[i]);
        }
        y += row_height;
        if (y > rect.bottom() - row_height) break;
    }
    painter.setFont(theme.font(TextRole::axis));
    painter.setPen(theme.text3);
    painter.drawText(QRectF(left, y + 4, rect.width() - 32, 20), Qt::AlignVCenter, no_winner_note());
    y += 26;
    painter.setFont(theme.font(TextRole::table));
    for (std::size_t i = 0; i < runs.size() && y < rect.bottom() - 40; ++i) {
        y += 8;
        painter.setPen(theme.text);
        const QRectF box(left, y, rect.width() - 32, 40);
        QRectF used;
        painter.drawText(box, Qt::TextWordWrap,
                         title_of(*runs[i]) + QStringLiteral(": ") +
                             QString::fromStdString(runs[i]->bottlenecks.front().text),
                         &used);
        y = used.bottom();
    }
}

CompareTable::CompareTable(WorkbenchModel& model, QWidget* parent) : QTableWidget(parent), model_(model) {
    setShowGrid(false);
    verticalHeader()->hide();
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(NoEditTriggers);
    setAccessibleName(tr("Compare table"));
    connect(&model, &WorkbenchModel::runsChanged, this, &CompareTable::rebuild);
    rebuild();
}

void CompareTable::rebuild() {
    Runs runs;
    QStringList header{tr("Metric")};
    for (int i = 0; i < kPanes; ++i)
        if (model_.pane(i).run)
            runs.push_back(model_.pane(i).run),
                header << QStringLiteral("%1  %2").arg(QChar('A' + i)).arg(title_of(*model_.pane(i).run));
    header << tr("Leads");
    const auto rows = compare_rows(runs);
    clear();
    setColumnCount(static_cast<int>(header.size()));
    setRowCount(static_cast<int>(rows.size()));
    setHorizontalHeaderLabels(header);
    for (int r = 0; r < rowCount(); ++r) {
        const auto& row = rows[static_cast<std::size_t>(r)];
        setItem(r, 0, new QTableWidgetItem(row.label));
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            auto* item = new QTableWidgetItem(row.values[i]);
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            setItem(r, static_cast<int>(i) + 1, item);
        }
        auto* lead = new QTableWidgetItem(
            row.best < 0 ? QString() : QString(QChar('A' + row.best)));
        setItem(r, columnCount() - 1, lead);
        setRowHeight(r, active_theme().scaled(26));
    }
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    horizontalHeader()->setStretchLastSection(true);
}

}  // namespace waferscope::views
