// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/table.hpp"

#include "core/model/metrics.hpp"
#include "views/theme/format.hpp"

#include <fmt/format.h>

namespace waferscope::app {

void print_table(const std::vector<std::shared_ptr<const core::Run>>& runs) {
    if (runs.empty()) return;
    fmt::print("{:<28}", "");
    for (const auto& run : runs) fmt::print("{:>26}", fmt::format("{} x {}", run->scenario.chips, run->scenario.machine));
    fmt::print("\n");
    for (const auto& metric : core::metrics()) {
        if (metric.domain != core::MetricDomain::system) continue;
        bool any = false;
        std::string line = fmt::format("{:<28}", metric.label);
        for (const auto& run : runs) {
            const auto value = core::metric_value(run->summary, metric.id);
            any = any || value.has_value();
            line += fmt::format("{:>26}", value ? views::format::metric(metric, value).toStdString() : std::string("-"));
        }
        if (any) fmt::print("{}\n", line);
    }
    for (const auto& run : runs) {
        fmt::print("\n{} x {}: {}\n", run->scenario.chips, run->machine->name, run->bottlenecks.front().text);
        for (const auto& warning : run->warnings) fmt::print("  warning: {}\n", warning);
        for (const auto& assumption : run->assumptions) fmt::print("  assumed: {}\n", assumption);
    }
}

}  // namespace waferscope::app
