// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/measured_run.hpp"

#include "core/model/rank_waits.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <ranges>

namespace waferscope::core {
namespace {

/// What of a rank is shown, in its own clock.
struct Shown {
    TimeSpan span;
    std::int64_t offset_ns = 0;  ///< added to reach the clock of the first rank
};

std::string text_of(double seconds) {
    return seconds < 1 ? fmt::format("{:.4g} ms", seconds * 1e3) : fmt::format("{:.4g} s", seconds);
}

/// Lanes of a run under construction; slices that overlap go to a lane of their own, one per nesting level.
class Stacker {
public:
    explicit Stacker(std::vector<Lane>& lanes) : lanes_(lanes) {}

    void begin(std::string name, std::string detail) {
        first_ = lanes_.size();
        name_ = std::move(name);
        detail_ = std::move(detail);
    }
    void add(const Slice& slice) {
        for (auto level = first_; level < lanes_.size(); ++level) {
            auto& slices = lanes_[level].slices;
            if (!slices.empty() && slices.back().end_s > slice.start_s) continue;
            slices.push_back(slice);
            return;
        }
        if (lanes_.size() - first_ >= kMostLevels) {
            ++left_out_;
            return;
        }
        const auto level = lanes_.size() - first_;
        lanes_.push_back(
            {.name = level == 0 ? name_ : fmt::format("{} +{}", name_, level), .detail = detail_});
        lanes_.back().slices.push_back(slice);
    }
    [[nodiscard]] std::size_t left_out() const { return left_out_; }

private:
    static constexpr std::size_t kMostLevels = 64;
    std::vector<Lane>& lanes_;
    std::size_t first_ = 0, left_out_ = 0;
    std::string name_, detail_;
};

std::shared_ptr<const Machine> machine_of(const std::vector<RankTrace>& ranks) {
    Machine machine{.id = "measured", .name = ranks.front().device, .layers = "A"};
    if (machine.name.empty()) machine.name = "device of the trace";
    machine.body = Cluster{};
    machine.availability = "buy";
    machine.origin = ranks.front().file;
    return std::make_shared<const Machine>(std::move(machine));
}

/// Seconds with at least one kernel of a kind running, means over ranks.
struct Busy {
    double compute_s = 0, communication_s = 0, any_s = 0;
};

Busy busy_of(const std::vector<RankTrace>& ranks, const std::vector<Shown>& shown) {
    Busy busy;
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        std::vector<TimeSpan> compute, communication, any;
        for (const auto& lane : ranks[r].lanes)
            for (const auto& event : lane.events) {
                if (event.kind != TraceClass::kernel) continue;
                const TimeSpan span{std::max(event.start_ns, shown[r].span.from),
                                    std::min(event.start_ns + event.dur_ns, shown[r].span.to)};
                if (span.to <= span.from) continue;
                (event.collective ? communication : compute).push_back(span);
                any.push_back(span);
            }
        const auto add = [&](double& sum, std::vector<TimeSpan>& spans) {
            sum += static_cast<double>(covered_ns(spans)) * 1e-9 / static_cast<double>(ranks.size());
        };
        add(busy.compute_s, compute);
        add(busy.communication_s, communication);
        add(busy.any_s, any);
    }
    return busy;
}

void sum_up(const Busy& busy, Summary& summary) {
    summary.compute_s = busy.compute_s;
    summary.communication_s = busy.communication_s;
    summary.exposed_communication_s = busy.any_s - busy.compute_s;
    summary.bubble_s = std::max(0.0, summary.step_time_s - busy.any_s);
    if (summary.step_time_s > 0) summary.utilisation = busy.any_s / summary.step_time_s;
}

/// What all ranks left in their files; the window is that of the rank with the most time outside.
TraceOutside outside_of(const std::vector<RankTrace>& ranks) {
    TraceOutside all = ranks.front().outside;
    for (const auto& rank : ranks | std::views::drop(1)) {
        const auto& one = rank.outside;
        if (one.time_ns() > all.time_ns()) all.window = one.window, all.whole = one.whole;
        all.events += one.events;
        all.host_events += one.host_events;
        all.by_memory = all.by_memory || one.by_memory;
    }
    return all;
}

Bottleneck bottleneck_of(const Summary& summary) {
    const double step = summary.step_time_s > 0 ? summary.step_time_s : 1;
    const double idle = *summary.bubble_s / step, exposed = *summary.exposed_communication_s / step,
                 busy = *summary.compute_s / step;
    if (idle >= exposed && idle >= busy)
        return {.id = "launch",
                .text = fmt::format("No kernel runs for {:.0f} % of the time: the devices wait for the host, "
                                    "for data or for other ranks.",
                                    100 * idle),
                .share = idle};
    if (exposed >= busy)
        return {.id = "link",
                .text = fmt::format("Communication that nothing hides takes {:.0f} % of the time.",
                                    100 * exposed),
                .share = exposed};
    return {.id = "kernel",
            .text = fmt::format("Kernels compute for {:.0f} % of the time.", 100 * busy),
            .share = busy};
}

std::shared_ptr<const Workload> workload_of(const std::vector<RankTrace>& ranks) {
    Workload workload;
    workload.format = "kineto";
    workload.source = ranks.front().file;
    workload.name = std::filesystem::path(ranks.front().file).stem().string();
    return std::make_shared<const Workload>(std::move(workload));
}

std::vector<Shown> choose(const std::vector<RankTrace>& ranks, Run& run) {
    std::vector<Shown> shown(ranks.size());
    std::size_t fewest = ranks.front().steps.size();
    for (const auto& rank : ranks) fewest = std::min(fewest, rank.steps.size());
    const auto step = fewest > 0 ? median_step(ranks.front().steps) : 0;
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        shown[r].span = {ranks[r].begin_ns, ranks[r].end_ns};
        if (step < fewest) shown[r].span = {ranks[r].steps[step].start_ns, ranks[r].steps[step].end_ns};
    }
    if (step < fewest)
        run.assumptions.push_back(
            fmt::format("Shown is {}, the median of {} recorded steps; the others are set aside.",
                        ranks.front().steps[step].name, ranks.front().steps.size()));
    else
        run.assumptions.emplace_back("The whole trace is shown: it marks no steps (ProfilerStep).");
    const auto offsets = rank_offsets_ns(ranks);
    for (std::size_t r = 0; r < ranks.size(); ++r) {
        // Ranks that share no collectives begin together.
        shown[r].offset_ns = offsets[r].value_or(shown.front().span.from - shown[r].span.from);
        if (!offsets[r])
            run.warnings.push_back(
                fmt::format("Rank {} is not aligned: it shares fewer than three collectives with rank {}.",
                            ranks[r].rank, ranks.front().rank));
        else if (r > 0)
            run.assumptions.push_back(
                fmt::format("Rank {} was moved by {} to meet the collectives of rank {}.", ranks[r].rank,
                            text_of(static_cast<double>(*offsets[r]) * 1e-9), ranks.front().rank));
    }
    return shown;
}

/// All lanes of one kind, device or not, of one rank. `names` maps the rank's names to the run's.
struct RankLanes {
    RankTrace& rank;
    const Shown& shown;
    std::uint32_t first_name;
    std::int64_t zero_ns;
    bool several;
};

/// The events of a lane are freed once they are drawn: a large trace is never in memory twice.
void add_lanes(const RankLanes& from, bool device, const std::vector<SliceKind>& kinds, Stacker& stacker) {
    for (auto& lane : from.rank.lanes) {
        if (lane.device != device) continue;
        const auto prefix = from.several ? fmt::format("Rank {} ", from.rank.rank) : std::string();
        stacker.begin(prefix + lane.process, lane.thread);
        for (const auto& event : lane.events) {
            const auto start = std::max(event.start_ns, from.shown.span.from);
            const auto end = std::min(event.start_ns + event.dur_ns, from.shown.span.to);
            if (end <= start) continue;
            const auto to_s = [&](std::int64_t ns) {
                return static_cast<double>(ns + from.shown.offset_ns - from.zero_ns) * 1e-9;
            };
            auto kind = kinds[event.name];
            if (event.kind == TraceClass::memcpy || event.kind == TraceClass::memset)
                kind = SliceKind::weight_stream;
            stacker.add({.start_s = to_s(start),
                         .end_s = to_s(end),
                         .name = from.first_name + event.name,
                         .bytes = event.bytes,
                         .kind = kind});
        }
        lane.events = {};
    }
}

void add_timeline(std::vector<RankTrace>& ranks, const std::vector<Shown>& shown, Run& run) {
    auto zero = shown.front().span.from + shown.front().offset_ns;
    for (const auto& part : shown) zero = std::min(zero, part.span.from + part.offset_ns);
    Stacker stacker(run.timeline.lanes);
    std::vector<std::uint32_t> first_name;
    std::vector<std::vector<SliceKind>> kinds;
    for (const auto& rank : ranks) {
        first_name.push_back(static_cast<std::uint32_t>(run.timeline.names.size()));
        run.timeline.names.insert(run.timeline.names.end(), rank.names.begin(), rank.names.end());
        auto& of_rank = kinds.emplace_back();
        for (const auto& name : rank.names)
            of_rank.push_back(slice_kind_of({.kind = TraceClass::kernel}, name));
    }
    for (const bool device : {true, false})
        for (std::size_t r = 0; r < ranks.size(); ++r)
            add_lanes({ranks[r], shown[r], first_name[r], zero, ranks.size() > 1}, device, kinds[r], stacker);
    if (stacker.left_out() > 0)
        run.warnings.push_back(fmt::format("{} events are nested too deep to be drawn.", stacker.left_out()));
}

}  // namespace

std::size_t median_step(const std::vector<TraceStep>& steps) {
    std::vector<std::size_t> kept;
    const std::size_t edge = steps.size() > 3 ? 1 : 0;
    for (auto i = edge; i + edge < steps.size(); ++i) kept.push_back(i);
    std::ranges::stable_sort(kept, {}, [&](std::size_t i) { return steps[i].end_ns - steps[i].start_ns; });
    return kept[(kept.size() - 1) / 2];
}

Run measured_run(std::vector<RankTrace> ranks) {
    Run run;
    run.evidence = {.kind = "measured", .n = static_cast<int>(ranks.size()), .set = ranks.front().file};
    run.machine = machine_of(ranks);
    run.workload = workload_of(ranks);
    run.scenario.name = run.workload->name;
    run.scenario.workload = FileWorkload{std::filesystem::path(ranks.front().file).filename().string()};
    run.scenario.source_path = ranks.front().file;
    run.scenario.machine = run.machine->id;
    run.scenario.chips = std::max(static_cast<int>(ranks.size()), 1);
    run.sources.push_back(ranks.front().file);
    for (const auto& rank : ranks)
        run.warnings.insert(run.warnings.end(), rank.warnings.begin(), rank.warnings.end());
    const auto shown = choose(ranks, run);
    const auto busy = busy_of(ranks, shown);
    run.outside = outside_of(ranks);
    const auto waits = rank_waits(ranks);  // before the lanes are drawn: their events are freed then
    add_timeline(ranks, shown, run);
    run.summary.step_time_s = run.timeline.end_s();
    sum_up(busy, run.summary);
    run.bottlenecks.push_back(bottleneck_of(run.summary));
    if (auto late = late_rank_text(waits, run.summary.step_time_s))
        run.bottlenecks.push_back({.id = "late_rank", .text = std::move(*late)});
    run.step_edges_s = {0, std::max(run.summary.step_time_s, 1e-9)};
    return run;
}

}  // namespace waferscope::core
