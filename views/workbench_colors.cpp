// SPDX-License-Identifier: GPL-3.0-or-later
// Colour ranges of the WorkbenchModel: statistics of the runs and what follows from them.
#include "views/workbench_model.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

/// Percentile range that is never empty.
void widen(ColorScale& scale) {
    if (scale.high > scale.low) return;
    const double pad = scale.low == 0 ? 1 : std::abs(scale.low) * 0.1;
    scale.high = scale.low + pad;
}

/// Adds the bins of `from` to `to`, which already spans both.
void add_bins(const ValueStats& from, ValueStats& to) {
    for (std::size_t i = 0; i < from.bins.size(); ++i) {
        const double value = from.bin_low + (from.bin_high - from.bin_low) * (static_cast<double>(i) + 0.5) /
                                                static_cast<double>(from.bins.size());
        const double place = (value - to.bin_low) / (to.bin_high - to.bin_low);
        to.bins[static_cast<std::size_t>(std::clamp(place * 256, 0.0, 255.0))] += from.bins[i];
    }
    to.total += from.total;
    to.has_no_data |= from.has_no_data;
}

}  // namespace

const ValueStats* WorkbenchModel::run_stats(const core::Run& run, const core::Metric& metric) const {
    const StatsKey key{&run, metric.id};
    auto found = stats_.find(key);
    if (found == stats_.end()) found = stats_.emplace(key, value_stats(run, metric.id)).first;
    return found->second ? &*found->second : nullptr;
}

ValueStats WorkbenchModel::merged_stats(const core::Metric& metric) const {
    ValueStats all;
    bool first = true;
    for (const auto& pane : panes_) {
        const auto* one = pane.run ? run_stats(*pane.run, metric) : nullptr;
        if (one == nullptr || one->bins.empty()) continue;
        if (first) {
            all.low = one->low, all.high = one->high, all.p01 = one->p01, all.p99 = one->p99;
            all.bin_low = one->bin_low, all.bin_high = one->bin_high;
        }
        first = false;
        all.low = std::min(all.low, one->low);
        all.high = std::max(all.high, one->high);
        all.p01 = std::min(all.p01, one->p01);
        all.p99 = std::max(all.p99, one->p99);
        all.bin_low = std::min(all.bin_low, one->bin_low);
        all.bin_high = std::max(all.bin_high, one->bin_high);
    }
    all.bins.assign(256, 0.0F);
    for (const auto& pane : panes_)
        if (const auto* one = pane.run ? run_stats(*pane.run, metric) : nullptr; one != nullptr && !first)
            add_bins(*one, all);
    return all;
}

const ValueStats* WorkbenchModel::stats(int index) const {
    const auto& metric = metric_of(index);
    if (range_.own_scale) return pane(index).run ? run_stats(*pane(index).run, metric) : nullptr;
    auto found = merged_.find(metric.id);
    if (found == merged_.end()) found = merged_.emplace(metric.id, merged_stats(metric)).first;
    return &found->second;
}

ColorScale WorkbenchModel::scale(int index) const {
    const auto& target = pane(index);
    if (target.view == ViewKind::difference) return difference_scale(target);
    const auto& metric = metric_of(index);
    ColorScale out{.log = range_.log, .reverse = range_.reverse, .map = range_.map};
    const bool natural = range_.mode == ColorRange::Mode::natural && metric.high > metric.low;
    if (range_.mode == ColorRange::Mode::locked && !range_.own_scale) {
        out.low = range_.low;
        out.high = range_.high;
    } else if (natural && !range_.own_scale) {
        out.low = metric.low;
        out.high = metric.high;
    } else if (const auto* values = stats(index)) {
        out.low = values->p01;
        out.high = values->p99;
    }
    widen(out);
    return out;
}

ColorScale WorkbenchModel::difference_scale(const Pane& target) const {
    const auto& other = pane(target.minus);
    double reach = 0;
    if (range_.mode == ColorRange::Mode::natural && metric_->high > metric_->low) {
        reach = metric_->high - metric_->low;
    } else {
        for (const auto* run : {target.run.get(), other.run.get()})
            if (const auto* values = run != nullptr ? run_stats(*run, *metric_) : nullptr)
                reach = std::max({reach, std::abs(values->p01), std::abs(values->p99)});
    }
    if (!(reach > 0)) reach = 1;
    return {.low = -reach,
            .high = reach,
            .reverse = range_.reverse,
            .map = light_ ? ColorMapId::diverging_light : ColorMapId::diverging_dark};
}

}  // namespace waferscope::views
