// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/recorded_prediction.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace waferscope::core {
namespace {

Prediction begin(const RecordedStep& step, const Run& predicted) {
    return {.step = step.name,
            .measured_step_s = step.step_s,
            .predicted_step_s = predicted.summary.step_time_s,
            .measured_s = step.busy_s()};
}

void add_classes(Prediction& prediction, const RecordedStep& step,
                 const std::array<double, kWorkClasses>& predicted_s,
                 const std::array<double, kWorkClasses>& matched_s) {
    for (std::size_t k = 0; k < kWorkClasses; ++k) {
        const auto& measured = step.classes.at(k);
        if (measured.kernels == 0) continue;
        PredictedClass row{.measured = {.kind = static_cast<WorkClass>(k),
                                        .kernels = measured.kernels,
                                        .measured_s = measured.busy_s,
                                        .matched_s = matched_s.at(k)}};
        if (row.measured.matched_s > 0) row.predicted_s = predicted_s.at(k);
        prediction.matched_s += row.measured.matched_s;
        prediction.classes.push_back(row);
    }
    std::ranges::stable_sort(prediction.classes, std::greater{},
                             [](const auto& row) { return row.measured.measured_s; });
}

void add_notes(Prediction& prediction) {
    const auto collectives = std::ranges::any_of(
        prediction.classes, [](const auto& row) { return is_collective(row.measured.kind); });
    if (collectives)
        prediction.notes.emplace_back(
            "A recorded collective holds the waiting for the last rank; the predicted one is the transfer "
            "alone.");
    if (prediction.unmatched_share() > 0)
        prediction.notes.push_back(fmt::format(
            "{:.1f} % of the kernel time is not predicted: the trace does not tell how much work it is.",
            100 * prediction.unmatched_share()));
}

void add_operators(Prediction& prediction, const RecordedStep& step, const std::vector<double>& times) {
    std::map<std::pair<std::string, std::string>, std::size_t> known;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const auto& op = step.workload.operators[i];
        auto shape = shape_text(op);
        const auto [found, fresh] = known.try_emplace({op.type, shape}, prediction.operators.size());
        if (fresh)
            prediction.operators.push_back(
                {.name = op.type, .shape = std::move(shape), .kind = step.op_class[i]});
        auto& row = prediction.operators[found->second];
        ++row.count;
        row.measured_s += step.measured_s[i];
        row.predicted_s += times[i];
    }
    std::ranges::stable_sort(prediction.operators, std::greater{}, &PredictedOperator::measured_s);
}

}  // namespace

Prediction compare_step(const RecordedStep& step, const Run& predicted) {
    auto prediction = begin(step, predicted);
    auto times = predicted_times(predicted);
    times.resize(step.workload.operators.size(), 0.0);
    std::array<double, kWorkClasses> predicted_s{}, matched_s{};
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (times[i] <= 0) continue;
        predicted_s.at(static_cast<std::size_t>(step.op_class[i])) += times[i];
        matched_s.at(static_cast<std::size_t>(step.op_class[i])) += step.measured_s[i];
    }
    add_classes(prediction, step, predicted_s, matched_s);
    add_operators(prediction, step, times);
    add_notes(prediction);
    return prediction;
}

Prediction compare_classes(const RecordedStep& step, const Run& predicted) {
    auto prediction = begin(step, predicted);
    std::array<double, kWorkClasses> predicted_s{}, matched_s{};
    for (const auto& lane : predicted.timeline.lanes)
        for (const auto& slice : lane.slices)
            if (slice.kind != SliceKind::wait)
                predicted_s.at(static_cast<std::size_t>(work_class_of(slice.kind))) +=
                    slice.end_s - slice.start_s;
    for (std::size_t k = 0; k < kWorkClasses; ++k)
        if (predicted_s.at(k) > 0) matched_s.at(k) = step.classes.at(k).busy_s;
    add_classes(prediction, step, predicted_s, matched_s);
    prediction.notes.emplace_back(
        "Matched by class of work, not operator by operator: the prediction is of the model, not of the "
        "recorded calls.");
    add_notes(prediction);
    return prediction;
}

std::string prediction_json(const Prediction& p) {
    using Json = nlohmann::ordered_json;
    Json json{{"step", p.step},
              {"measured_step_s", p.measured_step_s},
              {"predicted_step_s", p.predicted_step_s},
              {"measured_kernel_s", p.measured_s},
              {"matched_kernel_s", p.matched_s},
              {"unmatched_share", p.unmatched_share()},
              {"classes", Json::array()},
              {"operators", Json::array()}};
    for (const auto& row : p.classes) {
        Json item{{"class", work_class_name(row.measured.kind)},
                  {"kernels", row.measured.kernels},
                  {"measured_s", row.measured.measured_s},
                  {"matched_s", row.measured.matched_s}};
        if (row.predicted_s) item["predicted_s"] = *row.predicted_s;
        if (const auto ratio = row.ratio()) item["ratio"] = *ratio;
        json["classes"].push_back(std::move(item));
    }
    for (const auto& op : p.operators)
        json["operators"].push_back({{"name", op.name},
                                     {"shape", op.shape},
                                     {"class", work_class_name(op.kind)},
                                     {"count", op.count},
                                     {"measured_s", op.measured_s},
                                     {"predicted_s", op.predicted_s}});
    json["notes"] = p.notes;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace waferscope::core
