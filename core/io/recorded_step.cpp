// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/recorded_step.hpp"

#include "core/io/kineto_reader.hpp"
#include "core/io/recorded_cost.hpp"
#include "core/io/text_stream.hpp"
#include "core/model/measured_run.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>
#include <unordered_map>

namespace waferscope::core {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFFU;

/// A call of the host that launched kernels: the innermost operator around the launch.
struct Call {
    std::uint32_t lane = 0, event = 0;
    auto operator<=>(const Call&) const = default;
};

/// Launches by correlation number. All lanes are sorted: an operator stands before what it holds.
std::unordered_map<std::uint32_t, Call> launches_of(const RankTrace& rank) {
    std::unordered_map<std::uint32_t, Call> launches;
    for (std::uint32_t l = 0; l < rank.lanes.size(); ++l) {
        const auto& events = rank.lanes[l].events;
        std::vector<std::uint32_t> open;
        for (std::uint32_t i = 0; i < events.size(); ++i) {
            const auto& event = events[i];
            while (!open.empty() &&
                   events[open.back()].start_ns + events[open.back()].dur_ns < event.start_ns)
                open.pop_back();
            const bool op = event.kind == TraceClass::cpu_op ||
                            (event.kind == TraceClass::annotation && event.link != kNoLink);
            if (op) open.push_back(i);
            if (event.kind == TraceClass::runtime && event.link != kNoLink && !open.empty())
                launches.emplace(event.link, Call{l, open.back()});
        }
    }
    return launches;
}

/// Kernels of one call.
struct Launched {
    std::int64_t busy_ns = 0, longest_ns = 0;
    WorkClass kind = WorkClass::other;
    std::array<std::int64_t, kWorkClasses> ns{};
    std::array<std::int64_t, kWorkClasses> kernels{};
};

class Collector {
public:
    Collector(const RankTrace& rank, RecordedStep& step)
        : rank_(rank), step_(step), launches_(launches_of(rank)) {
        for (const auto& name : rank.names) kinds_.push_back(work_class_of_kernel(name));
    }

    /// Kernels run behind the host: one belongs to the step that launched it, else to the one it ran in.
    [[nodiscard]] bool inside(const TraceEvent& event, const TimeSpan& span) const {
        const auto found = event.link == kNoLink ? launches_.end() : launches_.find(event.link);
        const auto at = found == launches_.end() ? event.start_ns : start_of(found->second);
        return at >= span.from && at < span.to;
    }

    void add(const TraceEvent& event) {
        const auto kind = event.kind == TraceClass::memcpy || event.kind == TraceClass::memset
                              ? WorkClass::copy
                              : kinds_[event.name];
        ++step_.kernels;
        const auto found = event.link == kNoLink ? launches_.end() : launches_.find(event.link);
        const Call call = found == launches_.end() ? Call{kNone, 0} : found->second;
        // Host copies cross a link the machine files do not describe.
        auto& launched = event.kind == TraceClass::kernel ? calls_[call] : calls_[Call{kNone, 0}];
        launched.busy_ns += event.dur_ns;
        launched.ns.at(static_cast<std::size_t>(kind)) += event.dur_ns;
        ++launched.kernels.at(static_cast<std::size_t>(kind));
        if (event.dur_ns <= launched.longest_ns) return;
        launched.longest_ns = event.dur_ns;
        launched.kind = kind;
    }

    void finish() {
        std::vector<const std::pair<const Call, Launched>*> order;
        for (const auto& entry : calls_) order.push_back(&entry);
        std::ranges::stable_sort(order, {}, [&](const auto* entry) { return start_of(entry->first); });
        for (const auto* entry : order) add_call(entry->first, entry->second);
    }

private:
    [[nodiscard]] const TraceEvent* event_of(const Call& call) const {
        return call.lane == kNone ? nullptr : &rank_.lanes[call.lane].events[call.event];
    }
    [[nodiscard]] std::int64_t start_of(const Call& call) const {
        const auto* event = event_of(call);
        return event == nullptr ? 0 : event->start_ns;
    }

    void add_call(const Call& call, const Launched& launched) {
        const auto* event = event_of(call);
        std::optional<Operator> op;
        if (event != nullptr && event->link != kNoLink) {
            step_.with_shapes +=
                std::accumulate(launched.kernels.begin(), launched.kernels.end(), std::int64_t{0});
            op = recorded_operator(rank_.names[event->name],
                                   {rank_.shapes[event->link].dims, rank_.shapes[event->link].types},
                                   launched.kind);
        }
        if (!op) {
            for (std::size_t k = 0; k < kWorkClasses; ++k) {
                step_.classes.at(k).kernels += launched.kernels.at(k);
                step_.classes.at(k).busy_s += static_cast<double>(launched.ns.at(k)) * 1e-9;
            }
            return;
        }
        const auto kind = work_class_of(*op);
        const double busy_s = static_cast<double>(launched.busy_ns) * 1e-9;
        auto& sum = step_.classes.at(static_cast<std::size_t>(kind));
        sum.kernels += std::accumulate(launched.kernels.begin(), launched.kernels.end(), std::int64_t{0});
        sum.busy_s += busy_s;
        sum.linked_s += busy_s;
        step_.measured_s.push_back(busy_s);
        step_.op_class.push_back(kind);
        ++step_.workload.op_histogram[op->type];
        step_.workload.operators.push_back(std::move(*op));
    }

    const RankTrace& rank_;
    RecordedStep& step_;
    std::unordered_map<std::uint32_t, Call> launches_;
    std::vector<WorkClass> kinds_;
    std::map<Call, Launched> calls_;
};

}  // namespace

double RecordedStep::busy_s() const {
    return std::accumulate(classes.begin(), classes.end(), 0.0,
                           [](double sum, const auto& c) { return sum + c.busy_s; });
}

double RecordedStep::linked_s() const {
    return std::accumulate(classes.begin(), classes.end(), 0.0,
                           [](double sum, const auto& c) { return sum + c.linked_s; });
}

namespace {

RecordedStep collect(const RankTrace& rank, const std::string& name, const TimeSpan& span) {
    RecordedStep step{.name = name, .step_s = static_cast<double>(span.to - span.from) * 1e-9};
    auto& workload = step.workload;
    workload.name = std::filesystem::path(rank.file).stem().string();
    workload.source = rank.file;
    workload.format = "kineto";
    Collector collector(rank, step);
    for (const auto& lane : rank.lanes)
        for (const auto& event : lane.events) {
            const bool on_device = event.kind == TraceClass::kernel || event.kind == TraceClass::memcpy ||
                                   event.kind == TraceClass::memset;
            if (on_device && collector.inside(event, span)) collector.add(event);
        }
    collector.finish();
    workload.nodes_top = workload.nodes_total = static_cast<std::int64_t>(workload.operators.size());
    return step;
}

}  // namespace

RecordedStep recorded_step(const RankTrace& rank) {
    constexpr std::size_t kMostTries = 8;  // steps without a kernel are rare: profilers start and end in them
    if (!rank.steps.empty()) {
        const auto median = median_step(rank.steps);
        for (std::size_t i = 0; i < std::min(rank.steps.size(), kMostTries); ++i) {
            const auto& chosen = rank.steps[(median + i) % rank.steps.size()];
            auto step = collect(rank, chosen.name, {chosen.start_ns, chosen.end_ns});
            if (step.kernels > 0) return step;
        }
    }
    return collect(rank, {}, {rank.begin_ns, rank.end_ns + 1});
}

Result<Workload> read_recorded_workload(std::string_view bytes, const std::string& file) {
    auto stream = TextStream::over(bytes, file);
    const auto rank = read_kineto(stream, {});
    if (!rank) return tl::unexpected(rank.error());
    auto step = recorded_step(*rank);
    if (step.workload.operators.empty())
        return fail(ErrorCode::format,
                    "The trace recorded no argument sizes, so what its kernels worked on is not known.", file,
                    "record with record_shapes=True, or give the model itself");
    step.workload.warnings = rank->warnings;
    return std::move(step.workload);
}

}  // namespace waferscope::core
