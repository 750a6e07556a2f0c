// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <span>
#include <string_view>

namespace waferscope::core {

enum class MetricDomain : std::uint8_t { core, link, system };
enum class Better : std::uint8_t { neither, lower, higher };

/// One quantity the program shows; help, tables, legends and `metrics` come from this table.
struct Metric {
    std::string_view id;     ///< key in results and series
    std::string_view label;
    std::string_view unit;   ///< "" for a plain share shown in percent: see `percent`
    MetricDomain domain = MetricDomain::system;
    bool percent = false;    ///< stored 0..1, shown in %
    double low = 0, high = 1;  ///< natural range of the colour map; low == high: from the data
    Better better = Better::neither;
};

std::span<const Metric> metrics();
const Metric* find_metric(std::string_view id);

/// The value of a system metric in a summary, by id; nothing when the field is absent.
std::optional<double> metric_value(const Summary& summary, std::string_view id);

}  // namespace waferscope::core
