// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/evidence.hpp"

namespace waferscope::sim {
namespace {

constexpr int kFewestRows = 4;  ///< below which the error of a fit says nothing: few rows are met by construction

}  // namespace

std::string_view cluster_group(const core::Scenario& scenario) {
    if (std::holds_alternative<core::GemmWorkload>(scenario.workload)) return "gemm";
    if (std::holds_alternative<core::ElementwiseWorkload>(scenario.workload)) return "elementwise";
    if (std::holds_alternative<core::CollectiveWorkload>(scenario.workload)) return "collective";
    return core::is_training(scenario.phase) ? "train" : "inference";
}

core::Evidence evidence_of(const core::Machine& machine, std::string_view group) {
    core::Evidence evidence{.kind = machine.calibration.empty() ? "unchecked" : "inherited"};
    double sum = 0;
    bool held_out = true;
    for (const auto& set : machine.accuracy) {
        if (set.group != group) continue;
        evidence.kind = "calibrated";
        evidence.set += (evidence.set.empty() ? "" : ", ") + set.set;
        evidence.n += set.n;
        sum += set.mape * set.n;
        held_out = held_out && set.held_out;
    }
    if (evidence.n >= kFewestRows || (evidence.n > 0 && held_out)) evidence.mape = sum / evidence.n;
    return evidence;
}

}  // namespace waferscope::sim
