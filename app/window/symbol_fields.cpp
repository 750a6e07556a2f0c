// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/symbol_fields.hpp"

#include "views/theme/format.hpp"

#include <QCoreApplication>

#include <algorithm>

namespace waferscope::app {
namespace {

constexpr std::size_t kMostLines = 32;

QString say(const char* text) {
    return QCoreApplication::translate("SymbolForm", text);
}

QString meaning_text(const core::Symbol& symbol) {
    QString text;
    switch (symbol.meaning) {
        case core::SymbolMeaning::batch:
            text = say("samples in one pass");
            break;
        case core::SymbolMeaning::sequence:
            text = say("tokens of a sample");
            break;
        case core::SymbolMeaning::past:
            text = say("tokens kept from before");
            break;
        case core::SymbolMeaning::height:
            text = say("height of the picture");
            break;
        case core::SymbolMeaning::width:
            text = say("width of the picture");
            break;
        case core::SymbolMeaning::channels:
            text = say("channels of the picture");
            break;
        case core::SymbolMeaning::unknown:
            text = say("meaning not known");
            break;
    }
    if (symbol.place.empty() || symbol.place == symbol.name) return text;
    return say("%1, %2").arg(text, QString::fromStdString(symbol.place));
}

QString unit_text(core::SymbolMeaning meaning) {
    switch (meaning) {
        case core::SymbolMeaning::sequence:
        case core::SymbolMeaning::past:
            return say("tokens");
        case core::SymbolMeaning::height:
        case core::SymbolMeaning::width:
            return say("px");
        default:
            return {};
    }
}

views::FormTotal total(const char* label, double value, std::string_view unit) {
    return {say(label), views::format::quantity(value, unit, {.digits = 4}),
            views::format::exact(value, unit)};
}

}  // namespace

std::vector<views::FormField> symbol_fields(const std::vector<core::Symbol>& symbols) {
    std::vector<views::FormField> fields;
    for (const auto& symbol : symbols) {
        if (fields.size() == kMostLines) break;
        fields.push_back({.key = QString::fromStdString(symbol.name),
                          .label = QString::fromStdString(symbol.name),
                          .meaning = meaning_text(symbol),
                          .value = QString::number(symbol.value),
                          .unit = unit_text(symbol.meaning),
                          .state = symbol.assumed ? views::FieldState::assumed : views::FieldState::given});
    }
    return fields;
}

std::vector<views::FormTotal> workload_totals(const core::Workload& workload) {
    return {total("Multiply-accumulates (1 MAC = 2 FLOP)", core::total_macs(workload), "MAC"),
            total("Other operations", core::total_other_ops(workload), "op"),
            total("Parameters", workload.parameters, ""),
            {say("Unknown shapes"), views::format::count(workload.unknown_shapes), {}}};
}

QString symbols_message(const core::BoundWorkload& bound) {
    QStringList lines;
    if (bound.symbols.size() > kMostLines)
        lines << say("%1 more symbols are assumed; set them with --bind or in the scenario.")
                     .arg(bound.symbols.size() - kMostLines);
    if (bound.workload.unknown_shapes > 0)
        lines << say("The shapes of %1 tensors do not follow from these sizes; their work is not counted.")
                     .arg(bound.workload.unknown_shapes);
    return lines.join(QLatin1Char('\n'));
}

QString refusal_text(const core::Error& error) {
    auto text = QString::fromStdString(error.message);
    if (!error.hint.empty()) text += say(" Hint: %1.").arg(QString::fromStdString(error.hint));
    return text;
}

}  // namespace waferscope::app
