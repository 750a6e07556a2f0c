// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace waferscope::views {
namespace {

constexpr double kStandsOut = 0.5;  // of the natural range: below it nothing is called a hot spot

const core::ClassSeries* find(const std::vector<core::ClassSeries>& all, std::string_view metric) {
    const auto found = std::ranges::find(all, metric, &core::ClassSeries::metric);
    return found == all.end() ? nullptr : &*found;
}

std::size_t cell(const core::CoreClasses& classes, int x, int y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(classes.grid.columns) +
           static_cast<std::size_t>(x);
}

bool inside(const core::CoreClasses& classes, int wafer, int x, int y) {
    return wafer >= 0 && wafer < classes.wafers && x >= 0 && y >= 0 && x < classes.grid.columns &&
           y < classes.grid.rows && classes.class_of_core.size() == classes.grid.cells();
}

/// Middle of the cores of one class (a core that belongs to it), by index into class_of_core.
std::size_t middle_core(const core::CoreClasses& classes, std::uint32_t pattern_class) {
    const auto& of = classes.class_of_core;
    const auto members = static_cast<std::size_t>(std::ranges::count(of, pattern_class));
    std::size_t seen = 0;
    for (std::size_t i = 0; i < of.size(); ++i)
        if (of[i] == pattern_class && seen++ == members / 2) return i;
    return 0;
}

std::optional<HotSpot> hot_class(const core::Run& run, std::string_view metric, std::size_t step) {
    const auto* series = wafer_series(run, metric);
    if (series == nullptr) return std::nullopt;
    const auto& classes = run.wafer->classes;
    const auto* row = series->value.data() + step * classes.classes.size();
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < classes.classes.size(); ++i)
        if (!std::isnan(row[i]) && (!best || row[i] > row[*best])) best = i;
    if (!best || classes.classes_per_wafer == 0) return std::nullopt;
    HotSpot spot{.value = double{row[*best]}, .metric = metric};
    spot.wafer = static_cast<int>(*best / classes.classes_per_wafer);
    const auto core = middle_core(classes, static_cast<std::uint32_t>(*best % classes.classes_per_wafer));
    spot.x = static_cast<int>(core % static_cast<std::size_t>(classes.grid.columns));
    spot.y = static_cast<int>(core / static_cast<std::size_t>(classes.grid.columns));
    return spot;
}

std::optional<HotSpot> hot_link(const HotLinks& links, std::size_t step) {
    const auto found = links.hottest(step);
    if (!found) return std::nullopt;
    return HotSpot{.on_link = true,
                   .wafer = found->wafer,
                   .x = found->x,
                   .y = found->y,
                   .direction = found->direction,
                   .value = found->load,
                   .metric = kLinkLoad};
}

std::optional<HotSpot> hot_device_link(const core::Run& run, std::size_t step) {
    std::optional<HotSpot> best;
    for (std::size_t i = 0; i < run.devices->links.size(); ++i) {
        const auto load = device_link_load(run, step, i);
        if (load && (!best || *load > best->value))
            best = HotSpot{.device = true, .on_link = true, .index = i, .value = *load, .metric = kLinkLoad};
    }
    return best;
}

std::optional<HotSpot> hot_device(const core::Run& run, std::string_view metric, std::size_t step) {
    std::optional<HotSpot> best;
    for (std::size_t i = 0; i < run.devices->devices.size(); ++i) {
        const auto value = device_value(run, metric, step, i);
        if (value && (!best || *value > best->value))
            best = HotSpot{.device = true, .index = i, .value = *value, .metric = metric};
    }
    return best;
}

struct Sample {
    float value;
    float weight;
};

void add_series(const core::ClassSeries& series, std::span<const float> weight, std::vector<Sample>& out,
                ValueStats& stats) {
    for (std::size_t i = 0; i < series.value.size(); ++i) {
        const float w = weight[i % weight.size()];
        if (!(w > 0)) continue;
        if (std::isnan(series.value[i]))
            stats.has_no_data = true;
        else
            out.push_back({series.value[i], w});
    }
}

std::vector<float> cores_per_class(const core::CoreClasses& classes) {
    std::vector<float> weight(classes.classes.size(), 0.0F);
    std::vector<float> pattern(std::max<std::size_t>(classes.classes_per_wafer, 1), 0.0F);
    for (const auto c : classes.class_of_core)
        if (c < pattern.size()) pattern[c] += 1;
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = pattern[i % pattern.size()];
    return weight;
}

void add_field(const core::CoreField& field, std::vector<Sample>& out) {
    std::array<float, 256> cores{};
    for (const auto value : field.value) cores[value] += 1;
    for (std::size_t i = 0; i < cores.size(); ++i)
        if (cores[i] > 0) out.push_back({static_cast<float>(i), cores[i]});
}

/// Link loads of at most sixteen steps, every core of every wafer, hottest direction.
void add_links(const core::Run& run, std::vector<Sample>& out) {
    const auto& wafer = *run.wafer;
    const std::size_t stride = std::max<std::size_t>(1, run.steps() / 16);
    std::vector<float> load(wafer.classes.grid.cells());
    std::array<float, 256> bins{};
    for (std::size_t step = 0; step < run.steps(); step += stride)
        for (int w = 0; w < wafer.classes.wafers; ++w) {
            core::expand_hottest(wafer.links, wafer.classes.grid, step, w, load);
            for (const float value : load)
                bins[static_cast<std::size_t>(std::clamp(value, 0.0F, 1.275F) * 200)] += 1;
        }
    for (std::size_t i = 0; i < bins.size(); ++i)
        if (bins[i] > 0) out.push_back({static_cast<float>(i) / 200.0F, bins[i]});
}

void finish(std::vector<Sample>& samples, ValueStats& stats) {
    std::ranges::sort(samples, {}, &Sample::value);
    stats.low = double{samples.front().value};
    stats.high = double{samples.back().value};
    for (const auto& s : samples) stats.total += double{s.weight};
    double below = 0;
    bool first = true;
    for (const auto& s : samples) {
        below += double{s.weight};
        if (first && below >= 0.01 * stats.total) {
            stats.p01 = double{s.value};
            first = false;
        }
        stats.p99 = double{s.value};
        if (below >= 0.99 * stats.total) break;
    }
    stats.bin_low = stats.low;
    stats.bin_high = stats.high > stats.low ? stats.high : stats.low + 1;
    stats.bins.assign(256, 0.0F);
    for (const auto& s : samples) {
        const double place = (double{s.value} - stats.bin_low) / (stats.bin_high - stats.bin_low);
        stats.bins[static_cast<std::size_t>(std::clamp(place * 256, 0.0, 255.0))] += s.weight;
    }
}

}  // namespace

const core::ClassSeries* wafer_series(const core::Run& run, std::string_view metric) {
    return run.wafer ? find(run.wafer->series, metric) : nullptr;
}

const core::CoreField* wafer_field(const core::Run& run, std::string_view metric) {
    if (!run.wafer) return nullptr;
    const auto found = std::ranges::find(run.wafer->fields, metric, &core::CoreField::metric);
    return found == run.wafer->fields.end() ? nullptr : &*found;
}

const core::ClassSeries* device_series(const core::Run& run, std::string_view metric) {
    return run.devices ? find(run.devices->series, metric) : nullptr;
}

std::vector<const core::Metric*> map_metrics(const core::Run& run) {
    std::vector<const core::Metric*> out;
    for (const auto& metric : core::metrics()) {
        const bool link = metric.id == kLinkLoad && ((run.wafer && !run.wafer->links.plane.empty()) ||
                                                     (run.devices && !run.devices->link_load.empty()));
        if (link || wafer_series(run, metric.id) != nullptr || wafer_field(run, metric.id) != nullptr || device_series(run, metric.id) != nullptr)
            out.push_back(&metric);
    }
    return out;
}

std::optional<double> core_value(const core::Run& run, std::string_view metric, std::size_t step, int wafer,
                                 int x, int y) {
    if (!run.wafer || !inside(run.wafer->classes, wafer, x, y)) return std::nullopt;
    if (metric == kLinkLoad) {
        if (run.wafer->links.plane.empty()) return std::nullopt;
        return hottest_link(run.wafer->links, step, wafer, x, y);
    }
    if (const auto* field = wafer_field(run, metric)) return static_cast<double>(field->value[cell(run.wafer->classes, x, y)]);
    const auto* series = wafer_series(run, metric);
    if (series == nullptr) return std::nullopt;
    const auto& classes = run.wafer->classes;
    const auto column = static_cast<std::size_t>(wafer) * classes.classes_per_wafer +
                        classes.class_of_core[cell(classes, x, y)];
    const float value = series->value[step * classes.classes.size() + column];
    return std::isnan(value) ? std::nullopt : std::optional(double{value});
}

double link_load(const core::LinkSeries& links, std::size_t step, int wafer, int x, int y,
                 core::Direction direction) {
    double sum = 0;
    const auto* weight = links.weight.data() + step * links.plane.size();
    for (std::size_t p = 0; p < links.plane.size(); ++p) {
        const auto& plane = links.plane[p];
        if (plane.wafer != wafer || plane.direction != direction || !plane.box.contains(x, y)) continue;
        sum += double{weight[p]} * double{plane.at(x, y)};
    }
    return sum;
}

double hottest_link(const core::LinkSeries& links, std::size_t step, int wafer, int x, int y) {
    double top = 0;
    for (int d = 0; d < core::kDirections; ++d)
        top = std::max(top, link_load(links, step, wafer, x, y, static_cast<core::Direction>(d)));
    return top;
}

std::optional<double> device_value(const core::Run& run, std::string_view metric, std::size_t step,
                                   std::size_t device) {
    const auto* series = device_series(run, metric);
    if (series == nullptr || device >= run.devices->devices.size()) return std::nullopt;
    if (run.devices->devices[device].kind != core::Device::Kind::chip) return std::nullopt;
    const auto at = step * run.devices->device_classes.size() + run.devices->devices[device].value_class;
    if (at >= series->value.size() || std::isnan(series->value[at])) return std::nullopt;
    return double{series->value[at]};
}

std::optional<double> device_link_load(const core::Run& run, std::size_t step, std::size_t link) {
    if (!run.devices || link >= run.devices->links.size()) return std::nullopt;
    const auto at = step * run.devices->link_classes.size() + run.devices->links[link].value_class;
    if (at >= run.devices->link_load.size() || std::isnan(run.devices->link_load[at])) return std::nullopt;
    return double{run.devices->link_load[at]};
}

const core::CoreClass* core_class(const core::Run& run, int wafer, int x, int y) {
    if (!run.wafer || !inside(run.wafer->classes, wafer, x, y)) return nullptr;
    const auto& classes = run.wafer->classes;
    const auto column = static_cast<std::size_t>(wafer) * classes.classes_per_wafer +
                        classes.class_of_core[cell(classes, x, y)];
    return column < classes.classes.size() ? &classes.classes[column] : nullptr;
}

std::optional<HotSpot> find_hot_spot(const core::Run& run, std::string_view metric, std::size_t step,
                                     const HotLinks* links) {
    if (run.steps() == 0) return std::nullopt;
    std::optional<HotSpot> spot;
    if (run.wafer)
        spot = links != nullptr ? hot_link(*links, step) : hot_link(HotLinks(run.wafer->links), step);
    if (run.wafer && !spot) spot = hot_class(run, metric, step);
    if (run.devices && !spot) spot = hot_device_link(run, step);
    if (run.devices && !spot) spot = hot_device(run, metric, step);
    if (!spot) return std::nullopt;
    const auto* row = core::find_metric(spot->metric);
    if (row != nullptr && row->high > row->low &&
        spot->value < row->low + kStandsOut * (row->high - row->low))
        return std::nullopt;
    return spot;
}

double ValueStats::share_below(double value) const {
    if (!(total > 0)) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < bins.size(); ++i) {
        const double upper =
            bin_low + (bin_high - bin_low) * static_cast<double>(i + 1) / static_cast<double>(bins.size());
        if (upper <= value) sum += double{bins[i]};
    }
    return sum / total;
}

double ValueStats::share_above(double value) const {
    if (!(total > 0)) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < bins.size(); ++i) {
        const double lower =
            bin_low + (bin_high - bin_low) * static_cast<double>(i) / static_cast<double>(bins.size());
        if (lower > value) sum += double{bins[i]};
    }
    return sum / total;
}

std::vector<float> ValueStats::bars(double from, double to, int count) const {
    std::vector<float> out(static_cast<std::size_t>(std::max(count, 1)), 0.0F);
    if (!(to > from)) return out;
    for (std::size_t i = 0; i < bins.size(); ++i) {
        const double value = bin_low + (bin_high - bin_low) * (static_cast<double>(i) + 0.5) /
                                           static_cast<double>(bins.size());
        const double place = (value - from) / (to - from);
        if (place >= 0 && place < 1) out[static_cast<std::size_t>(place * count)] += bins[i];
    }
    return out;
}

std::optional<ValueStats> value_stats(const core::Run& run, std::string_view metric) {
    ValueStats stats;
    std::vector<Sample> samples;
    if (const auto* series = wafer_series(run, metric))
        add_series(*series, cores_per_class(run.wafer->classes), samples, stats);
    else if (const auto* field = wafer_field(run, metric))
        add_field(*field, samples);
    else if (metric == kLinkLoad && run.wafer && !run.wafer->links.plane.empty())
        add_links(run, samples);
    else if (const auto* devices = device_series(run, metric))
        add_series(*devices, std::vector<float>(run.devices->device_classes.size(), 1.0F), samples, stats);
    else if (metric == kLinkLoad && run.devices)
        for (const float load : run.devices->link_load) samples.push_back({load, 1.0F});
    else
        return std::nullopt;
    if (!samples.empty()) finish(samples, stats);
    return stats;
}

double end_of(const core::Run& run) {
    if (!run.step_edges_s.empty()) return run.step_edges_s.back();
    return std::max(run.timeline.end_s(), run.summary.step_time_s);
}

}  // namespace waferscope::views
