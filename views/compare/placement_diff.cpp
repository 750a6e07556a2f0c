// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare/placement_diff.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QHeaderView>

#include <algorithm>

namespace waferscope::views {
namespace {

PlacedItem item_of(const Floorplan& plan, const FloorKernel& kernel) {
    return {kernel.wafer, kernel.rect, plan.clock_hz > 0 ? kernel.time / plan.clock_hz : 0};
}

bool lies(const Floorplan& plan, const FloorKernel& kernel) {
    return plan.regions || kernel.placed;
}

QString place_text(const std::optional<PlacedItem>& item, bool several_wafers) {
    if (!item) return PlacementDiffTable::tr("not placed");
    const auto place = format::core_name(item->rect.x, item->rect.y);
    return several_wafers ? PlacementDiffTable::tr("w%1 %2").arg(item->wafer + 1).arg(place) : place;
}

QString time_text(const std::optional<PlacedItem>& item) {
    return item && item->time_s > 0 ? format::estimated(format::quantity(item->time_s, "s"))
                                    : format::missing();
}

}  // namespace

bool PlacementDiffRow::moved() const {
    return !a || !b || a->wafer != b->wafer || a->rect.x != b->rect.x || a->rect.y != b->rect.y;
}

bool PlacementDiffRow::reshaped() const {
    return !a || !b || a->rect.width != b->rect.width || a->rect.height != b->rect.height;
}

std::optional<double> PlacementDiffRow::change() const {
    if (!a || !b || a->time_s <= 0 || b->time_s <= 0) return std::nullopt;
    return b->time_s / a->time_s - 1;
}

std::vector<PlacementDiffRow> placement_diff(const Floorplan& a, const Floorplan& b) {
    std::vector<PlacementDiffRow> rows;
    std::vector<std::pair<QString, std::size_t>> index;
    for (const auto& kernel : a.kernels) {
        index.emplace_back(kernel.name, rows.size());
        rows.push_back({.name = kernel.name});
        if (lies(a, kernel)) rows.back().a = item_of(a, kernel);
    }
    std::ranges::sort(index);
    for (const auto& kernel : b.kernels) {
        const auto found = std::ranges::lower_bound(index, std::pair(kernel.name, std::size_t{0}));
        const bool known = found != index.end() && found->first == kernel.name;
        if (!known) rows.push_back({.name = kernel.name});
        auto& row = known ? rows[found->second] : rows.back();
        if (lies(b, kernel)) row.b = item_of(b, kernel);
    }
    return rows;
}

PlacementDiffTable::PlacementDiffTable(QWidget* parent) : QTableWidget(parent) {
    setShowGrid(false);
    verticalHeader()->hide();
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(NoEditTriggers);
    setAccessibleName(tr("Placement differences"));
}

void PlacementDiffTable::set_columns(const QStringList& titles) {
    clear();
    setColumnCount(static_cast<int>(titles.size()));
    setHorizontalHeaderLabels(titles);
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);  // numbers stay side by side
}

void PlacementDiffTable::show_reason(const QString& why) {
    set_columns({tr("Placement")});
    setRowCount(1);
    setItem(0, 0, new QTableWidgetItem(why));
}

void PlacementDiffTable::show_rows(const std::vector<PlacementDiffRow>& rows, bool several_wafers) {
    set_columns({tr("Name"), tr("Place in A"), tr("Place in B"), tr("Tiles in A"), tr("Tiles in B"),
                 tr("Time in A"), tr("Time in B"), tr("Change of time")});
    setRowCount(static_cast<int>(rows.size()));
    const auto size = [](const std::optional<PlacedItem>& item) {
        return item ? format::dimensions(item->rect.width, item->rect.height) : format::missing();
    };
    for (int r = 0; r < rowCount(); ++r) {
        const auto& row = rows[static_cast<std::size_t>(r)];
        const auto change = row.change();
        const QStringList cells{
            row.name,
            place_text(row.a, several_wafers),
            place_text(row.b, several_wafers),
            size(row.a),
            size(row.b),
            time_text(row.a),
            time_text(row.b),
            change ? format::percent(*change, {.digits = 3, .sign = true}) : format::missing()};
        for (int c = 0; c < cells.size(); ++c) {
            auto* item = new QTableWidgetItem(cells[c]);
            if (c > 0) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            const bool strong = ((c == 1 || c == 2) && row.moved()) || ((c == 3 || c == 4) && row.reshaped());
            if (strong) item->setFont(active_theme().font(TextRole::table_strong));
            setItem(r, c, item);
        }
        setRowHeight(r, active_theme().scaled(26));
    }
}

}  // namespace waferscope::views
