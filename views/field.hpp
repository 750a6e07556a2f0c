// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.hpp"
#include "core/model/run.hpp"
#include "views/hot_links.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace waferscope::views {

inline constexpr std::string_view kLinkLoad = "link_load";

/// The series or the constant field of `metric` on the wafer, or its series on the devices of `run`; null when the run does not have it.
const core::ClassSeries* wafer_series(const core::Run& run, std::string_view metric);
const core::CoreField* wafer_field(const core::Run& run, std::string_view metric);
const core::ClassSeries* device_series(const core::Run& run, std::string_view metric);

/// Metrics of `run` that a map can show, in table order, link load last.
std::vector<const core::Metric*> map_metrics(const core::Run& run);

/// Value of one core; nothing when the run has no such series or the value is NaN.
std::optional<double> core_value(const core::Run& run, std::string_view metric, std::size_t step, int wafer,
                                 int x, int y);
/// Load of the link that leaves (x, y) in `direction`, share of capacity.
double link_load(const core::LinkSeries& links, std::size_t step, int wafer, int x, int y,
                 core::Direction direction);
/// The largest of the four links that leave (x, y).
double hottest_link(const core::LinkSeries& links, std::size_t step, int wafer, int x, int y);
std::optional<double> device_value(const core::Run& run, std::string_view metric, std::size_t step,
                                   std::size_t device);
std::optional<double> device_link_load(const core::Run& run, std::size_t step, std::size_t link);

/// Class of a core on `wafer`; null outside the grid.
const core::CoreClass* core_class(const core::Run& run, int wafer, int x, int y);

/// The place with the largest value at one step.
struct HotSpot {
    bool device = false;   ///< `index` is a device, else x, y on `wafer`
    bool on_link = false;  ///< a link: `direction` leaves (x, y), or `index` is a device link
    int wafer = 0, x = 0, y = 0;
    std::size_t index = 0;
    core::Direction direction = core::Direction::north;
    double value = 0;         ///< in the unit of the metric; share of capacity for links
    std::string_view metric;  ///< id of the table
};

/// Hottest link when the run has links, else the core or device with the largest `metric`.
/// `links` saves time when many steps of one run are asked for.
/// Nothing when the largest is below half of the natural range: then no place stands out.
std::optional<HotSpot> find_hot_spot(const core::Run& run, std::string_view metric, std::size_t step,
                                     const HotLinks* links = nullptr);

/// Values of a metric over all cores (or devices) and steps of a run.
struct ValueStats {
    double low = 0, high = 0;  ///< smallest and largest value
    double p01 = 0, p99 = 0;   ///< percentiles, weighted by cores
    bool has_no_data = false;
    double total = 0;  ///< values counted
    double bin_low = 0, bin_high = 0;
    std::vector<float> bins;  ///< counts between bin_low and bin_high
    /// Share of values below `from` (or above `to`), 0..1.
    [[nodiscard]] double share_below(double value) const;
    [[nodiscard]] double share_above(double value) const;
    /// Heights of `count` bars over [from, to].
    [[nodiscard]] std::vector<float> bars(double from, double to, int count) const;
};
/// Nothing when the run does not have the metric.
std::optional<ValueStats> value_stats(const core::Run& run, std::string_view metric);

/// End of a run in its own seconds.
double end_of(const core::Run& run);

}  // namespace waferscope::views
