// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare/rank_table.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>

#include <algorithm>

namespace waferscope::views {
namespace {

constexpr int kMostRows = 500;

void set_columns(QTableWidget& table, const QStringList& titles, int rows) {
    table.clear();
    table.setColumnCount(static_cast<int>(titles.size()));
    table.setHorizontalHeaderLabels(titles);
    table.horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table.horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table.setRowCount(rows);
}

void set_row(QTableWidget& table, int row, const QStringList& cells, bool strong) {
    for (int c = 0; c < cells.size(); ++c) {
        auto* item = new QTableWidgetItem(cells[c]);
        if (c > 0) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        if (c == 0) item->setToolTip(cells[c]);
        if (strong) item->setFont(active_theme().font(TextRole::table_strong));
        table.setItem(row, c, item);
    }
    table.setRowHeight(row, active_theme().scaled(24));
}

QString time(double seconds) {
    return format::quantity(seconds, "s", {.keep_zeros = true});
}

}  // namespace

RankTable::RankTable(QWidget* parent)
    : QWidget(parent),
      headline_(new QLabel(this)),
      collectives_(new QTableWidget(this)),
      ranks_(new QTableWidget(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 6, 10, 6);
    headline_->setWordWrap(true);
    headline_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(headline_);
    auto* row = new QHBoxLayout;
    row->addWidget(collectives_, 3);
    row->addWidget(ranks_, 2);
    column->addLayout(row, 1);
    for (auto* table : {collectives_, ranks_}) {
        table->setShowGrid(false);
        table->setFrameShape(QFrame::NoFrame);
        table->setEditTriggers(QTableWidget::NoEditTriggers);
        table->verticalHeader()->hide();
    }
    collectives_->setAccessibleName(tr("Waiting by collective"));
    ranks_->setAccessibleName(tr("Waiting by rank"));
    report_.why = "No recorded run of several ranks is open.";
    rebuild();
}

void RankTable::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) rebuild();
    QWidget::changeEvent(event);
}

void RankTable::show_report(core::WaitReport report) {
    report_ = std::move(report);
    rebuild();
}

QString RankTable::headline() const {
    return headline_->text();
}

void RankTable::rebuild() {
    const bool any = !report_.collectives.empty();
    collectives_->setVisible(any);
    ranks_->setVisible(any);
    headline_->setFont(active_theme().font(any ? TextRole::base_strong : TextRole::base));
    if (!any) return headline_->setText(QString::fromStdString(report_.why));
    auto text = tr("%1 collectives of all ranks, clocks aligned at their ends. Waiting: until the last rank "
                   "has arrived; transfer: from then to the end.")
                    .arg(format::count(report_.matched));
    if (report_.unmatched > 0)
        text +=
            tr(" %1 have no partner in every rank and are left out.").arg(format::count(report_.unmatched));
    headline_->setText(text);
    fill_collectives();
    fill_ranks();
}

void RankTable::fill_collectives() {
    const auto rows = std::min<int>(kMostRows, static_cast<int>(report_.collectives.size()));
    set_columns(*collectives_,
                {tr("Collective"), tr("Count"), tr("Transfer, mean"), tr("Wait of a rank, mean"),
                 tr("Longest wait"), tr("Waiting share"), tr("Last most often")},
                rows);
    const auto ranks = static_cast<double>(std::ranges::count_if(report_.ranks, &core::RankWaits::aligned));
    for (int r = 0; r < rows; ++r) {
        const auto& c = report_.collectives[static_cast<std::size_t>(r)];
        const auto count = static_cast<double>(c.count);
        const double inside = c.transfer_s * ranks + c.waiting_s;
        set_row(*collectives_, r,
                {QString::fromStdString(c.name), format::count(c.count), time(c.transfer_s / count),
                 time(c.waiting_s / count / ranks), time(c.longest_wait_s),
                 inside > 0 ? format::percent(c.waiting_s / inside) : format::missing(),
                 tr("rank %1, %2 times").arg(c.late_rank).arg(format::count(c.late_times))},
                false);
    }
}

void RankTable::fill_ranks() {
    const auto rows = std::min<int>(kMostRows, static_cast<int>(report_.ranks.size()));
    set_columns(*ranks_,
                {tr("Rank"), tr("Clock moved"), tr("Came last"), tr("Late, mean"), tr("It waited"),
                 tr("Others waited for it")},
                rows);
    const auto worst = std::ranges::max_element(report_.ranks, {}, &core::RankWaits::caused_s);
    for (int r = 0; r < rows; ++r) {
        const auto& rank = report_.ranks[static_cast<std::size_t>(r)];
        if (!rank.aligned) {
            set_row(*ranks_, r,
                    {QString::number(rank.rank), tr("not aligned"), format::missing(), format::missing(),
                     format::missing(), format::missing()},
                    false);
            continue;
        }
        set_row(*ranks_, r,
                {QString::number(rank.rank), format::difference(rank.offset_s, "s"),
                 tr("%1 times").arg(format::count(rank.last_times)),
                 rank.last_times > 0 ? time(rank.late_s / static_cast<double>(rank.last_times))
                                     : format::missing(),
                 time(rank.waiting_s), time(rank.caused_s)},
                &rank == &*worst && rank.caused_s > 0);
    }
}

}  // namespace waferscope::views
