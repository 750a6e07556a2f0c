// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/machine.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// Reads one machine file (design/cli.md "Machine file"). Unknown keys are refused by name.
Result<Machine> parse_machine(std::string_view json, const std::string& file);

/// A machine back to its file form.
std::string machine_json(const Machine& machine);

/// Every machine the program knows, by id.
class MachineLibrary {
public:
    /// Reads *.json of `folder` and the constants of `calibration_folder`/<family>.json (may be absent).
    static Result<MachineLibrary> load(const std::string& folder, const std::string& calibration_folder);
    /// Hands the errors of `file` (resources/accuracy.json) to its machines.
    Result<void> add_accuracy(const std::string& file);
    /// Adds or replaces machines from another folder; the later one wins and says so in its origin.
    Result<void> add_folder(const std::string& folder, const std::string& calibration_folder);

    [[nodiscard]] const std::vector<std::shared_ptr<const Machine>>& all() const { return machines_; }
    /// E-machine naming the nearest id when there is none.
    [[nodiscard]] Result<std::shared_ptr<const Machine>> find(std::string_view id) const;

private:
    std::vector<std::shared_ptr<const Machine>> machines_;
};

/// A copy of `machine` with figures replaced: "/memory_bytes_per_s" or "/scale_up/bytes_per_s_per_direction".
Result<Machine> with_overrides(const Machine& machine, const std::map<std::string, double>& overrides);

}  // namespace waferscope::core
