// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_text.hpp"
#include "views/graph/operator_table.hpp"
#include "views/theme/format.hpp"

#include <QLocale>

#include <algorithm>
#include <array>
#include <map>

namespace waferscope::views {

void OperatorTableModel::set_graph(std::shared_ptr<const OperatorGraph> graph) {
    beginResetModel();
    graph_ = std::move(graph);
    rebuild();
    endResetModel();
}

void OperatorTableModel::set_grouping(OperatorGrouping grouping) {
    if (grouping == grouping_) return;
    beginResetModel();
    grouping_ = grouping;
    rebuild();
    endResetModel();
}

void OperatorTableModel::add(Row& row, std::uint32_t op) const {
    const auto& item = graph_->tree.items[graph_->tree.item_of_op[op]];  // its figures, repeats included
    row.ops.push_back(op);
    row.macs += item.macs;
    row.bytes += item.bytes;
    row.seconds += item.seconds;
}

void OperatorTableModel::rebuild() {
    rows_.clear();
    row_of_op_.clear();
    if (!graph_) return;
    const auto& operators = graph_->workload->operators;
    row_of_op_.assign(operators.size(), -1);
    std::map<std::string, std::size_t> known;
    for (std::uint32_t op = 0; op < operators.size(); ++op) {
        auto row = rows_.size();
        if (grouping_ != OperatorGrouping::none) {
            const auto key = grouping_ == OperatorGrouping::type ? operators[op].type
                                                                 : std::to_string(operators[op].layer);
            row = known.emplace(key, rows_.size()).first->second;
        }
        if (row == rows_.size()) rows_.emplace_back();
        add(rows_[row], op);
        row_of_op_[op] = static_cast<int>(row);
    }
}

std::uint32_t OperatorTableModel::operator_of(int row) const {
    if (grouping_ != OperatorGrouping::none || row < 0 || static_cast<std::size_t>(row) >= rows_.size())
        return core::kNoOperator;
    return rows_[static_cast<std::size_t>(row)].ops.front();
}

int OperatorTableModel::row_of(std::uint32_t op) const {
    return op < row_of_op_.size() ? row_of_op_[op] : -1;
}

int OperatorTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int OperatorTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant OperatorTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columns) return {};
    const bool number = section == layer || section >= count;
    if (role == Qt::TextAlignmentRole) return {(number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter};
    if (role == Qt::UserRole) {  // of the CSV: the unit in the name
        static constexpr std::array kKeys{"name",      "type", "layer", "output_shape", "provenance",
                                          "operators", "macs", "bytes", "time_s"};
        return QString::fromLatin1(kKeys.at(static_cast<std::size_t>(section)));
    }
    if (role != Qt::DisplayRole) return {};
    const std::array titles{tr("Operator"),     tr("Type"),        tr("Layer"),
                            tr("Output shape"), tr("Provenance"),  tr("Times run"),
                            tr("MACs"),         tr("Bytes moved"), tr("Time")};
    return titles.at(static_cast<std::size_t>(section));
}

/// What is sorted by and copied; missing values are invalid.
QVariant OperatorTableModel::value(const Row& row, int column) const {
    const auto op = row.ops.front();
    const auto& from = graph_->workload->operators[op];
    const bool single = grouping_ == OperatorGrouping::none;
    switch (column) {
        case name:
            return single ? QString::fromStdString(from.name.empty() ? operator_name(*graph_->workload, op)
                                                                     : from.name)
                          : text(row, name);
        case type:
            return single || grouping_ == OperatorGrouping::type ? QString::fromStdString(from.type)
                                                                 : QString();
        case layer:
            return (single || grouping_ == OperatorGrouping::layer) && from.layer >= 0 ? QVariant(from.layer)
                                                                                       : QVariant();
        case shape:
            return single ? output_shape(*graph_->workload, op) : QString();
        case count: {
            double runs = 0;
            for (const auto each : row.ops)
                runs += static_cast<double>(graph_->tree.items[graph_->tree.item_of_op[each]].times);
            return runs;
        }
        case macs:
            return row.macs;
        case bytes:
            return row.bytes;
        case time:
            return graph_->seconds.empty() ? QVariant() : QVariant(row.seconds);
        default: {
            const bool same = std::ranges::all_of(row.ops, [&](auto o) {
                return graph_->workload->operators[o].provenance == from.provenance;
            });
            return same ? provenance_name(from.provenance) : tr("mixed");
        }
    }
}

QString OperatorTableModel::text(const Row& row, int column) const {
    if (column == name && grouping_ != OperatorGrouping::none) {
        const auto many = static_cast<std::int64_t>(row.ops.size());
        return many == 1 ? tr("1 operator") : tr("%1 operators").arg(format::count(many));
    }
    const auto plain = value(row, column);
    if (!plain.isValid()) return format::missing();
    switch (column) {
        case count:
            return format::count(static_cast<std::int64_t>(plain.toDouble()));
        case macs:
            return plain.toDouble() > 0 ? format::quantity(plain.toDouble(), "MAC") : format::missing();
        case bytes:
            return plain.toDouble() > 0 ? format::quantity(plain.toDouble(), "B") : format::missing();
        case time:
            return plain.toDouble() > 0 ? format::quantity(plain.toDouble(), "s") : format::missing();
        default:
            return plain.toString();
    }
}

QVariant OperatorTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<std::size_t>(index.row()) >= rows_.size()) return {};
    const auto& row = rows_[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    if (role == Qt::TextAlignmentRole) return headerData(column, Qt::Horizontal, role);
    if (role == Qt::UserRole) return value(row, column);
    if (role == Qt::DisplayRole) return text(row, column);
    if (role != Qt::ToolTipRole) return {};
    const auto plain = value(row, column);
    if (!plain.isValid()) return {};
    switch (column) {
        case macs:
            return format::exact(plain.toDouble(), "MAC");
        case bytes:
            return format::exact(plain.toDouble(), "B");
        case time:
            return format::exact(plain.toDouble(), "s");
        default:
            return text(row, column);
    }
}

OperatorFilter::OperatorFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(Qt::UserRole);
}

void OperatorFilter::set_words(const QString& text) {
    words_ = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool OperatorFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    if (words_.isEmpty()) return true;
    QString all;
    for (const int column : {OperatorTableModel::name, OperatorTableModel::type, OperatorTableModel::layer,
                             OperatorTableModel::provenance})
        all += sourceModel()->index(row, column, parent).data().toString() + QLatin1Char(' ');
    return std::ranges::all_of(words_,
                               [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

QString operators_csv(const QAbstractItemModel& model, const std::vector<int>& rows) {
    const auto field = [](const QVariant& value) {
        if (!value.isValid()) return QString();
        if (value.typeId() == QMetaType::Double)
            return QLocale::c().toString(value.toDouble(), 'g', QLocale::FloatingPointShortest);
        auto text = value.toString();
        if (text.contains(QLatin1Char('"')) || text.contains(QLatin1Char(',')) ||
            text.contains(QLatin1Char('\n')))
            text =
                QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
        return text;
    };
    QStringList lines, fields;
    for (int c = 0; c < model.columnCount(); ++c)
        fields << model.headerData(c, Qt::Horizontal, Qt::UserRole).toString();
    lines << fields.join(QLatin1Char(','));
    for (const int row : rows) {
        fields.clear();
        for (int c = 0; c < model.columnCount(); ++c) fields << field(model.index(row, c).data(Qt::UserRole));
        lines << fields.join(QLatin1Char(','));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace waferscope::views
