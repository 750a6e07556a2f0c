// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/trace_builder.hpp"

#include "core/io/decimal_time.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <limits>

namespace waferscope::core {
namespace {

constexpr std::size_t kMaxLanes = 100'000;
constexpr std::string_view kStep = "ProfilerStep";
constexpr TimeSpan kAlways{std::numeric_limits<std::int64_t>::min(),
                           std::numeric_limits<std::int64_t>::max()};
constexpr std::string_view kNoRoom = "(name left out: the limit of memory is reached)";
constexpr std::size_t kBytesPerName = 160;  ///< of tables and strings around a name

std::string_view unquoted(std::string_view token) {
    return token.size() >= 2 && token.front() == '"' && token.back() == '"'
               ? token.substr(1, token.size() - 2)
               : token;
}

/// Bytes of one element of a type as NCCL's records name it.
int dtype_bytes(std::string_view dtype) {
    if (dtype == "Double" || dtype == "Long") return 8;
    if (dtype == "Float" || dtype == "Int") return 4;
    if (dtype == "BFloat16" || dtype == "Half" || dtype == "Short") return 2;
    return dtype.empty() ? 0 : 1;
}

float bytes_of(const RawEvent& event) {
    const auto bytes = event.bytes > 0 ? static_cast<double>(event.bytes)
                                       : static_cast<double>(std::max<std::int64_t>(0, event.elements)) *
                                             dtype_bytes(event.dtype);
    return static_cast<float>(bytes);
}

bool is_device(TraceClass kind) {
    return kind == TraceClass::kernel || kind == TraceClass::memcpy || kind == TraceClass::memset;
}

/// Order of steps by their number, not by their text.
std::int64_t step_number(std::string_view name) {
    std::int64_t number = 0;
    for (const char c : name)
        if (c >= '0' && c <= '9' && number < 100'000'000'000'000) number = number * 10 + (c - '0');
    return number;
}

bool on_device(std::string_view category) {
    return is_device(trace_class(category)) || category == "gpu_user_annotation";
}

}  // namespace

TraceBuilder::TraceBuilder(const TraceOptions& options)
    : only_devices_(options.only_devices), max_bytes_(options.max_bytes) {
    trace_.outside.window = options.window.value_or(kAlways);
}

void TraceBuilder::add(const RawEvent& event) {
    ++trace_.events;
    switch (event.phase) {
        case 'X':
            return add_complete(event);
        case 'B':
            return add_begin(event);
        case 'E':
            return add_end(event);
        case 'M':
            return add_metadata(event);
        default:
            return;  // flows, instants and counters are counted and not drawn
    }
}

TraceBuilder::Working& TraceBuilder::lane_of(const RawEvent& event) {
    key_.assign(event.process);
    key_ += '\n';
    key_ += event.thread;
    if (key_ != last_key_ || lanes_.empty()) {
        // Beyond the limit everything joins the last lane rather than growing without end.
        auto lane = lane_keys_.size() < kMaxLanes ? lane_keys_.number(key_)
                                                  : static_cast<std::uint32_t>(kMaxLanes - 1);
        if (lane == lanes_.size()) {
            Working fresh;
            fresh.process_key = event.process;
            fresh.lane.process = unescape(unquoted(event.process));
            fresh.lane.thread = unescape(unquoted(event.thread));
            lanes_.push_back(std::move(fresh));
        }
        last_lane_ = lane;
        last_key_ = key_;
    }
    return lanes_[last_lane_];
}

std::uint32_t TraceBuilder::name_of(std::string_view raw) {
    if (name_bytes_ > max_bytes_ / 2) raw = raw_names_.known(raw) ? raw : kNoRoom;
    const auto number = raw_names_.number(raw);
    if (number == facts_.size()) {
        trace_.names.push_back(raw.find('\\') == std::string_view::npos ? std::string(raw) : unescape(raw));
        facts_.push_back({.collective = is_collective_kernel(raw)});
        name_bytes_ += 2 * raw.size() + kBytesPerName;
    }
    return number;
}

std::uint32_t TraceBuilder::link_of(const RawEvent& raw, TraceClass kind) {
    constexpr std::size_t kMostText = 4096;  // longer lists of tensors say nothing a cost follows from
    constexpr std::size_t kMostShapes = 4'000'000;
    if (kind != TraceClass::cpu_op && kind != TraceClass::annotation)
        return raw.correlation < 0 ? kNoLink : static_cast<std::uint32_t>(raw.correlation % kNoLink);
    if (raw.dims.empty() || raw.dims.size() + raw.types.size() > kMostText || shapes_.size() == kMostShapes || name_bytes_ > max_bytes_ / 2) return kNoLink;
    shape_key_.assign(raw.dims);
    shape_key_ += '\n';
    shape_key_ += raw.types;
    const auto number = shapes_.number(shape_key_);
    if (number == trace_.shapes.size()) {
        trace_.shapes.push_back({std::string(raw.dims), std::string(raw.types)});
        name_bytes_ += 2 * shape_key_.size() + kBytesPerName;
    }
    return number;
}

/// The mark on the CPU thread counts; the one profilers repeat on the device does not.
void TraceBuilder::note_step(const RawEvent& raw, TimeSpan time) {
    if (!raw.name.starts_with(kStep) || raw.category == "gpu_user_annotation") return;
    const auto [step, fresh] = steps_.try_emplace(unescape(raw.name), time);
    if (!fresh) step->second = {std::min(step->second.from, time.from), std::max(step->second.to, time.to)};
}

bool TraceBuilder::wanted(const RawEvent& raw, TimeSpan time) {
    auto& outside = trace_.outside;
    auto& whole = outside.whole;
    whole = any_ ? TimeSpan{std::min(whole.from, time.from), std::max(whole.to, time.to)} : time;
    any_ = true;
    if (time.from < outside.window.from || time.from >= outside.window.to) return ++outside.events, false;
    if (only_devices_ && !on_device(raw.category)) return ++outside.host_events, false;
    return true;
}

std::size_t TraceBuilder::place(Working& lane, const RawEvent& raw, TimeSpan time) {
    if (kept_ >= (max_bytes_ - std::min(max_bytes_, name_bytes_)) / kTraceBytesPerEvent) shorten();
    if (!wanted(raw, time)) return kLeftOut;
    TraceEvent event{.start_ns = time.from,
                     .dur_ns = time.to - time.from,
                     .name = name_of(raw.name),
                     .bytes = bytes_of(raw),
                     .kind = trace_class(raw.category)};
    event.link = link_of(raw, event.kind);
    event.collective = facts_[event.name].collective && event.kind == TraceClass::kernel;
    lane.lane.device = lane.lane.device || is_device(event.kind);
    lane.lane.events.push_back(event);
    ++kept_;
    return lane.lane.events.size() - 1;
}

/// Leaves out the last quarter of the time that is kept, measured in events.
void TraceBuilder::shorten() {
    std::vector<std::int64_t> starts;
    const std::size_t stride = 1 + kept_ / 1'000'000;
    std::size_t count = 0;
    for (const auto& working : lanes_)
        for (const auto& event : working.lane.events)
            if (count++ % stride == 0) starts.push_back(event.start_ns);
    if (starts.empty()) return;
    const auto cut = starts.begin() + static_cast<std::ptrdiff_t>(starts.size() * 3 / 4);
    std::ranges::nth_element(starts, cut);
    auto& outside = trace_.outside;
    outside.window.to = *cut;
    outside.by_memory = true;
    const auto before = kept_;
    for (auto& working : lanes_) {
        auto& events = working.lane.events;
        std::size_t to = 0;
        auto open = working.open.begin();
        for (std::size_t from = 0; from < events.size(); ++from) {
            const bool keep = events[from].start_ns < outside.window.to;
            while (open != working.open.end() && *open == kLeftOut) ++open;
            if (open != working.open.end() && *open == from) *open++ = keep ? to : kLeftOut;
            if (keep) events[to++] = events[from];
        }
        kept_ -= events.size() - to;
        events.resize(to);
    }
    outside.events += static_cast<std::int64_t>(before - kept_);
}

void TraceBuilder::add_complete(const RawEvent& event) {
    if (event.category == "Trace") return;  // the profiler's own frame around everything
    const auto start = microseconds_to_ns(event.start);
    const auto duration =
        event.duration.empty() ? std::optional<std::int64_t>(0) : microseconds_to_ns(event.duration);
    if (!start || !duration || *duration < 0) {
        ++without_time_;
        return;
    }
    const TimeSpan time{*start, *start + *duration};
    note_step(event, time);
    place(lane_of(event), event, time);
}

void TraceBuilder::add_begin(const RawEvent& event) {
    const auto start = microseconds_to_ns(event.start);
    if (!start) {
        ++without_time_;
        return;
    }
    auto& lane = lane_of(event);
    lane.open.push_back(place(lane, event, {*start, *start}));
}

void TraceBuilder::add_end(const RawEvent& event) {
    auto& lane = lane_of(event);
    const auto end = microseconds_to_ns(event.start);
    if (lane.open.empty() || !end) {
        ++unmatched_;
        return;
    }
    const auto index = lane.open.back();
    lane.open.pop_back();
    trace_.outside.whole.to = std::max(trace_.outside.whole.to, *end);
    if (index == kLeftOut) return;
    auto& begun = lane.lane.events[index];
    begun.dur_ns = std::max<std::int64_t>(0, *end - begun.start_ns);
}

void TraceBuilder::add_metadata(const RawEvent& event) {
    if (event.name == "process_name") {
        process_names_[std::string(event.process)] = unescape(event.label);
    } else if (event.name == "process_labels") {
        process_labels_[std::string(event.process)] = unescape(event.label);
    } else if (event.name == "thread_name" && lane_keys_.size() < kMaxLanes) {
        lane_of(event);
        thread_names_.emplace_back(last_lane_, unescape(event.label));
    }
}

RankTrace TraceBuilder::finish() {
    for (auto& [lane, name] : thread_names_)
        if (!name.empty()) lanes_[lane].lane.thread = std::move(name);
    for (auto& working : lanes_) {
        unmatched_ += static_cast<std::int64_t>(working.open.size());
        if (working.lane.events.empty()) continue;
        const auto name = process_names_.find(working.process_key),
                   label = process_labels_.find(working.process_key);
        if (label != process_labels_.end() && !label->second.empty())
            working.lane.process = label->second;
        else if (name != process_names_.end() && !name->second.empty())
            working.lane.process = name->second;
        const auto before = [](const TraceEvent& a, const TraceEvent& b) {
            return a.start_ns != b.start_ns ? a.start_ns < b.start_ns : a.dur_ns > b.dur_ns;
        };
        if (!std::ranges::is_sorted(working.lane.events, before))
            std::ranges::stable_sort(working.lane.events, before);
        measure(working.lane.events);
        trace_.lanes.push_back(std::move(working.lane));
    }
    std::ranges::stable_partition(trace_.lanes, &TraceLane::device);
    find_steps();
    tell_outside();
    if (without_time_ > 0)
        trace_.warnings.push_back(
            fmt::format("{} events have no readable time and were left out.", without_time_));
    if (unmatched_ > 0)
        trace_.warnings.push_back(fmt::format("{} begin or end marks have no partner.", unmatched_));
    return std::move(trace_);
}

/// Begin and end of what is kept.
void TraceBuilder::measure(const std::vector<TraceEvent>& events) {
    auto end = events.front().start_ns;
    for (const auto& event : events) end = std::max(end, event.start_ns + event.dur_ns);
    const auto begin = events.front().start_ns;
    trace_.begin_ns = any_kept_ ? std::min(trace_.begin_ns, begin) : begin;
    trace_.end_ns = any_kept_ ? std::max(trace_.end_ns, end) : end;
    any_kept_ = true;
}

/// Steps that are loaded as a whole.
void TraceBuilder::find_steps() {
    const auto& outside = trace_.outside;
    for (const auto& [name, span] : steps_)
        if (outside.events == 0 || (span.from >= outside.window.from && span.to <= outside.window.to))
            trace_.steps.push_back({.name = name, .start_ns = span.from, .end_ns = span.to});
    std::ranges::stable_sort(trace_.steps, {}, [](const TraceStep& step) { return step_number(step.name); });
}

void TraceBuilder::tell_outside() {
    auto& outside = trace_.outside;
    outside.window = {std::max(outside.window.from, outside.whole.from),
                      std::min(outside.window.to, outside.whole.to)};
    if (outside.events > 0)
        trace_.warnings.push_back(
            fmt::format("{}{} events and {:.4g} s of {:.4g} s are outside the loaded window.",
                        outside.by_memory ? "The limit of memory was reached: " : "", outside.events,
                        static_cast<double>(outside.time_ns()) * 1e-9,
                        static_cast<double>(outside.whole.to - outside.whole.from) * 1e-9));
    if (outside.host_events > 0)
        trace_.warnings.push_back(fmt::format(
            "{} events of the host were left out: only GPU lanes are loaded.", outside.host_events));
}

}  // namespace waferscope::core
