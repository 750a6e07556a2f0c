// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"
#include "app/document/resources.hpp"
#include "app/document/trace_prediction.hpp"
#include "core/io/recorded_prediction.hpp"
#include "core/session/session.hpp"

#include <fmt/format.h>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

namespace waferscope::app {
namespace {

struct Options {
    std::string trace, out;
    std::vector<std::string> set;
    bool json = false;
};

void print_facts(const core::TraceFacts& facts) {
    for (const auto& fact : facts)
        fmt::print("  {:<10} {:<20} {:<9} {}\n", fact.id, fact.value.empty() ? "-" : fact.value,
                   core::knowledge_name(fact.from), fact.why);
}

void print_prediction(const core::Prediction& p) {
    fmt::print("\nstep {}: measured {:.3f} ms, predicted ~{:.3f} ms\n",
               p.step.empty() ? "(whole trace)" : p.step, p.measured_step_s * 1e3, p.predicted_step_s * 1e3);
    fmt::print("{:<18} {:>8} {:>14} {:>14} {:>14} {:>7}\n", "class", "kernels", "measured ms", "matched ms",
               "predicted ms", "ratio");
    for (const auto& row : p.classes) {
        const auto ratio = row.ratio();
        fmt::print("{:<18} {:>8} {:>14.3f} {:>14.3f} {:>14} {:>7}\n",
                   core::work_class_name(row.measured.kind), row.measured.kernels,
                   row.measured.measured_s * 1e3, row.measured.matched_s * 1e3,
                   row.predicted_s ? fmt::format("~{:.3f}", *row.predicted_s * 1e3) : "-",
                   ratio ? fmt::format("{:.2f}", *ratio) : "-");
    }
    fmt::print("unmatched: {:.1f} % of {:.3f} ms kernel time\n", 100 * p.unmatched_share(),
               p.measured_s * 1e3);
    for (const auto& note : p.notes) fmt::print("note: {}\n", note);
}

Exit predict(const Options& options, const CliContext& context) {
    const auto machines = load_machines(context.machine_folders);
    if (!machines) return report(machines.error());
    auto recorded = read_recorded(options.trace);
    if (!recorded) return report(recorded.error());
    for (const auto& text : options.set) {
        const auto equals = text.find('=');
        const auto given =
            equals == std::string::npos
                ? core::Result<void>(core::fail(core::ErrorCode::value,
                                                fmt::format("--set {}: write field=value.", text), {},
                                                "for example --set machine=h100_sxm"))
                : core::give_fact(recorded->facts, text.substr(0, equals), text.substr(equals + 1));
        if (!given) {
            std::fprintf(stderr, "%s\n", core::to_text(given.error()).c_str());
            return Exit::usage;
        }
    }
    auto predicted = predict_run(*recorded, recorded->facts, *machines);
    if (options.json) {
        nlohmann::ordered_json json{{"format", "waferscope.prediction"},
                                    {"scenario", nlohmann::ordered_json::parse(facts_json(recorded->facts))}};
        if (predicted)
            json["prediction"] = nlohmann::ordered_json::parse(core::prediction_json(predicted->prediction));
        std::puts(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
    } else {
        fmt::print("{}\n", options.trace);
        print_facts(recorded->facts);
        if (predicted) print_prediction(predicted->prediction);
    }
    if (!predicted) return report(predicted.error());
    if (options.out.empty()) return Exit::ok;
    core::Session session;
    for (auto* run : {&recorded->run, &predicted->run})
        session.runs.push_back(std::make_shared<const core::Run>(std::move(*run)));
    const auto saved = core::save_session(session, options.out);
    return saved ? Exit::ok : report(saved.error());
}

}  // namespace

void add_predict(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command =
        app.add_subcommand("predict", "a recorded run beside what the model says of the same work");
    command->add_option("trace", options->trace, "PyTorch profiler trace, or a folder of rank traces")
        ->required();
    command->add_option("--set", options->set,
                        "field=value for what the trace does not tell: model (config.json or ONNX file), "
                        "batch, seq, precision, machine, ranks, tp, pp, dp");
    command->add_option("--out", options->out, "save measured and predicted run as a session (.wsp)");
    command->add_flag("--json", options->json, "one JSON object");
    command->callback(
        [&context, options] { context.chosen = [&context, options] { return predict(*options, context); }; });
}

}  // namespace waferscope::app
