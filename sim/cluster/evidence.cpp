// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/evidence.hpp"

#include <fmt/format.h>

namespace waferscope::sim {
namespace {

constexpr int kFewestRows = 4;  ///< per constant, below which no error is stated

}  // namespace

std::string_view evidence_group(const core::Scenario& scenario) {
    if (std::holds_alternative<core::GemmWorkload>(scenario.workload)) return "gemm";
    if (std::holds_alternative<core::ElementwiseWorkload>(scenario.workload)) return "elementwise";
    if (std::holds_alternative<core::CollectiveWorkload>(scenario.workload)) return "collective";
    return core::is_training(scenario.phase) ? "train" : "inference";
}

void add_evidence(core::Run& run, const core::Machine& machine, const ChipSpec& chip) {
    const auto group = evidence_group(run.scenario);
    const auto& family = machine.cluster()->family;
    const auto key = [&](const char* what) { return fmt::format("{}_{}_{}", what, group, machine.id); };
    const int rows = static_cast<int>(machine.constant(key("rows"), 0));
    const auto reached = fmt::format("{:.0f} % of the dense peak and {:.0f} % of memory bandwidth at best", 100 * chip.compute_efficiency, 100 * chip.memory_efficiency);
    if (rows > 0) {
        run.evidence = {.kind = "calibrated", .mape = {}, .n = rows, .set = fmt::format("{} {}", family, group)};
        // Too few rows are met by construction: their error says nothing.
        if (rows >= kFewestRows) run.evidence.mape = machine.constant(key("error"), 0);
        run.assumptions.push_back(fmt::format("Kernels reach {}; constants of {} fitted on measurements, {} of this kind on this machine.", reached, family, rows));
        return;
    }
    const bool inherited = !machine.calibration.empty();
    run.evidence.kind = inherited ? "inherited" : "unchecked";
    run.assumptions.push_back(fmt::format("Kernels reach {}; {}.", reached,
                                          inherited ? fmt::format("constants inherited from the family {}: no measurement of this kind on this machine", family) : "uncalibrated first constants: no measurement of this family"));
}

}  // namespace waferscope::sim
