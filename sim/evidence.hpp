// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace waferscope::sim {

/// The kind of work of a scenario on a cluster: gemm, elementwise, collective, train or inference.
std::string_view cluster_group(const core::Scenario& scenario);

/// The numbers that place a scenario among measurements: hidden, layers, seq, batch and chips of a transformer
/// (`model` not null), m, n, k of a product, rows and columns, bytes and chips of a collective.
using Scope = std::map<std::string, double, std::less<>>;
Scope scope_of(const core::Scenario& scenario, const core::LlmConfig* model);
/// Smallest and largest of each number, as AccuracySet::range.
using ScopeRange = std::map<std::string, std::array<double, 2>, std::less<>>;
void widen(ScopeRange& range, const std::string& name, double from, double to);
ScopeRange range_of(std::span<const core::Scenario> scenarios);

/// What was measured on `machine` for a kind of work (`group` of resources/accuracy.json), and whether `scope`
/// lies inside. Sets of one group count together; no error is stated from fewer than four rows of a fit, unless they were held out of it.
/// Without such sets: inherited when the family has fitted constants, else unchecked.
core::Evidence evidence_of(const core::Machine& machine, std::string_view group, const Scope& scope = {});

}  // namespace waferscope::sim
