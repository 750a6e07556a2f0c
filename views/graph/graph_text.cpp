// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_text.hpp"

#include "views/theme/format.hpp"

#include <QCoreApplication>
#include <QStringList>

namespace waferscope::views {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Graph", text);
}

QString operators_text(std::int64_t count) {
    return count == 1 ? tr("1 operator") : tr("%1 operators").arg(format::count(count));
}

/// The figure in a box: what the colour shows, else MACs, else bytes.
QString figure(const GraphItem& item, GraphColor color) {
    if (color == GraphColor::time && item.seconds > 0) return format::quantity(item.seconds, "s");
    if (color == GraphColor::bytes && item.bytes > 0) return format::quantity(item.bytes, "B");
    if (item.macs > 0) return format::quantity(item.macs, "MAC");
    return item.bytes > 0 ? format::quantity(item.bytes, "B") : QString();
}

QString times_text(const GraphTree& tree, const GraphItem& item) {
    const auto around = item.parent == kNoItem ? std::int64_t{1} : tree.items[item.parent].times;
    const auto times = item.copies > 1 ? item.copies : item.times != around ? item.times : 1;
    return times > 1 ? tr("× %1").arg(format::count(times)) : QString();
}

QString share_of(double part, double whole) {
    constexpr double kLeast = 0.001;
    if (whole <= 0 || part <= 0) return {};
    if (part / whole < kLeast) return tr("< %1").arg(format::percent(kLeast));
    return format::percent(part / whole, {.digits = 2});
}

/// What a block without a name of its own is known by: the shape it leaves behind.
QString shape_behind(const GraphTree& tree, const core::Workload& workload, const GraphItem& item) {
    const auto* last = &item;
    while (last->op == core::kNoOperator) last = &tree.items[last->children.back()];
    const auto& outputs = workload.operators[last->op].outputs;
    if (outputs.empty() || outputs.front() >= workload.tensors.size()) return {};
    if (workload.tensors[outputs.front()].shape.size() < 2) return {};  // an index or a size: says nothing
    return output_shape(workload, last->op);
}

void add_figure(Facts& facts, const QString& label, double value, const char* unit, double whole) {
    if (value <= 0) return;
    const auto share = share_of(value, whole);
    facts.pairs.push_back({label, format::quantity(value, unit, {.digits = 4}) +
                                      (share.isEmpty() ? QString() : QStringLiteral(", ") + share)});
}

QString provenance_text(const GraphItem& item) {
    QStringList parts;
    for (std::size_t i = 0; i < item.provenance.size(); ++i) {
        const auto name = provenance_name(static_cast<core::Provenance>(i));
        if (item.provenance.at(i) == item.operators) return name;
        if (item.provenance.at(i) > 0)
            parts << QStringLiteral("%1 %2").arg(format::count(item.provenance.at(i)), name);
    }
    return parts.join(QStringLiteral(", "));
}

}  // namespace

GraphLabel graph_label(const GraphTree& tree, const core::Workload& workload, std::uint32_t id,
                       GraphColor color) {
    const auto& item = tree.items[id];
    GraphLabel label{.title = QString::fromStdString(item.name), .times = times_text(tree, item)};
    QStringList detail;
    if (item.op != core::kNoOperator) {
        const auto& type = workload.operators[item.op].type;
        if (!item.name.starts_with(type)) detail << QString::fromStdString(type);
    } else {
        detail << operators_text(item.operators);
        if (item.kind == GraphItemKind::block || item.kind == GraphItemKind::segment ||
            item.name.ends_with(" block"))
            label.shape = shape_behind(tree, workload, item);
    }
    if (const auto value = figure(item, color); !value.isEmpty()) detail << value;
    label.detail = detail.join(QStringLiteral(", "));
    if (item.op != core::kNoOperator && detail.size() < 2)
        if (const auto shape = output_shape(workload, item.op); !shape.isEmpty())
            label.detail = label.detail.isEmpty() ? shape : label.detail + QStringLiteral(", ") + shape;
    label.share = share_of(graph_value(item, color), graph_total(tree, color));
    return label;
}

QString output_shape(const core::Workload& workload, std::uint32_t op) {
    const auto& from = workload.operators[op];
    if (from.outputs.empty() || from.outputs.front() >= workload.tensors.size()) return {};
    const auto& tensor = workload.tensors[from.outputs.front()];
    if (!tensor.known_rank || tensor.shape.empty()) return {};
    QStringList dims;
    for (const auto d : tensor.shape) dims << (d < 0 ? QStringLiteral("?") : QString::number(d));
    return dims.join(QStringLiteral(" × "));
}

Facts graph_facts(const GraphTree& tree, const core::Workload& workload, std::uint32_t id) {
    const auto& item = tree.items[id];
    Facts facts{.title = QString::fromStdString(item.name)};
    if (const auto times = times_text(tree, item); !times.isEmpty()) facts.title += QLatin1Char(' ') + times;
    if (item.op != core::kNoOperator) {
        const auto& op = workload.operators[item.op];
        facts.title = QString::fromStdString(op.name.empty() ? item.name : op.name);
        facts.subtitle = QString::fromStdString(op.type);
        if (const auto shape = output_shape(workload, item.op); !shape.isEmpty())
            facts.pairs.push_back({tr("Output"), shape});
    } else {
        facts.subtitle = operators_text(item.operators);
    }
    add_figure(facts, tr("MACs"), item.macs, "MAC", tree.macs);
    add_figure(facts, tr("Bytes moved"), item.bytes, "B", tree.bytes);
    add_figure(facts, tr("Time"), item.seconds, "s", tree.seconds);
    if (item.op == core::kNoOperator)
        if (const auto shape = shape_behind(tree, workload, item); !shape.isEmpty())
            facts.pairs.push_back({tr("Output"), shape});
    facts.pairs.push_back({tr("Provenance"), provenance_text(item)});
    return facts;
}

QString graph_summary(const GraphTree& tree, const GraphScene& scene) {
    const auto& whole = tree.items[tree.root()];
    auto text = scene.boxes.size() == 1
                    ? tr("%1 in 1 box").arg(operators_text(whole.operators))
                    : tr("%1 in %2 boxes")
                          .arg(operators_text(whole.operators),
                               format::count(static_cast<std::int64_t>(scene.boxes.size())));
    if (whole.macs > 0) text += QStringLiteral(", ") + format::quantity(whole.macs, "MAC");
    if (whole.seconds > 0) text += QStringLiteral(", ") + format::quantity(whole.seconds, "s");
    return text;
}

}  // namespace waferscope::views
