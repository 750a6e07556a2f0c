// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"
#include "app/document/demos.hpp"
#include "app/window/start.hpp"

#include <CLI/CLI.hpp>
#include <QByteArray>
#include <cstdio>
#include <fmt/format.h>

namespace {

using namespace waferscope::app;

int parse_and_run(int argc, char** argv) {
    CLI::App program("Waferscope: see where the time goes on GPUs, on a wafer and on custom silicon.", "waferscope");
    CliContext context;
    std::vector<std::string> files;
    WindowOptions window;
    program.add_option("files", files, "sessions, workload graphs, scenarios");
    program.add_option("--machine-dir", context.machine_folders, "folder with more machine files");
    program.add_option("--demo", window.demo, "open a demo: 1 three layers (default), 2 a training step")->expected(0, 1)->default_str("1")->check(CLI::Range(1, static_cast<int>(demos().size())));
    program.add_option("--screenshot", window.screenshot, "write a picture of the window and leave");
    program.add_option("--screenshot-part", window.part, "window or panes")->check(CLI::IsMember({"window", "panes"}));
    program.add_option("--memory", context.memory, "what an opened file may take, for example 2GB; default half of the machine's")->transform(CLI::AsSizeValue(true));
    program.add_option("--theme", window.theme, "light, dark or contrast")->check(CLI::IsMember({"light", "dark", "contrast"}));
    program.require_subcommand(0, 1);  // one at most: in "bench noc" the second word is bench's
    program.set_version_flag("--version", WAFERSCOPE_VERSION);
    add_info(program, context);
    add_run(program, context);
    add_batch(program, context);
    add_compare(program, context);
    add_render(program, context);
    add_export(program, context);
    add_machines(program, context);
    add_metrics(program, context);
    add_noc(program, context);
    add_place(program, context);
    add_score(program, context);
    add_predict(program, context);
    add_bench(program, context);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    if (context.chosen) {
        qputenv("QT_QPA_PLATFORM", "offscreen");  // no sub-command needs a display
        return static_cast<int>(context.chosen());
    }
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM") && !qEnvironmentVariableIsSet("DISPLAY") && !qEnvironmentVariableIsSet("WAYLAND_DISPLAY")) {
        if (window.screenshot.empty()) {
            fmt::print(stderr, "No display to open a window on (DISPLAY and WAYLAND_DISPLAY are empty). Hint: run, compare, render and --screenshot need none; xvfb-run gives one\n");
            return static_cast<int>(Exit::refused);
        }
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    window.files = std::move(files);
    window.memory = context.memory;
    window.machine_folders = context.machine_folders;
    return static_cast<int>(open_window(argc, argv, window));
}

}  // namespace

int main(int argc, char** argv) { return parse_and_run(argc, argv); }
