// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"
#include "app/document/resources.hpp"
#include "core/io/text_file.hpp"
#include "core/model/metrics.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <memory>

namespace waferscope::app {
namespace {

struct Options {
    std::string id, check;
    bool json = false;
};

void print_figures(const core::Figures& figures, std::string_view prefix) {
    for (const auto& [key, figure] : figures) {
        const auto* info = core::find_figure_key(key);
        fmt::print("  {:<44}{:>14.6g} {:<9} {}{}\n", fmt::format("{}{}", prefix, key), figure.value, info != nullptr ? info->unit : "", figure.estimate ? "estimate; " : "", figure.source);
    }
}

Exit machines(const Options& options, const CliContext& context) {
    if (!options.check.empty()) {
        const auto text = core::read_text_file(options.check);
        if (!text) return report(text.error());
        const auto machine = core::parse_machine(*text, options.check);
        if (!machine) return report(machine.error());
        fmt::print("{}: {} is well formed, {} figures\n", options.check, machine->id, machine->figures.size());
        return Exit::ok;
    }
    const auto library = load_machines(context.machine_folders);
    if (!library) return report(library.error());
    if (options.id.empty()) {
        for (const auto& machine : library->all()) {
            if (options.json)
                std::puts(core::machine_json(*machine).c_str());
            else
                fmt::print("{:<20}{:<4} {}\n", machine->id, machine->layers, machine->name);
        }
        return Exit::ok;
    }
    const auto machine = library->find(options.id);
    if (!machine) return report(machine.error());
    if (options.json) {
        std::puts(core::machine_json(**machine).c_str());
        return Exit::ok;
    }
    fmt::print("{}  layers {}  from {}\n", (*machine)->name, (*machine)->layers, (*machine)->origin);
    print_figures((*machine)->figures, "");
    if (const auto* cluster = (*machine)->cluster()) {
        print_figures(cluster->scale_up.figures, "scale_up/");
        print_figures(cluster->scale_out.figures, "scale_out/");
    }
    print_figures((*machine)->marketed, "marketed/");
    print_figures((*machine)->calibration, "calibration/");
    return Exit::ok;
}

}  // namespace

void add_machines(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("machines", "known machines, every figure with its source");
    command->add_option("id", options->id, "one machine in full");
    command->add_option("--check", options->check, "check a machine file");
    command->add_flag("--json", options->json, "one JSON object per machine");
    command->callback([&context, options] { context.chosen = [&context, options] { return machines(*options, context); }; });
}

void add_metrics(CLI::App& app, CliContext& context) {
    auto* command = app.add_subcommand("metrics", "what is measured, with units");
    command->callback([&context] {
        context.chosen = [] {
            for (const auto& metric : core::metrics()) fmt::print("{:<26}{:<30}{}\n", metric.id, metric.label, metric.percent ? "%" : metric.unit);
            return Exit::ok;
        };
    });
}

}  // namespace waferscope::app
