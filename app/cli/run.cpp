// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"
#include "app/cli/table.hpp"
#include "app/document/request.hpp"
#include "app/document/resources.hpp"
#include "core/io/result_json.hpp"
#include "core/session/session.hpp"
#include "sim/levers.hpp"

#include <cstdio>
#include <memory>

namespace waferscope::app {
namespace {

struct Options {
    std::vector<std::string> scenarios;
    std::string out;
    bool json = false, levers = false;
};

Exit run(const Options& options, const CliContext& context) {
    const auto machines = load_machines(context.machine_folders);
    if (!machines) return report(machines.error());
    core::Session session;
    Exit worst = Exit::ok;
    for (const auto& path : options.scenarios) {
        auto result = load_request(path, *machines).and_then([&](const sim::Request& request) {
            auto done = sim::simulate(request, options.out.empty() ? sim::Detail::summary : sim::Detail::full, {}, {});
            if (done && options.levers) done->levers = sim::find_levers(request, *done, {});
            return done;
        });
        if (!result) {
            if (options.json) std::puts(core::refusal_json(path, result.error()).c_str());
            worst = report(result.error());
            continue;
        }
        if (options.json) std::puts(core::result_json(*result).c_str());
        session.runs.push_back(std::make_shared<const core::Run>(std::move(*result)));
    }
    if (!options.json) print_table(session.runs);
    if (!options.out.empty() && !session.runs.empty())
        if (const auto saved = core::save_session(session, options.out); !saved) return report(saved.error());
    return worst;
}

}  // namespace

void add_run(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("run", "simulate scenarios");
    command->add_option("scenarios", options->scenarios, "scenario files")->required();
    command->add_option("--out", options->out, "save the runs as a session (.wsp)");
    command->add_flag("--levers", options->levers, "what would help: changes, each simulated");
    command->add_flag("--json", options->json, "one JSON object per scenario");
    command->callback([&context, options] { context.chosen = [&context, options] { return run(*options, context); }; });
}

}  // namespace waferscope::app
