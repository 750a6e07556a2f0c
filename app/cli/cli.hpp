// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace waferscope::app {

/// Exit codes of design/cli.md.
enum class Exit : int { ok = 0, refused = 1, usage = 2, cancelled = 3, internal = 4, limit = 5 };

/// A sub-command registers its options and returns what to do when it was chosen.
using Command = std::function<Exit()>;

/// What the command line shares with every sub-command.
struct CliContext {
    std::vector<std::string> machine_folders;
    std::size_t memory = 0;  ///< bytes an opened file may take; 0: half of the machine's
    Command chosen;  ///< set by the sub-command that was parsed
};

void add_info(CLI::App& app, CliContext& context);
void add_run(CLI::App& app, CliContext& context);
void add_batch(CLI::App& app, CliContext& context);
void add_compare(CLI::App& app, CliContext& context);
void add_machines(CLI::App& app, CliContext& context);
void add_metrics(CLI::App& app, CliContext& context);
void add_render(CLI::App& app, CliContext& context);
void add_export(CLI::App& app, CliContext& context);
void add_noc(CLI::App& app, CliContext& context);
void add_place(CLI::App& app, CliContext& context);
void add_predict(CLI::App& app, CliContext& context);
void add_score(CLI::App& app, CliContext& context);
void add_bench(CLI::App& app, CliContext& context);

/// Prints the error to stderr; returns the exit code that belongs to it.
Exit report(const core::Error& error);


}  // namespace waferscope::app
