// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/evidence.hpp"

#include <algorithm>
#include <fmt/format.h>

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

Scope scope_of(const core::Scenario& sc, const core::LlmConfig* model) {
    const auto real = [](std::int64_t n) { return static_cast<double>(n); };
    if (const auto* g = std::get_if<core::GemmWorkload>(&sc.workload)) return {{"m", real(g->m)}, {"n", real(g->n)}, {"k", real(g->k)}};
    if (const auto* e = std::get_if<core::ElementwiseWorkload>(&sc.workload)) return {{"rows", real(e->rows)}, {"columns", real(e->columns)}};
    if (const auto* c = std::get_if<core::CollectiveWorkload>(&sc.workload)) return {{"bytes", c->bytes}, {"chips", real(sc.chips)}};
    Scope scope{{"chips", real(sc.chips)}};
    if (sc.global_batch > 0) scope["batch"] = real(sc.global_batch);
    if (model == nullptr) return scope;
    scope["hidden"] = real(model->hidden), scope["layers"] = real(model->layers);
    if (sc.seq > 0) scope["seq"] = real(sc.seq);
    return scope;
}

void widen(ScopeRange& range, const std::string& name, double from, double to) {
    auto& ends = range.try_emplace(name, std::array{from, to}).first->second;
    ends = {std::min(ends[0], from), std::max(ends[1], to)};
}

ScopeRange range_of(std::span<const core::Scenario> scenarios) {
    ScopeRange range;
    for (const auto& scenario : scenarios)
        for (const auto& [name, value] : scope_of(scenario, std::get_if<core::LlmConfig>(&scenario.workload))) widen(range, name, value, value);
    return range;
}

core::Evidence evidence_of(const core::Machine& machine, std::string_view group, const Scope& scope) {
    core::Evidence evidence{.kind = machine.calibration.empty() ? "unchecked" : "inherited"};
    double sum = 0;
    bool held_out = true;
    ScopeRange measured;
    for (const auto& set : machine.accuracy) {
        if (set.group != group) continue;
        evidence.kind = "calibrated";
        evidence.set += (evidence.set.empty() ? "" : ", ") + set.set;
        evidence.n += set.n;
        sum += set.mape * set.n;
        held_out = held_out && set.held_out;
        for (const auto& [name, ends] : set.range) widen(measured, name, ends[0], ends[1]);
    }
    if (!measured.empty() && !scope.empty()) {
        for (const auto& [name, ends] : measured) {
            const auto own = scope.find(name);
            if (own == scope.end() && name == "hidden") evidence.outside.emplace_back("workload (transformers were measured)");
            else if (own != scope.end() && (own->second < ends[0] || own->second > ends[1])) evidence.outside.push_back(fmt::format("{} {:.6g} (measured {:.6g} to {:.6g})", name, own->second, ends[0], ends[1]));
        }
        evidence.inside_range = evidence.outside.empty();
    }
    if (evidence.n >= kFewestRows || (evidence.n > 0 && held_out)) evidence.mape = sum / evidence.n;
    return evidence;
}

}  // namespace waferscope::sim
