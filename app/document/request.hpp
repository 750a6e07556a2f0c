// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/machine_json.hpp"
#include "sim/simulate.hpp"

#include <filesystem>
#include <string>

namespace waferscope::app {

/// Reads a scenario file and everything it names: workload file or config, machine, overrides.
core::Result<sim::Request> load_request(const std::string& scenario_path, const core::MachineLibrary& machines);

/// The file a scenario names: where it says, else beside the scenario (a session that moved with its model). Empty
/// when it names none.
std::filesystem::path workload_path(const core::Scenario& scenario);

/// The same for a scenario already in memory; relative paths start at scenario.source_path's folder. A `workload`
/// that was read already stands for the scenario's file.
core::Result<sim::Request> make_request(core::Scenario scenario, const core::MachineLibrary& machines,
                                        std::shared_ptr<const core::Workload> workload = nullptr);

/// The request on another machine: chips 0 keeps the number; plan and wafer options are dropped (auto), and an
/// unsupported precision becomes the nearest supported above. Each change is appended to `warnings`.
core::Result<sim::Request> on_machine(const sim::Request& request, const std::string& machine_id, int chips, const core::MachineLibrary& machines,
                                      std::vector<std::string>& warnings);

}  // namespace waferscope::app
