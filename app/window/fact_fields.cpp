// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/fact_fields.hpp"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace waferscope::app {
namespace {

QString say(const char* text) {
    return QCoreApplication::translate("FactForm", text);
}

struct Line {
    const char *id, *label, *unit;
    bool of_model;  ///< only asked for a model somebody named
};

constexpr std::array kLines{
    Line{"model", QT_TRANSLATE_NOOP("FactForm", "Model"), "", false},
    Line{"precision", QT_TRANSLATE_NOOP("FactForm", "Precision"), "", false},
    Line{"machine", QT_TRANSLATE_NOOP("FactForm", "Machine"), "", false},
    Line{"ranks", QT_TRANSLATE_NOOP("FactForm", "Ranks"), "", false},
    Line{"batch", QT_TRANSLATE_NOOP("FactForm", "Batch per rank"), QT_TRANSLATE_NOOP("FactForm", "samples"),
         true},
    Line{"seq", QT_TRANSLATE_NOOP("FactForm", "Length"), QT_TRANSLATE_NOOP("FactForm", "tokens"), true},
    Line{"tp", QT_TRANSLATE_NOOP("FactForm", "Tensor parallel"), "", true},
    Line{"pp", QT_TRANSLATE_NOOP("FactForm", "Pipeline parallel"), "", true},
    Line{"dp", QT_TRANSLATE_NOOP("FactForm", "Data parallel"), "", true}};

views::FieldState state_of(core::Knowledge from) {
    switch (from) {
        case core::Knowledge::read:
            return views::FieldState::read;
        case core::Knowledge::inferred:
            return views::FieldState::inferred;
        case core::Knowledge::given:
            return views::FieldState::given;
        case core::Knowledge::unknown:
            break;
    }
    return views::FieldState::unknown;
}

}  // namespace

std::vector<views::FormField> fact_fields(const core::TraceFacts& told, const core::TraceFacts& facts,
                                          const core::MachineLibrary& machines) {
    const bool own = core::fact(facts, "model").value == core::kRecordedModel;
    std::vector<views::FormField> fields;
    for (const auto& line : kLines) {
        if (own && line.of_model) continue;
        const auto& fact = core::fact(facts, line.id);
        auto why = QString::fromStdString(fact.why);
        if (why.endsWith(QLatin1Char('.'))) why.chop(1);
        views::FormField field{.key = QLatin1String(line.id),
                               .label = say(line.label),
                               .meaning = why,
                               .value = QString::fromStdString(fact.value),
                               .unit = *line.unit != 0 ? say(line.unit) : QString(),
                               .state = state_of(fact.from)};
        field.words = field.key == QLatin1String("model");
        if (field.words) field.meaning += say(". Or the path of a config.json or ONNX file");
        if (field.key == QLatin1String("precision"))
            for (const char* word : {"fp32", "tf32", "bf16", "fp16", "fp8", "int8", "fp4"})
                field.choices.emplace_back(QLatin1String(word), QLatin1String(word));
        if (field.key == QLatin1String("machine"))
            for (const auto& machine : machines.all())
                if (machine->cluster() != nullptr)
                    field.choices.emplace_back(QString::fromStdString(machine->id),
                                               QString::fromStdString(machine->name));
        fields.push_back(std::move(field));
    }
    std::ranges::stable_partition(fields, [&](const views::FormField& field) {
        return core::fact(told, field.key.toStdString()).from == core::Knowledge::unknown;
    });
    return fields;
}

}  // namespace waferscope::app
