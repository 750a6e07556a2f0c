// SPDX-License-Identifier: GPL-3.0-or-later
// Loading a part of a trace: what is kept, and that what is not is counted.
#include "core/io/trace_options.hpp"

#include "core/io/kineto_reader.hpp"
#include "core/io/trace_files.hpp"
#include "core/model/measured_run.hpp"
#include "shared_data.hpp"

#include <fmt/format.h>
#include <algorithm>

using namespace waferscope::core;

namespace {

std::string event(std::string_view category, std::string_view name, int start_us, int duration_us,
                  int thread) {
    return fmt::format(R"({{"ph":"X","cat":"{}","name":"{}","pid":0,"tid":{},"ts":{},"dur":{}}})", category,
                       name, thread, start_us, duration_us);
}

/// `count` kernels of 1 us, one each 10 us, in the order of `at`, and as many calls of the host beside them.
std::string trace_of(int count, const std::function<int(int)>& at) {
    std::string events;
    for (int i = 0; i < count; ++i)
        events += event("kernel", "gemm", 10 * at(i), 1, 7) + "," +
                  event("cpu_op", "aten::mm", 10 * at(i), 5, 1) + ",";
    events.pop_back();
    return "{\"traceEvents\":[" + events + "]}";
}
int in_order(int i) {
    return i;
}

RankTrace read(const std::string& text, const TraceOptions& options) {
    auto stream = TextStream::over(text, "trace.json");
    auto trace = read_kineto(stream, options);
    EXPECT_TRUE(trace) << trace.error().message;
    return trace ? std::move(*trace) : RankTrace{};
}

std::int64_t kept(const RankTrace& trace) {
    std::int64_t count = 0;
    for (const auto& lane : trace.lanes) count += static_cast<std::int64_t>(lane.events.size());
    return count;
}

}  // namespace

TEST(TraceOptions, LeaveNothingOutByDefault) {
    const auto trace = read(trace_of(100, in_order), {});
    EXPECT_EQ(kept(trace), 200);
    EXPECT_FALSE(trace.outside.any());
    EXPECT_EQ(trace.outside.time_ns(), 0);
    EXPECT_EQ(trace.outside.whole, (TimeSpan{0, 995'000}));
    EXPECT_TRUE(trace.warnings.empty());
}

TEST(TraceOptions, OnlyDeviceLanesKeepStepsAndCountTheRest) {
    const auto text = "{\"traceEvents\":[" + event("cpu_op", "aten::mm", 1, 4, 1) + "," +
                      event("user_annotation", "ProfilerStep#3", 0, 50, 1) + "," +
                      event("gpu_user_annotation", "forward", 10, 20, 7) + "," +
                      event("kernel", "gemm", 12, 3, 7) + "]}";
    const auto trace = read(text, {.only_devices = true});
    ASSERT_EQ(trace.lanes.size(), 1U);
    EXPECT_TRUE(trace.lanes.front().device);
    EXPECT_EQ(kept(trace), 2);
    EXPECT_EQ(trace.outside.host_events, 2);
    EXPECT_EQ(trace.outside.events, 0);
    ASSERT_EQ(trace.steps.size(), 1U);
    EXPECT_EQ(trace.steps.front().end_ns, 50'000);
    EXPECT_EQ(trace.warnings.size(), 1U);
}

TEST(TraceOptions, AWindowOfTimeKeepsWhatBeginsInIt) {
    // Kernels begin at 0, 10, ... 990 us: those from 200 to 290 are ten, with ten calls of the host.
    const auto trace = read(trace_of(100, in_order), {.window = TimeSpan{200'000, 300'000}});
    EXPECT_EQ(kept(trace), 20);
    EXPECT_EQ(trace.outside.events, 180);
    EXPECT_EQ(trace.begin_ns, 200'000);
    EXPECT_EQ(trace.end_ns, 295'000);
    EXPECT_EQ(trace.outside.time_ns(), 200'000 + 695'000);
    EXPECT_FALSE(trace.outside.by_memory);
}

TEST(TraceOptions, AWindowBesideTheTraceLeavesAllOfItOut) {
    for (const auto window : {TimeSpan{5'000'000, 6'000'000}, TimeSpan{-2, -1}, TimeSpan{300'000, 200'000}}) {
        const auto trace = read(trace_of(100, in_order), {.window = window});
        EXPECT_EQ(trace.outside.events, 200);
        EXPECT_EQ(trace.outside.time_ns(), 995'000);
        EXPECT_EQ(measured_run({trace}).timeline.slices(), 0U);
    }
}

TEST(TraceOptions, StepsOutsideTheWindowAreNoSteps) {
    std::string events;
    for (int step = 0; step < 4; ++step)
        events += event("user_annotation", fmt::format("ProfilerStep#{}", step), 100 * step, 100, 1) + "," +
                  event("kernel", "gemm", 100 * step + 10, 50, 7) + ",";
    events.pop_back();
    const auto trace = read("{\"traceEvents\":[" + events + "]}", {.window = TimeSpan{100'000, 300'000}});
    ASSERT_EQ(trace.steps.size(), 2U);
    EXPECT_EQ(trace.steps.front().name, "ProfilerStep#1");
}

TEST(TraceOptions, TheLimitOfMemoryKeepsTheBeginningWhateverTheOrder) {
    constexpr int kCount = 10'000;
    constexpr std::size_t kEvents = 4'000;
    const TraceOptions options{.max_bytes = kEvents * kTraceBytesPerEvent + 10'000};  // and room for names
    const std::array<std::function<int(int)>, 3> orders{in_order, [](int i) { return kCount - 1 - i; },
                                                        [](int i) { return i * 7919 % kCount; }};
    for (const auto& order : orders) {
        const auto trace = read(trace_of(kCount, order), options);
        const auto count = kept(trace);
        EXPECT_LE(count, static_cast<std::int64_t>(kEvents) + 210);
        EXPECT_GE(count, static_cast<std::int64_t>(kEvents) / 2);
        EXPECT_EQ(count + trace.outside.events, 2 * kCount);  // nothing is lost silently
        EXPECT_TRUE(trace.outside.by_memory);
        EXPECT_EQ(trace.outside.window.from, 0);
        // Whole in its window: a kernel and a call each 10 us.
        const auto expected = 2 * ((trace.outside.window.to + 9'999) / 10'000);
        EXPECT_EQ(count, expected);
        for (const auto& lane : trace.lanes)
            for (const auto& kept_event : lane.events)
                EXPECT_LT(kept_event.start_ns, trace.outside.window.to);
        EXPECT_EQ(trace.outside.time_ns(), trace.outside.whole.to - trace.outside.window.to);
    }
}

TEST(TraceOptions, PairsOfMarksSurviveALimit) {
    // 3,000 pairs begun and ended in turn, nested in one that ends last.
    std::string events = R"({"ph":"B","name":"all","pid":0,"tid":1,"ts":0})";
    for (int i = 0; i < 3000; ++i)
        events += fmt::format(
            R"(,{{"ph":"B","name":"part","pid":0,"tid":1,"ts":{}}},{{"ph":"E","pid":0,"tid":1,"ts":{}}})",
            10 * i + 1, 10 * i + 6);
    events += R"(,{"ph":"E","pid":0,"tid":1,"ts":40000})";
    const auto trace = read("{\"traceEvents\":[" + events + "]}", {.max_bytes = 1000 * kTraceBytesPerEvent});
    ASSERT_EQ(trace.lanes.size(), 1U);
    const auto& lane = trace.lanes.front().events;
    EXPECT_EQ(lane.front().dur_ns, 40'000'000);
    for (std::size_t i = 1; i < lane.size(); ++i) EXPECT_EQ(lane[i].dur_ns, 5'000);
    EXPECT_EQ(trace.warnings.size(), 1U);  // of the limit; no mark lost its partner
}

TEST(TraceOptions, TinyLimitsAndEqualTimesEnd) {
    for (const std::size_t limit : {0U, 1U, 48U, 500U}) {
        const auto trace = read(trace_of(1000, [](int) { return 5; }), {.max_bytes = limit});
        EXPECT_EQ(kept(trace) + trace.outside.events, 2000) << limit;
    }
}

TEST(TraceOptions, NamesBeyondTheLimitAreOneName) {
    std::string events;
    for (int i = 0; i < 5000; ++i)
        events += event("kernel", fmt::format("{}{}", std::string(500, 'k'), i), i, 1, 7) + ",";
    events.pop_back();
    const auto trace = read("{\"traceEvents\":[" + events + "]}", {.max_bytes = 1'000'000});
    EXPECT_LT(trace.names.size(), 1000U);
    EXPECT_GT(trace.names.size(), 100U);
}

TEST(TraceOptions, ProgressRisesToTheEnd) {
    double last = 0;
    const auto trace = read(trace_of(2000, in_order), {.progress = [&](double share) {
                                EXPECT_GE(share, last);
                                last = share;
                            }});
    EXPECT_DOUBLE_EQ(last, 1.0);
}

TEST(TraceOptions, ARealTraceInPartIsThePartOfTheWhole) {
    REQUIRE_SHARED_DATA();
    const auto path = shared_data("traces/kineto/control.json.gz");
    const auto whole = read_traces(path);
    ASSERT_TRUE(whole);
    const auto& all = whole->front();
    const TimeSpan window{all.begin_ns + 100'000'000, all.begin_ns + 200'000'000};
    std::int64_t kernels = 0;
    for (const auto& lane : all.lanes)
        kernels += std::ranges::count_if(lane.events, [&](const TraceEvent& e) {
            return e.kind == TraceClass::kernel && e.start_ns >= window.from && e.start_ns < window.to;
        });
    const auto part = read_traces(path, {.only_devices = true, .window = window});
    ASSERT_TRUE(part);
    EXPECT_GT(kernels, 0);
    EXPECT_EQ(trace_totals(*part).kernels, kernels);
    EXPECT_EQ(trace_totals(*part).events, trace_totals(*whole).events);
    const auto run = measured_run(std::vector(*part));
    EXPECT_EQ(run.outside.events, part->front().outside.events);
    EXPECT_GT(run.outside.time_ns(), 300'000'000);
}
