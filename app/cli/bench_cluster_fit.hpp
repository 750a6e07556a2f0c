// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/bench_cluster_rows.hpp"
#include "core/io/machine_json.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace waferscope::app {

/// Constants by family, then by key: what resources/calibration holds.
using FamilyConstants = std::map<std::string, core::Figures, std::less<>>;

/// Constants fitted together: which rows decide them and where the search starts.
struct FitStage {
    std::string family;
    std::vector<std::string> sets;  ///< rows of these sets on machines of the family
    std::vector<std::pair<std::string, double>> constants;  ///< key, start value
    double most = 1e30;             ///< upper limit of every constant of the stage (1 for shares)
    std::vector<std::pair<std::string, double>> fixed;  ///< set before the fit, not fitted
    std::string fixed_source;
};
const std::vector<FitStage>& fit_stages();

/// Families and the one whose constants they take where they have none of their own.
const std::vector<std::pair<std::string, std::string>>& family_parents();

/// Rows, machines and constants under test.
class ClusterTrial {
public:
    ClusterTrial(const core::MachineLibrary& machines, FamilyConstants constants) : machines_(&machines), constants_(std::move(constants)) {}

    [[nodiscard]] const FamilyConstants& constants() const { return constants_; }
    void set(const std::string& family, const std::string& key, double value, const std::string& source);
    /// The metric of `row` as published, from a simulated run.
    [[nodiscard]] core::Result<double> predict(const ClusterRow& row) const;
    [[nodiscard]] std::string family_of(const std::string& machine) const;

private:
    const core::MachineLibrary* machines_;
    FamilyConstants constants_;
    mutable std::map<std::string, std::shared_ptr<const core::Machine>> changed_;  ///< machines with the constants of now
};

/// Fits one stage on `rows` (damped least squares on log errors, large errors weigh less); `rounds` steps at most.
void fit_stage(ClusterTrial& trial, const FitStage& stage, const std::vector<const ClusterRow*>& rows, int rounds);

/// Rows a stage is fitted on.
std::vector<const ClusterRow*> rows_of_stage(const std::vector<ClusterRow>& rows, const FitStage& stage, const ClusterTrial& trial);

/// All stages in order, from the start values; inherits along family_parents.
FamilyConstants fit_all(const core::MachineLibrary& machines, const std::vector<ClusterRow>& rows);

}  // namespace waferscope::app
