// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_cluster.hpp"

#include "app/cli/accuracy_file.hpp"
#include "app/cli/bench_cluster_fit.hpp"
#include "app/document/resources.hpp"
#include "sim/evidence.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace waferscope::app {
namespace {

using Json = nlohmann::ordered_json;

/// Mean absolute error a set must reach (design/cluster.md "Goals"); 0 = none stated.
double goal_of(const std::string& set, const std::string& machine) {
    if (set == "gemm_fp16") return machine == "mi210" ? 0.10 : 0.04;
    if (set == "allreduce") return 0.06;
    if (set == "korthikanti_mem") return 0.001;
    if (set == "vtrain_single") return 0.08;
    if (set == "vtrain_multi") return 0.10;
    if (set.starts_with("maxtext")) return 0.12;
    if (set == "trn1_train") return 0.20;
    if (set == "trtllm_ttft") return 0.20;
    if (set == "trtllm_static_batch" || set == "trn2_infer") return 0.25;
    if (set == "trtllm_maxload") return 0.15;
    if (set == "korthikanti_t5" || set == "megatron_tp_2020" || set == "mcore_h100_weak" || set == "megatron_bridge" || set == "nanotron_1b" || set == "mosaic_fsdp") return 0.08;
    return 0;
}

struct Outcome {
    const ClusterRow* row;
    double error = 0;  ///< predicted/measured - 1
};

Json statistics(const std::vector<Outcome>& list) {
    std::vector<double> sizes;
    double sum = 0, mean = 0;
    for (const auto& o : list) sizes.push_back(std::abs(o.error)), sum += o.error, mean += std::abs(o.error);
    std::ranges::sort(sizes);
    const auto n = static_cast<double>(list.size());
    const auto rounded = [](double v) { return std::round(v * 1e4) / 1e4; };
    return {{"n", list.size()}, {"mape", rounded(mean / n)}, {"median", rounded(sizes[sizes.size() / 2])}, {"max", rounded(sizes.back())}, {"signed", rounded(sum / n)}};
}

/// Outcomes by set and machine, in the order of the rows.
std::vector<std::pair<std::string, std::vector<Outcome>>> by_set(const std::vector<Outcome>& outcomes) {
    std::vector<std::pair<std::string, std::vector<Outcome>>> sets;
    for (const auto& o : outcomes) {
        const std::string key = o.row->set + "." + o.row->machine;
        auto found = std::ranges::find(sets, key, [](const auto& s) { return s.first; });
        if (found == sets.end()) found = sets.insert(sets.end(), {key, {}});
        found->second.push_back(o);
    }
    return sets;
}

std::vector<Outcome> run_rows(const std::vector<ClusterRow>& rows, const ClusterTrial& trial, bool print) {
    std::vector<Outcome> outcomes;
    for (const auto& row : rows) {
        std::string reason = row.skipped;
        double value = 0;
        if (reason.empty()) {
            const auto predicted = trial.predict(row);
            if (predicted) value = *predicted;
            else reason = core::to_text(predicted.error());
        }
        if (!reason.empty()) {
            fmt::print("{}\n", Json{{"name", "cluster.not_run"}, {"row", row.name}, {"reason", reason}}.dump());
            continue;
        }
        outcomes.push_back({&row, value / row.measured - 1});
        if (print) fmt::print("{}\n", Json{{"name", "cluster.row"}, {"row", row.name}, {"metric", row.metric}, {"measured", row.measured}, {"predicted", value}, {"error", std::round(outcomes.back().error * 1e4) / 1e4}}.dump());
    }
    return outcomes;
}

void print_sets(const std::vector<Outcome>& outcomes, const std::string& when) {
    for (const auto& [key, list] : by_set(outcomes)) {
        Json line{{"name", "cluster." + key}};
        if (!when.empty()) line["constants"] = when;
        line.update(statistics(list));
        if (const double goal = goal_of(list.front().row->set, list.front().row->machine); goal > 0) line["goal"] = goal, line["met"] = line["mape"].get<double>() <= goal;
        fmt::print("{}\n", line.dump());
    }
}

double spearman(const std::vector<std::pair<double, double>>& points) {
    const std::size_t n = points.size();
    const auto rank = [&](std::size_t i, bool second) {
        double r = 0;
        for (std::size_t k = 0; k < n; ++k) {
            const double a = second ? points[k].second : points[k].first, b = second ? points[i].second : points[i].first;
            r += a < b ? 1 : a == b ? 0.5 : 0;
        }
        return r;
    };
    double xx = 0, yy = 0, xy = 0;
    const double middle = static_cast<double>(n) / 2;
    for (std::size_t i = 0; i < n; ++i) {
        const double x = rank(i, false) - middle, y = rank(i, true) - middle;
        xx += x * x, yy += y * y, xy += x * y;
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

/// Order of parallel plans within a group of rows that differ in nothing else.
void print_plan_order(const std::vector<Outcome>& outcomes) {
    std::map<std::string, std::vector<std::pair<double, double>>> groups;  ///< measured, predicted
    for (const auto& o : outcomes)
        if (!o.row->plan_group.empty()) groups[o.row->plan_group].emplace_back(o.row->measured, o.row->measured * (1 + o.error));
    double sum = 0;
    int counted = 0, near = 0, picks = 0;
    for (auto& [name, points] : groups) {
        if (points.size() < 2) continue;
        const auto pick = *std::ranges::min_element(points, {}, &std::pair<double, double>::second);
        const auto best = *std::ranges::min_element(points, {}, &std::pair<double, double>::first);
        ++picks;
        near += pick.first <= 1.05 * best.first ? 1 : 0;
        if (points.size() < 3) continue;
        sum += spearman(points);
        ++counted;
    }
    if (picks > 0) fmt::print("{}\n", Json{{"name", "cluster.plan_order"}, {"spearman_mean", std::round(1e4 * sum / std::max(1, counted)) / 1e4}, {"groups_of_3_or_more", counted}, {"pick_within_5_percent", static_cast<double>(near) / picks}, {"groups_of_2_or_more", picks}, {"goal", "0.90; 0.70"}}.dump());
}

const FitStage& training_stage() {
    return *std::ranges::find_if(fit_stages(), [](const FitStage& s) { return std::ranges::find(s.sets, "vtrain_single") != s.sets.end(); });
}

/// Refits the training constants without the rows of each part and predicts those.
void cross_validate(const std::vector<ClusterRow>& rows, const ClusterTrial& fitted, const std::string& name, const std::vector<std::set<std::string>>& parts, const std::function<std::string(const ClusterRow&)>& key) {
    std::map<std::string, std::vector<Outcome>> left_out;
    const auto& stage = training_stage();
    const auto all = rows_of_stage(rows, stage, fitted);
    for (const auto& part : parts) {
        std::vector<const ClusterRow*> kept;
        for (const auto* row : all)
            if (!part.contains(key(*row))) kept.push_back(row);
        ClusterTrial trial = fitted;
        fit_stage(trial, stage, kept, 4);
        for (const auto* row : all)
            if (part.contains(key(*row)))
                if (const auto value = trial.predict(*row)) left_out[row->set].push_back({row, *value / row->measured - 1});
    }
    for (const auto& [set, list] : left_out) {
        Json line{{"name", fmt::format("cluster.cross_validation.{}.{}", name, set)}, {"parts", parts.size()}};
        line.update(statistics(list));
        fmt::print("{}\n", line.dump());
    }
}

void cross_validation(const std::vector<ClusterRow>& rows, const ClusterTrial& trial) {
    std::set<std::string> groups, models;
    for (const auto& row : rows)
        if (row.set.starts_with("vtrain")) groups.insert(row.group), models.insert(row.model);
    std::vector<std::set<std::string>> folds(8), single;
    std::size_t i = 0;
    for (const auto& group : groups) folds[i++ % folds.size()].insert(group);
    for (const auto& model : models) single.push_back({model});
    cross_validate(rows, trial, "by_hidden_layers_tp_pp", folds, [](const ClusterRow& row) { return row.group; });
    cross_validate(rows, trial, "leave_one_model_out", single, [](const ClusterRow& row) { return row.model; });
}

core::Result<void> write_constants(const ClusterTrial& trial) {
    for (const auto& [family, figures] : trial.constants()) {
        Json constants = Json::object();
        for (const auto& [name, figure] : figures) {
            constants[name] = {{"value", std::stod(fmt::format("{:.5g}", figure.value))}, {"source", figure.source}};
            if (figure.estimate) constants[name]["estimate"] = true;
        }
        const Json file{{"format", "waferscope.calibration"}, {"family", family}, {"note", "Written by `waferscope bench cluster --fit`; what each constant multiplies: sim/cluster/constants.hpp."}, {"constants", constants}};
        if (auto done = write_json(fmt::format("{}/calibration/{}.json", resource_folder(), family), file); !done) return done;
    }
    return {};
}

Json accuracy_sets(const ClusterTrial& trial, const std::vector<Outcome>& outcomes) {
    Json sets = Json::array();
    for (const auto& [key, list] : by_set(outcomes)) {
        const auto& row = *list.front().row;
        const auto group = row.set == "korthikanti_mem" ? "memory" : sim::cluster_group(row.scenario);
        Json entry{{"set", row.set}, {"machine", row.machine}, {"family", trial.family_of(row.machine)}, {"group", group}, {"phase", core::phase_name(row.scenario.phase)}};
        entry.update(statistics(list));
        std::vector<core::Scenario> scenarios;
        for (const auto& outcome : list) scenarios.push_back(outcome.row->scenario);
        entry["range"] = sim::range_of(scenarios);
        sets.push_back(entry);
    }
    return sets;
}

FamilyConstants bundled_constants(const core::MachineLibrary& machines) {
    FamilyConstants constants;
    for (const auto& machine : machines.all())
        if (machine->cluster() != nullptr && !machine->calibration.empty()) constants[machine->cluster()->family] = machine->calibration;
    return constants;
}

}  // namespace

Exit bench_cluster(const CliContext& context, const BenchClusterOptions& options) {
    const auto machines = load_machines(context.machine_folders);
    if (!machines) return report(machines.error());
    const auto rows = read_cluster_rows(options.data);
    if (!rows) return report(rows.error());
    ClusterTrial trial(*machines, bundled_constants(*machines));
    const auto start = std::chrono::steady_clock::now();
    auto outcomes = run_rows(*rows, trial, options.rows && !options.fit);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    print_sets(outcomes, options.fit ? "before" : "");
    if (options.fit) {
        trial = ClusterTrial(*machines, fit_all(*machines, *rows));
        outcomes = run_rows(*rows, trial, options.rows);
        print_sets(outcomes, "after");
        if (auto done = write_constants(trial); !done) return report(done.error());
    }
    print_plan_order(outcomes);
    fmt::print("{}\n", Json{{"name", "cluster.speed"}, {"value", std::round(1e5 * seconds / static_cast<double>(rows->size())) / 1e2}, {"unit", "ms per scenario, summary"}, {"rows", rows->size()}, {"run", outcomes.size()}}.dump());
    if (options.cross) cross_validation(*rows, trial);
    if (!options.accuracy.empty())
        if (auto done = replace_accuracy(options.accuracy, "cluster", accuracy_sets(trial, outcomes)); !done) return report(done.error());
    return Exit::ok;
}

}  // namespace waferscope::app
