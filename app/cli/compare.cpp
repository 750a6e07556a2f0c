// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"
#include "app/cli/table.hpp"
#include "app/document/request.hpp"
#include "app/document/resources.hpp"
#include "core/io/result_json.hpp"
#include "core/session/session.hpp"

#include <charconv>
#include <cstdio>
#include <memory>

namespace waferscope::app {
namespace {

struct Options {
    std::string scenario, out;
    std::vector<std::string> machines;
    bool json = false;
};

Exit compare(const Options& options, const CliContext& context) {
    const auto machines = load_machines(context.machine_folders);
    if (!machines) return report(machines.error());
    const auto request = load_request(options.scenario, *machines);
    if (!request) return report(request.error());
    core::Session session;
    Exit worst = Exit::ok;
    for (const auto& text : options.machines) {
        const auto colon = text.find(':');
        int chips = 0;
        if (colon != std::string::npos) {
            const char* end = text.data() + text.size();
            const auto parsed = std::from_chars(text.data() + colon + 1, end, chips);
            if (parsed.ec != std::errc() || parsed.ptr != end || chips < 1) {
                std::fprintf(stderr, "--machines %s: write id or id:chips\n", text.c_str());
                return Exit::usage;
            }
        }
        std::vector<std::string> warnings;
        auto run = on_machine(*request, text.substr(0, colon), chips, *machines, warnings).and_then([&](const sim::Request& other) {
            return sim::simulate(other, options.out.empty() ? sim::Detail::summary : sim::Detail::full, {}, {});
        });
        if (!run) {
            if (options.json) std::puts(core::refusal_json(text, run.error()).c_str());
            worst = report(run.error());
            continue;
        }
        run->warnings.insert(run->warnings.end(), warnings.begin(), warnings.end());
        if (options.json) std::puts(core::result_json(*run).c_str());
        session.runs.push_back(std::make_shared<const core::Run>(std::move(*run)));
    }
    if (!options.json) print_table(session.runs);
    if (!options.out.empty() && !session.runs.empty())
        if (const auto saved = core::save_session(session, options.out); !saved) return report(saved.error());
    return worst;
}

}  // namespace

void add_compare(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("compare", "one workload on several machines");
    command->add_option("scenario", options->scenario, "scenario file")->required();
    command->add_option("--machines", options->machines, "id[:chips],...")->delimiter(',')->required();
    command->add_option("--out", options->out, "save the runs as a session (.wsp)");
    command->add_flag("--json", options->json, "one JSON object per machine");
    command->callback([&context, options] { context.chosen = [&context, options] { return compare(*options, context); }; });
}

}  // namespace waferscope::app
