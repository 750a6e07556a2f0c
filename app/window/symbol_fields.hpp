// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/bound_workload.hpp"
#include "views/form/value_form.hpp"

namespace waferscope::app {

/// A line per symbol, at most 32: more are set on the command line, and the message says so.
std::vector<views::FormField> symbol_fields(const std::vector<core::Symbol>& symbols);

/// What the graph amounts to with these sizes: MACs, other operations, parameters, unknown shapes.
std::vector<views::FormTotal> workload_totals(const core::Workload& workload);

/// Lines that were left out, shapes that stay unknown; empty when there is nothing to say.
QString symbols_message(const core::BoundWorkload& bound);

/// Why a value was not taken: message and hint, without the place the form already shows.
QString refusal_text(const core::Error& error);

}  // namespace waferscope::app
